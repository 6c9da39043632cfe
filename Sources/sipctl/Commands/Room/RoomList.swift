internal import Core

/// `sipctl room list`.
struct RoomList: Command {
    static let name = "list"

    static var spec: CommandSpec {
        CommandSpec(
            name, "List the rooms", description: ControlClient.description,
            options: [GlobalOptions.json] + ControlClient.options,
            examples: [
                Example("sipctl room list", "Show the rooms"),
                Example(
                    "sipctl room list --json | jq -r '\"\\(.name) \\(.calls | length)\"'", "Count the calls of each"),
            ],
            exits: [ExitStatus.done.note, ControlClient.noServer, ExitStatus.local.note],
            seeAlso: ["room show", "call list"], runs: Self.self)
    }

    private let client: ControlClient

    init(_ options: ParsedOptions) throws(Failure) { client = try ControlClient(options) }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        var rooms: [RoomSnapshot] = []
        for body in try await client.askAll(.get, "/v1/rooms", to: "list rooms") {
            rooms += try client.read("list rooms") { () throws(FieldError) in try RoomSnapshot.list(json: body) }
        }
        try terminal.emit(listed: rooms.sorted { $0.name < $1.name })
        if rooms.isEmpty { terminal.note("no rooms") }
        return .done
    }
}
