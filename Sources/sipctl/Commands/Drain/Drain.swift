internal import Core
internal import IO

/// `sipctl drain`.
struct Drain: Command {
    static let name = "drain"

    private static let deadline = Option<Duration>(
        "deadline", "TIME", in: .limits, "cut the calls that go on for so long",
        details: "They get a BYE with a Reason. Without it calls may go on for as long as they last.")
    private static let wait = Flag("wait", in: .output, "wait until the last call has ended")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Let the running server end after its calls",
            description: """
                The server refuses new calls with 503 and Retry-After, its readiness turns red, running calls keep their audio, and it \
                ends with the last call. Start the new server first: both can have the port, and the old one drains. Drain once \
                more with a shorter deadline to hurry.

                \(ControlClient.description)
                """,
            options: [deadline, wait, GlobalOptions.json],
            examples: [
                Example("sipctl drain", "Take no new calls, and end with the last one"),
                Example("sipctl drain --deadline 30s --wait && echo done", "Wait, but half a minute at most"),
            ],
            exits: [
                ExitStatus.done.when("the server drains; with --wait: all calls ended by themselves"),
                ExitStatus.no.when("calls were cut"), ControlClient.noServer, ExitStatus.local.note,
                ExitStatus.interrupted.when("interrupted; the server goes on draining"),
            ],
            seeAlso: ["serve", "call list", "call hangup"], runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let client = try ControlClient()
        guard options[Self.wait] else {
            let status = try await order(client)
            try report(status, terminal)
            return .done
        }
        // The records are followed before the order is given, so that no end of a call is missed.
        var waiting = DrainWait(client, terminal, deadline: options[Self.deadline])
        return try await waiting.run { () async throws(Failure) in try await order(client) }
    }

    private func order(_ client: ControlClient) async throws(Failure) -> ServerStatus {
        let body = try await client.ask(
            .post, "/v1/drain", DrainOrder(deadline: options[Self.deadline]).json, to: "drain")
        return try client.read("drain") { () throws(FieldError) in try ServerStatus(json: body) }
    }

    private func report(_ status: ServerStatus, _ terminal: Terminal) throws(Failure) {
        if terminal.settings.json { return try terminal.emit(DrainRow(status)) }
        terminal.note("draining: \(DrainRow.calls(status.calls)) to wait for")
    }
}

/// How far a drain is.
struct DrainRow: Row {
    let state: ServerStatus.State
    let callCount: Int

    init(_ status: ServerStatus) { (state, callCount) = (status.state, status.calls) }

    var line: String { "\(state.rawValue): \(Self.calls(callCount))" }

    func write(to json: inout JSONLine) {
        json.field("state", state.rawValue)
        json.field("calls", callCount)
    }

    static func calls(_ count: Int) -> String { count == 1 ? "1 call" : "\(count) calls" }
}
