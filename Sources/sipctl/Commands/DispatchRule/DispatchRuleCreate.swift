internal import Core

/// `sipctl dispatch-rule create [FILE]...`.
struct DispatchRuleCreate: Command {
    static let name = "create"

    private static let files = ArgumentList<RequestText>("FILE", "JSON of a rule: a file, - or the JSON itself")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Create a dispatch rule",
            description: """
                Creates a rule for each FILE, or one rule from options alone, and prints the id of each. Options win over \
                what a FILE says. Names of fields may be in snake_case or lowerCamelCase; a field that does not exist is \
                an error. The old form of the request, with the fields of the rule beside each other, is taken, too.

                \(ServiceOptions.description)
                """,
            arguments: [files], options: DispatchRuleFields.all + ServiceOptions.all + [GlobalOptions.json],
            examples: [
                Example("sipctl dispatch-rule create --name lobby --direct lobby --pin 1234", "One room behind a PIN"),
                Example(
                    "sipctl dispatch-rule create --individual call --trunks ST_Cv7nTkSbWm2d \\\n  --agent receptionist",
                    "A room with an agent for each call of a trunk"),
                Example(
                    "sipctl dispatch-rule create \\\n  '{\"rule\":{\"dispatchRuleCallee\":{\"roomPrefix\":\"n\"}}}'",
                    "A room for each called number, from JSON"),
            ],
            exits: [
                ExitStatus.done.when("created"),
                ExitStatus.no.when("the rule is not valid, or conflicts with another"), ExitStatus.unreachable.note,
                ExitStatus.refused.note, ExitStatus.local.when("a FILE or the store is at fault"),
            ],
            seeAlso: ["dispatch-rule list", "trunk create inbound"], runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        var rules: [DispatchRule] = []
        for file in options[Self.files] {
            rules.append(try DispatchRuleRequest.rule(in: try file.read(terminal)))
        }
        if rules.isEmpty { rules.append(DispatchRule()) }
        let config = try DispatchRuleFields.roomConfig(options, terminal)
        for index in rules.indices { try DispatchRuleFields.apply(options, config, to: &rules[index]) }
        let client = try await ServiceShell.open(options)
        for rule in rules {
            let created: DispatchRule = try await client.send(
                .createDispatchRule, CreateRuleRequest(rule), terminal, to: "create a dispatch rule")
            if terminal.settings.json {
                try terminal.emit(object: created, showSecrets: true)
            } else {
                try terminal.emit(line: created.id.description)
            }
        }
        return .done
    }
}

/// How a rule stands in the JSON that people give.
enum DispatchRuleRequest {
    /// The rule of the input: in the envelope of a request, or alone, which is the old form of the request, too.
    static func rule(in input: RequestInput) throws(Failure) -> DispatchRule {
        guard input.has("dispatch_rule") else { return try input.message() }
        guard let rule = try input.message(CreateRuleRequest.self).rule else {
            throw input.failure("dispatch_rule is null")
        }
        return rule
    }
}
