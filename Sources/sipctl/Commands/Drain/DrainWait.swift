internal import Core
internal import IO

/// Waits for the end of a server that drains, shows how far it is, and counts the calls that were cut.
struct DrainWait {
    private let client: ControlClient
    private var inputs: AsyncStream<ControlPulse>.Iterator
    private let terminal: Terminal
    private let deadline: Duration?
    private var began: Instant?
    private var calls: Int?
    private var cut = 0

    init(_ client: ControlClient, _ terminal: Terminal, deadline: Duration?) {
        (self.client, self.terminal, self.deadline) = (client, terminal, deadline)
        inputs = client.followTicking("/v1/cdr/follow").makeAsyncIterator()
    }

    /// Follows the records, and gives the order once they come, so that no end of a call is missed.
    mutating func begin(_ order: () async throws(Failure) -> ServerStatus) async throws(Failure) {
        while let input = await inputs.next() {
            switch input {
            case .line(.began):
                began = SystemClock.now()
                return try show(try await order().calls)
            case .line(.refused(let response)): throw ControlClient.refusal(response, "drain")
            case .line(.failed(let error)): throw ControlClient.failure(error, "drain")
            case .line(.line), .tick: continue
            }
        }
        throw ControlClient.failure(.noServer(client.socket), "drain")
    }

    /// Returns when the last call has ended or the server has gone, with the number of calls that were cut.
    mutating func end() async throws(Failure) -> Int {
        defer { terminal.clearStatus() }
        let start = SystemClock.now()
        var isOver = try await look()
        while !isOver, let input = await inputs.next() {
            switch input {
            case .line(.line(let bytes)):
                let record = try? CallRecord(json: bytes)
                if record?.endReason == CallRecord.EndReason(.shutdown) { cut += 1 }
                continue
            // A server that ends may cut the stream.
            case .line(.refused), .line(.failed): return cut
            // A tick that has waited says nothing about what comes behind it.
            case .tick(let time) where time < start: continue
            case .line(.began), .tick: isOver = try await look()
            }
        }
        return cut
    }

    /// Shows how many calls there are; whether there was none the last time, too. The record of a call is on its way before the call is
    /// gone from the status: the round between lets it arrive.
    private mutating func look() async throws(Failure) -> Bool {
        let count = try await status()?.calls ?? 0
        if count == 0, calls == 0 { return true }
        try show(count)
        return false
    }

    /// The server as it is; nil when it has gone.
    private func status() async throws(Failure) -> ServerStatus? {
        do throws(Failure) {
            guard let body = try await client.askIfThere("/v1/status", to: "drain") else { return nil }
            return try client.read("drain") { () throws(FieldError) in try ServerStatus(json: body) }
        } catch {
            // It may go while it answers.
            if error.exit == .unreachable { return nil }
            throw error
        }
    }

    private mutating func show(_ count: Int) throws(Failure) {
        var status = ServerStatus()
        (status.state, status.calls) = (.draining, count)
        let left = deadline.flatMap { deadline in began.map { $0 + deadline - SystemClock.now() } }
        let time = left.map { ", \(max(0, $0.milliseconds / 1000)) s left" } ?? ""
        if terminal.settings.json {
            if count != calls { try terminal.emitNow(DrainRow(status)) }
        } else if terminal.hasStatusLine {
            terminal.status(DrainRow(status).line + time)
        } else if count != calls {
            terminal.note(DrainRow(status).line)
        }
        calls = count
    }
}
