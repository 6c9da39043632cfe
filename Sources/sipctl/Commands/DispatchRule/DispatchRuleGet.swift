internal import Core

/// `sipctl dispatch-rule get ID...`.
struct DispatchRuleGet: Command {
    static let name = "get"

    private static let ids = ArgumentList<String>("ID", "ids of rules", atLeastOne: true)

    static var spec: CommandSpec {
        CommandSpec(
            name, "Show dispatch rules with all their fields",
            description: """
                Prints the fields that are set, a line each, or with --json the whole objects, which 'dispatch-rule update' \
                takes back.

                \(ServiceOptions.description)
                """,
            arguments: [ids], options: [GlobalOptions.json] + ServiceOptions.all,
            examples: [
                Example("sipctl dispatch-rule get SDR_Cv7nTkSbWm2d --json > rule.json", "Keep a rule in a file")
            ],
            exits: [
                ExitStatus.done.note, ExitStatus.no.when("there is no such rule"), ExitStatus.unreachable.note,
                ExitStatus.refused.note, ExitStatus.local.note,
            ],
            seeAlso: ["dispatch-rule list", "dispatch-rule update"], runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let client = try await ServiceShell.open(options)
        for (index, id) in options[Self.ids].enumerated() {
            if index > 0, !terminal.settings.json { try terminal.emit(line: "") }
            let rule = try await Self.rule(RuleID(id), client, terminal, to: "show \(id)")
            try terminal.emit(object: rule, showSecrets: true)
        }
        return .done
    }

    /// The rule of that id. The API has no method for one, so a list of one is asked for.
    static func rule(
        _ id: RuleID, _ client: any ServiceClient, _ terminal: Terminal, to subject: String
    ) async throws(Failure) -> DispatchRule {
        var request = ListRulesRequest()
        request.ruleIDs = [id]
        let rules = try await client.send(
            .listDispatchRule, request, terminal, to: subject, as: ListResponse<DispatchRule>.self)
        guard let rule = rules.items.first(where: { $0.id == id }) else {
            throw Failure(
                .no, "there is no dispatch rule \(id) in \(client.location)", hint: "See 'sipctl dispatch-rule list'.")
        }
        return rule
    }
}
