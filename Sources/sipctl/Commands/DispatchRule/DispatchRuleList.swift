internal import Core

/// `sipctl dispatch-rule list`.
struct DispatchRuleList: Command {
    static let name = "list"

    private static let ids = OptionList<CommaList>("id", "LIST", in: .selection, "only rules with these ids")
    private static let trunks = OptionList<CommaList>(
        "trunk", "LIST", in: .selection, "only rules that take calls of one of these trunks",
        details: "Rules for every trunk are shown, too.")

    static var spec: CommandSpec { spec(as: name) }

    /// The same command; older tools have it under another name, which is not shown.
    static func spec(as name: String) -> CommandSpec {
        CommandSpec(
            name, "List dispatch rules", description: ServiceOptions.description,
            options: [ids, trunks, GlobalOptions.json] + ServiceOptions.all,
            examples: [
                Example("sipctl dispatch-rule list", "Show all rules"),
                Example("sipctl dispatch-rule list --trunk ST_Cv7nTkSbWm2d --json", "Show those for a trunk as JSON"),
            ],
            exits: [
                ExitStatus.done.note, ExitStatus.unreachable.note, ExitStatus.refused.note, ExitStatus.local.note,
            ],
            seeAlso: ["dispatch-rule get", "dispatch-rule create", "trunk list"], hidden: name != Self.name,
            runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let client = try await ServiceShell.open(options)
        var request = ListRulesRequest()
        request.ruleIDs = options[Self.ids].flatMap(\.items).map { RuleID($0) }
        request.trunkIDs = options[Self.trunks].flatMap(\.items).map { TrunkID($0) }
        let rules = try await client.send(
            .listDispatchRule, request, terminal, to: "list dispatch rules", as: ListResponse<DispatchRule>.self
        ).items
        try terminal.emit(objects: rules, showSecrets: true)
        if rules.isEmpty { terminal.note("no dispatch rules in \(client.location)") }
        return .done
    }
}
