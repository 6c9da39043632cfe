internal import Core

/// `sipctl dispatch-rule delete ID...`.
struct DispatchRuleDelete: Command {
    static let name = "delete"

    private static let ids = ArgumentList<String>("ID", "ids of rules", atLeastOne: true)

    static var spec: CommandSpec {
        CommandSpec(
            name, "Delete dispatch rules",
            description: """
                Deletes the rules in the order of the ids and prints each id. Calls go on.

                \(ServiceOptions.description)
                """,
            arguments: [ids], options: [GlobalOptions.json] + ServiceOptions.all,
            examples: [Example("sipctl dispatch-rule delete SDR_Cv7nTkSbWm2d", "Delete a rule")],
            exits: [
                ExitStatus.done.when("all are deleted"),
                ExitStatus.no.when("there is no such rule; those before it are deleted"), ExitStatus.unreachable.note,
                ExitStatus.refused.note, ExitStatus.local.note,
            ],
            seeAlso: ["dispatch-rule list"], runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let client = try await ServiceShell.open(options)
        for id in options[Self.ids] {
            let rule = try await client.send(
                .deleteDispatchRule, IDRequest<DispatchRule>(RuleID(id)), terminal, to: "delete \(id)",
                as: DispatchRule.self)
            try terminal.emit(DeletedRow(field: "sip_dispatch_rule_id", id: rule.id.description))
        }
        return .done
    }
}
