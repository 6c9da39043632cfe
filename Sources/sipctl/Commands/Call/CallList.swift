internal import Core

/// `sipctl call list [--watch]`.
struct CallList: Command {
    static let name = "list"

    private static let watch = Flag(
        "watch", short: "w", in: .output, "follow what happens",
        details: """
            On a terminal the table is drawn anew whenever something changes; elsewhere, and with --json, every change of a \
            call is a line, until the server ends.
            """)

    static var spec: CommandSpec {
        CommandSpec(
            name, "List the calls, or follow what happens to them",
            description: "The time is that since the answer, or of the ringing.\n\n\(ControlClient.description)",
            options: [watch, GlobalOptions.json] + ControlClient.options,
            examples: [
                Example("sipctl call list", "Show the calls"),
                Example("sipctl call list --watch", "Keep the table of calls on the screen"),
                Example(
                    "sipctl call list --json | jq -r 'select(.room == \"support\") | .id'", "Name the calls of a room"),
                Example(
                    "sipctl call list --watch --json | jq -c 'select(.state == \"ended\")'", "Follow the calls that end"
                ),
            ],
            exits: [
                ExitStatus.done.when("done; with --watch: the server has ended in good order"), ControlClient.noServer,
                ExitStatus.local.note, ExitStatus.interrupted.note,
            ],
            seeAlso: ["call show", "room list", "cdr follow"], runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let client = try ControlClient(options)
        if options[Self.watch] { return try await CallWatch(client, terminal).run() }
        let calls = try await client.calls()
        try terminal.emit(listed: calls)
        if calls.isEmpty { terminal.note("no calls") }
        return .done
    }
}
