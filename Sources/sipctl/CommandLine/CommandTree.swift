/// The commands, one line each.
enum CommandTree {
    static var root: CommandSpec {
        CommandSpec(
            "sipctl", "Place, answer, bridge and examine SIP calls",
            description: """
                Standard output carries data and nothing else; notes, progress and errors go to standard error. A file \
                named - is standard input or output, so commands work together in pipes.
                """,
            options: [GlobalOptions.version],
            examples: [
                Example("sipctl help parse", "Learn about a command"),
                Example("sipctl version --json", "Tell a program which version this is"),
            ],
            seeAlso: ["help", "man", "completions"],
            subcommands: [
                CommandReference(Serve.self),
                CommandReference(Dial.self),
                CommandReference(Answer.self),
                TrunkCommands.reference,
                DispatchRuleCommands.reference,
                ParticipantCommands.reference,
                CallCommands.reference,
                RoomCommands.reference,
                CDRCommands.reference,
                CommandReference(Drain.self),
                CommandReference(Parse.self),
                CommandReference(Build.self),
                CommandReference(SDPNegotiate.self),
                CommandReference(Config.name) { Config.spec },
                CommandReference(Help.self),
                CommandReference(Completions.self),
                CommandReference(Man.self),
                CommandReference(Version.self),
                CommandReference(LegacyTrunkCreate.self),
                CommandReference(LegacyTrunkDelete.self),
                CommandReference(LegacyRuleCreate.self),
                CommandReference(LegacyRuleDelete.self),
                CommandReference("list-sip-trunk") { TrunkList.spec(as: "list-sip-trunk") },
                CommandReference("list-sip-dispatch-rule") { DispatchRuleList.spec(as: "list-sip-dispatch-rule") },
            ])
    }
}
