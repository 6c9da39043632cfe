internal import Core

/// `sipctl participant`: phones as participants of rooms.
enum ParticipantCommands {
    static let reference = CommandReference("participant") {
        CommandSpec(
            "participant", "Call numbers into rooms, and see who is there",
            description: "A phone call that is in a room is a participant of it, with an identity and a name.",
            examples: [
                Example(
                    "sipctl participant create --trunk ST_Cv7nTkSbWm2d --call +15550123 \\\n  --room support --wait",
                    "Call a number into a room"),
                Example("sipctl participant list --room support", "See who is in a room"),
            ],
            seeAlso: ["call", "room", "trunk"],
            subcommands: [CommandReference(ParticipantCreate.self), CommandReference(ParticipantList.self)])
    }
}
