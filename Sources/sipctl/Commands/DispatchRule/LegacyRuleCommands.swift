internal import Core

/// `sipctl create-sip-dispatch-rule --request FILE`, as older tools have it.
struct LegacyRuleCreate: Command {
    static let name = "create-sip-dispatch-rule"

    static var spec: CommandSpec {
        CommandSpec(
            name, "Create a dispatch rule as older tools do", options: [LegacyTrunkCreate.request] + ServiceOptions.all,
            examples: [Example("sipctl create-sip-dispatch-rule --request rule.json", "Make a rule from a file")],
            exits: [ExitStatus.done.note, ExitStatus.no.note, ExitStatus.local.note],
            seeAlso: ["dispatch-rule create"], hidden: true, runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let rule = try DispatchRuleRequest.rule(in: try LegacyTrunkCreate.input(options, terminal))
        let created: DispatchRule = try await ServiceShell.open(options).send(
            .createDispatchRule, CreateRuleRequest(rule), terminal, to: "create a dispatch rule")
        try terminal.emit(line: "SIPDispatchRuleID: \(created.id)")
        return .done
    }
}

/// `sipctl delete-sip-dispatch-rule --id ID`, as older tools have it.
struct LegacyRuleDelete: Command {
    static let name = "delete-sip-dispatch-rule"

    static var spec: CommandSpec {
        CommandSpec(
            name, "Delete a dispatch rule as older tools do", options: [LegacyTrunkDelete.id] + ServiceOptions.all,
            examples: [Example("sipctl delete-sip-dispatch-rule --id SDR_Cv7nTkSbWm2d", "Delete a rule")],
            exits: [ExitStatus.done.note, ExitStatus.no.note, ExitStatus.local.note],
            seeAlso: ["dispatch-rule delete"], hidden: true, runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        guard let id = options[LegacyTrunkDelete.id] else { throw options.usageFailure("--id is missing") }
        let rule = try await ServiceShell.open(options).send(
            .deleteDispatchRule, IDRequest<DispatchRule>(RuleID(id)), terminal, to: "delete \(id)",
            as: DispatchRule.self)
        try terminal.emit(line: "SIPDispatchRuleID: \(rule.id)")
        return .done
    }
}
