internal import Core

/// `sipctl room delete NAME...`.
struct RoomDelete: Command {
    static let name = "delete"

    private static let rooms = ArgumentList<String>("NAME", "names of rooms", atLeastOne: true)

    static var spec: CommandSpec {
        CommandSpec(
            name, "Close rooms and hang up everyone in them",
            description: """
                Prints the name of each room. A later call can make a room of the same name.

                \(ControlClient.description)
                """,
            arguments: [rooms], options: [GlobalOptions.json] + ControlClient.options,
            examples: [Example("sipctl room delete support", "Close a room")],
            exits: [
                ExitStatus.done.when("all are closed"),
                ExitStatus.no.when("there is no such room; those before it are closed"), ControlClient.noServer,
                ExitStatus.local.note,
            ],
            seeAlso: ["room list", "call hangup"], runs: Self.self)
    }

    private let rooms: [String]
    private let client: ControlClient

    init(_ options: ParsedOptions) throws(Failure) {
        (rooms, client) = (options[Self.rooms], try ControlClient(options))
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        for room in rooms {
            _ = try await client.askAll(.delete, RoomCommands.path(room), to: "close the room \(room)")
            try terminal.emit(DeletedRow(field: "name", id: room))
        }
        return .done
    }
}
