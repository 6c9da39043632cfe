internal import Core

/// `sipctl dispatch-rule update ID [FILE]`.
struct DispatchRuleUpdate: Command {
    static let name = "update"

    private static let id = Argument<String>("ID", "the id of the rule")
    private static let file = OptionalArgument<RequestText>(
        "FILE", "JSON of the change: a file, - or the JSON itself")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Change a dispatch rule",
            description: """
                Options change the fields that they name and leave the others; an empty list clears a list, an empty \
                value removes an entry of a map. A FILE with a whole rule replaces everything but the id; one with \
                "update" or "replace" is a request of the API. Prints the rule as it is then.

                \(ServiceOptions.description)
                """,
            arguments: [id, file], options: DispatchRuleFields.all + ServiceOptions.all + [GlobalOptions.json],
            examples: [
                Example("sipctl dispatch-rule update SDR_Cv7nTkSbWm2d --pin 4321", "Ask for another PIN"),
                Example("sipctl dispatch-rule update SDR_Cv7nTkSbWm2d rule.json", "Replace a rule by that of a file"),
            ],
            exits: [
                ExitStatus.done.when("changed"),
                ExitStatus.no.when("there is no such rule, or the change is not valid"), ExitStatus.unreachable.note,
                ExitStatus.refused.note, ExitStatus.local.note,
            ],
            seeAlso: ["dispatch-rule get", "dispatch-rule create"], runs: Self.self)
    }

    private let options: ParsedOptions
    private let id: RuleID

    init(_ options: ParsedOptions) throws(Failure) {
        self.options = options
        id = RuleID(try options[Self.id])
    }

    private var subject: String { "update \(id)" }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let input = try options[Self.file]?.read(terminal)
        let config = try DispatchRuleFields.roomConfig(options, terminal)
        let client = try await ServiceShell.open(options)
        var updated: DispatchRule?
        if let input { updated = try await send(try request(input), client, terminal) }
        let stored: DispatchRule
        if let updated {
            stored = updated
        } else {
            stored = try await DispatchRuleGet.rule(id, client, terminal, to: subject)
        }
        var changed = stored
        try DispatchRuleFields.apply(options, config, to: &changed)
        if changed != stored {
            updated = try await send(UpdateRequest(id, stored.change(to: changed)), client, terminal)
        }
        guard let updated else {
            throw options.usageFailure("nothing is to be changed: give a FILE, or options with other values")
        }
        try terminal.emit(object: updated, showSecrets: true)
        return .done
    }

    private func request(_ input: RequestInput) throws(Failure) -> UpdateRequest<DispatchRule> {
        var request: UpdateRequest<DispatchRule>
        if input.has("update") || input.has("replace") {
            request = try input.message()
        } else {
            let rule = try DispatchRuleRequest.rule(in: input)
            request = UpdateRequest(rule.id, .replace(rule))
        }
        guard request.id.description.isEmpty || request.id == id else {
            throw input.failure("sip_dispatch_rule_id is \(request.id), not \(id)")
        }
        request.id = id
        return request
    }

    private func send(
        _ request: UpdateRequest<DispatchRule>, _ client: any ServiceClient, _ terminal: Terminal
    ) async throws(Failure) -> DispatchRule {
        try await client.send(.updateDispatchRule, request, terminal, to: subject)
    }
}
