internal import Core

/// `sipctl trunk`: the trunks by which calls come in and go out.
enum TrunkCommands {
    static let reference = CommandReference("trunk") {
        CommandSpec(
            "trunk", "Keep the trunks by which calls come in and go out",
            description: """
                An inbound trunk says who may call and which numbers it serves; a call that no inbound trunk takes is refused. \
                An outbound trunk says where calls are sent and as whom.
                """,
            examples: [
                Example("sipctl trunk create inbound --name t --numbers +15550100", "Make a trunk"),
                Example("sipctl trunk list", "Show all trunks"),
            ],
            seeAlso: ["dispatch-rule", "serve"],
            subcommands: [
                CommandReference("create") {
                    CommandSpec(
                        "create", "Create trunks",
                        examples: [Example("sipctl trunk create inbound --name t --numbers +15550100", "Make a trunk")],
                        seeAlso: ["trunk list"],
                        subcommands: [
                            CommandReference(TrunkCreate<InboundTrunk>.self),
                            CommandReference(TrunkCreate<OutboundTrunk>.self),
                        ])
                },
                CommandReference(TrunkList.self),
                CommandReference(TrunkGet.self),
                CommandReference("update") {
                    CommandSpec(
                        "update", "Change trunks",
                        examples: [
                            Example("sipctl trunk update inbound ST_Cv7nTkSbWm2d --name t", "Give a trunk a name")
                        ],
                        seeAlso: ["trunk get"],
                        subcommands: [
                            CommandReference(TrunkUpdate<InboundTrunk>.self),
                            CommandReference(TrunkUpdate<OutboundTrunk>.self),
                        ])
                },
                CommandReference(TrunkDelete.self),
            ])
    }
}
