internal import Core

/// `sipctl room`: the local rooms of the server that runs here.
enum RoomCommands {
    static let reference = CommandReference("room") {
        CommandSpec(
            "room", "See and close the rooms of the running server",
            description: """
                A room is there as long as a call is in it; everyone in it hears everyone else.

                \(ControlClient.description)
                """,
            examples: [
                Example("sipctl room list", "Show the rooms"),
                Example("sipctl room show support", "Show who is in one"),
            ],
            seeAlso: ["call", "participant", "dispatch-rule"],
            subcommands: [
                CommandReference(RoomList.self),
                CommandReference(RoomShow.self),
                CommandReference(RoomDelete.self),
            ])
    }

    /// The path of a room.
    static func path(_ name: String) -> String { "/v1/rooms/\(HTTPTarget.escaped(name))" }
}
