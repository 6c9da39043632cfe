internal import Core
internal import IO

/// `sipctl drain`.
struct Drain: Command {
    static let name = "drain"

    private static let deadline = Option<Duration>(
        "deadline", "TIME", in: .limits, "cut the calls that go on for so long",
        details: "They get a BYE with a Reason. Without it calls may go on for as long as they last.")
    private static let pid = Option<Int>("pid", "PID", in: .selection, "the server of this process")
    private static let all = Flag("all", in: .selection, "every server, the youngest included")
    private static let wait = Flag("wait", in: .output, "wait until the last call has ended")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Let the running server end after its calls",
            description: """
                The server refuses new calls with 503 and Retry-After, its readiness turns red, running calls keep their audio, and it \
                ends with the last call. Drain once more with a shorter deadline to hurry.

                To upgrade, start the new server first, then drain: while several run, the youngest that serves stays and takes the new \
                calls, and all others drain. --pid names another one, and --all leaves none.

                \(ControlClient.description)
                """,
            options: [deadline, wait, pid, all, GlobalOptions.json] + ControlClient.options,
            examples: [
                Example("sipctl drain", "Take no new calls, and end with the last one"),
                Example("sipctl drain --pid 4711", "Give up the new server, and keep the old one"),
                Example("sipctl drain --deadline 30s --wait && echo done", "Wait, but half a minute at most"),
            ],
            exits: [
                ExitStatus.done.when("the server drains; with --wait: all calls ended by themselves"),
                ExitStatus.no.when("calls were cut, or no server has the pid"), ControlClient.noServer,
                ExitStatus.local.note,
                ExitStatus.interrupted.when("interrupted; the server goes on draining"),
            ],
            seeAlso: ["serve", "call list", "call hangup"], runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) throws(Failure) {
        self.options = options
        if options[Self.pid] != nil, options[Self.all] {
            throw options.usageFailure("--pid and --all exclude one another")
        }
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let socket = try ControlClient.socket(options)
        let choice = try await ServerChoice(socket, to: "drain")
        let chosen = try chosen(of: choice)
        guard !chosen.isEmpty else { throw ControlClient.failure(.noServer(socket), "drain") }
        if choice.servers.count > 1 { tell(chosen, of: choice, terminal) }
        guard options[Self.wait] else {
            for server in chosen { try report(try await order(server.client), terminal) }
            return .done
        }
        return try await wait(for: chosen, terminal)
    }

    private func wait(for chosen: [ServerChoice.Server], _ terminal: Terminal) async throws(Failure) -> ExitStatus {
        var waits: [DrainWait] = []
        // All are ordered before the first is waited for.
        for server in chosen {
            var wait = DrainWait(server.client, terminal, deadline: options[Self.deadline])
            try await wait.begin { () async throws(Failure) in try await order(server.client) }
            waits.append(wait)
        }
        var cut = 0
        for index in waits.indices { cut += try await waits[index].end() }
        guard cut == 0 else {
            throw Failure(.no, "\(DrainRow.calls(cut)) \(cut == 1 ? "was" : "were") cut at the deadline")
        }
        terminal.note("drained: every call ended by itself")
        return .done
    }

    private func chosen(of choice: ServerChoice) throws(Failure) -> [ServerChoice.Server] {
        if let pid = options[Self.pid] { return [try choice.server(pid: pid)] }
        return options[Self.all] ? choice.servers : choice.drained
    }

    /// Says what is meant where it could be something else.
    private func tell(_ chosen: [ServerChoice.Server], of choice: ServerChoice, _ terminal: Terminal) {
        for server in choice.servers {
            let isChosen = chosen.contains { $0.status.pid == server.status.pid }
            terminal.note((isChosen ? "drains: " : "stays:  ") + server.status.words)
        }
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
