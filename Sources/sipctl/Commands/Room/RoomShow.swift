internal import Core

/// `sipctl room show NAME`.
struct RoomShow: Command {
    static let name = "show"

    private static let room = Argument<String>("NAME", "the name of a room")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Show who is in a room", description: ControlClient.description, arguments: [room],
            options: [GlobalOptions.json] + ControlClient.options,
            examples: [
                Example("sipctl room show support", "Show the calls in a room"),
                Example("sipctl room show support --json | jq -r .calls[].from", "Print who called"),
            ],
            exits: [
                ExitStatus.done.note, ExitStatus.no.when("there is no such room"), ControlClient.noServer,
                ExitStatus.local.note,
            ],
            seeAlso: ["room list", "participant list"], runs: Self.self)
    }

    private let room: String
    private let client: ControlClient

    init(_ options: ParsedOptions) throws(Failure) {
        (room, client) = (try options[Self.room], try ControlClient(options))
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        var found = RoomSnapshot()
        for body in try await client.askAll(.get, RoomCommands.path(room), to: "show the room \(room)") {
            let part = try client.read("show the room \(room)") { () throws(FieldError) in try RoomSnapshot(json: body)
            }
            (found.name, found.calls) = (part.name, found.calls + part.calls)
        }
        if terminal.settings.json {
            try terminal.emit(bytes: found.jsonLine)
        } else {
            try terminal.emit(listed: found.calls)
        }
        if found.calls.isEmpty { terminal.note("no calls in \(room)") }
        return .done
    }
}
