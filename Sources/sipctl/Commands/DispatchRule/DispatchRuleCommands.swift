/// `sipctl dispatch-rule`: the rules that take calls into rooms.
enum DispatchRuleCommands {
    static let reference = CommandReference("dispatch-rule") {
        CommandSpec(
            "dispatch-rule", "Keep the rules that take calls into rooms",
            description: """
                A rule takes calls of some trunks, from some numbers, to some numbers, perhaps with a PIN, and names the room. \
                Of several that fit, one with a PIN goes before one without, and one with filters before one without.
                """,
            examples: [
                Example("sipctl dispatch-rule create --name lobby --direct lobby", "Make a rule"),
                Example("sipctl dispatch-rule list", "Show all rules"),
            ],
            seeAlso: ["trunk", "serve"],
            subcommands: [
                CommandReference(DispatchRuleCreate.self),
                CommandReference(DispatchRuleList.self),
                CommandReference(DispatchRuleGet.self),
                CommandReference(DispatchRuleUpdate.self),
                CommandReference(DispatchRuleDelete.self),
                CommandReference(DispatchRuleExplain.self),
            ])
    }
}
