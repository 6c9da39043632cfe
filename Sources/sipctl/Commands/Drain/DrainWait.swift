internal import Core
internal import IO

/// Waits for the end of a server that drains, shows how far it is, and counts the calls that were cut.
struct DrainWait {
    private let client: ControlClient
    private let terminal: Terminal
    private let deadline: Duration?
    private var began: Instant?
    private var calls: Int?
    private var cut = 0

    init(_ client: ControlClient, _ terminal: Terminal, deadline: Duration?) {
        (self.client, self.terminal, self.deadline) = (client, terminal, deadline)
    }

    /// Follows the records, gives the order once they come, and returns when the last call has ended or the server has gone.
    mutating func run(_ order: () async throws(Failure) -> ServerStatus) async throws(Failure) -> ExitStatus {
        for await input in client.followTicking("/v1/cdr/follow") {
            switch input {
            case .line(.began):
                began = SystemClock.now()
                try show(try await order().calls)
            case .line(.line(let bytes)):
                let record = try? CallRecord(json: bytes)
                if record?.endReason == CallRecord.EndReason(.shutdown) { cut += 1 }
                continue
            case .line(.refused(let response)): throw ControlClient.refusal(response, "drain")
            case .line(.failed(let error)):
                // A server that ends may cut the stream.
                guard began != nil else { throw ControlClient.failure(error, "drain") }
                return try finish()
            case .tick: break
            }
            guard began != nil else { continue }
            let count = try await status()?.calls ?? 0
            // The record of a call is on its way before the call is gone from the status; one more round lets it arrive.
            if count == 0, calls == 0 { return try finish() }
            try show(count)
        }
        return try finish()
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

    private func finish() throws(Failure) -> ExitStatus {
        terminal.clearStatus()
        guard cut == 0 else {
            throw Failure(.no, "\(DrainRow.calls(cut)) \(cut == 1 ? "was" : "were") cut at the deadline")
        }
        terminal.note("drained: every call ended by itself")
        return .done
    }
}
