internal import Core

/// `sipctl dispatch-rule explain`: where a call would go, and why.
struct DispatchRuleExplain: Command {
    static let name = "explain"

    private static let from = Option<String>(
        "from", "NUMBER", in: .call, "the calling number, or a SIP or tel URI; an empty word for none")
    private static let to = Option<String>("to", "NUMBER", in: .call, "the called number, or a SIP or tel URI")
    private static let source = Option<IPAddress>(
        "source", "ADDRESS", in: .network, "the address that the call comes from",
        details: "Of the packet, that is. What From and Via say does not count.")
    private static let pin = Option<String>(
        "pin", "DIGITS", in: .call, "what the caller enters if asked; '#' for nothing but that")
    private static let invite = Option<InputPath>(
        "invite", "FILE", in: .input, "take caller, called number and headers from an INVITE; - is standard input")
    private static let table = Option<InputPath>(
        "table", "FILE", in: .input, "ask the trunks and rules of a file; - is standard input",
        details: """
            JSON Lines, as 'trunk list --json' and 'dispatch-rule list --json' print them, one behind the other. Nothing \
            else is asked then.
            """)

    static var spec: CommandSpec {
        CommandSpec(
            name, "Explain where a call would go",
            description: """
                Prints every inbound trunk and every dispatch rule with the field that keeps the call from it, and what \
                would happen in the end. It is the decision that serve makes. RANDOM and HASH stand for what is new with \
                each call or known to the server alone.

                \(ServiceOptions.description)
                """,
            options: [from, to, source, pin, invite, table, GlobalOptions.json] + ServiceOptions.all,
            examples: [
                Example(
                    "sipctl dispatch-rule explain --from +15550123 --to +15550100 \\\n  --source 203.0.113.9",
                    "Find out why a call is refused"),
                Example(
                    "sipctl dispatch-rule explain --invite call.sip --source 203.0.113.9 \\\n  --pin 1234 --json | tail -1",
                    "See the room and the attributes of a recorded call"),
                Example(
                    "cat trunks.jsonl rules.jsonl | sipctl dispatch-rule explain --table - \\\n"
                        + "  --from alice --to +15550100 --source 2001:db8::9",
                    "Try trunks and rules before they are stored"),
            ],
            exits: [
                ExitStatus.done.when("the call would be taken, or asked for a PIN"),
                ExitStatus.no.when("the call would be refused"), ExitStatus.unreachable.note, ExitStatus.refused.note,
                ExitStatus.local.when("a file, or the store, cannot be read"),
            ],
            seeAlso: ["dispatch-rule list", "trunk list", "serve"], runs: Self.self)
    }

    private let options: ParsedOptions
    private let address: IPAddress
    private let entered: PINEntry

    init(_ options: ParsedOptions) throws(Failure) {
        self.options = options
        guard let address = options[Self.source] else {
            throw options.usageFailure("--source is missing: the address that the call comes from")
        }
        let invite = options[Self.invite]
        guard invite != nil || options[Self.from] != nil && options[Self.to] != nil else {
            throw options.usageFailure("--from and --to are missing, or --invite in their place")
        }
        guard invite?.isStandardInput != true || options[Self.table]?.isStandardInput != true else {
            throw options.usageFailure("--invite and --table cannot both be standard input")
        }
        self.address = address
        switch options[Self.pin] {
        case nil: entered = .notAsked
        case "", "#": entered = .skipped
        case let digits?: entered = .entered(digits.hasSuffix("#") ? String(digits.dropLast()) : digits)
        }
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let facts = try facts(terminal)
        let table = try await table(terminal)
        // Keys and ids of the server: the output has words in their place.
        let context = AdmissionContext(callID: "SCL_RANDOM", suffix: "RANDOM", numberKey: [0])
        let explanation = Explanation(table, facts, entered, context)
        let output = ExplanationOutput(explanation, served: try served())
        try terminal.settings.json ? output.emitJSON(terminal) : output.emitText(terminal)
        if entered != .notAsked, case .accept = explanation.firstDecision {
            terminal.note("No PIN would be asked for, so --pin was not used.")
        }
        return output.isTaken ? .done : .no
    }

    /// The trunks whose calls this server takes; that of a server far away is not known.
    private func served() throws(Failure) -> Set<TrunkID> {
        guard options[ServiceOptions.url] == nil else { return [] }
        return Set(try ConfigurationOptions(options).load().configuration.admission.trunkIDs.map { TrunkID($0) })
    }

    private func facts(_ terminal: Terminal) throws(Failure) -> CallFacts {
        var facts = CallFacts()
        if let path = options[Self.invite] { facts = try read(path, terminal) }
        facts.source = address
        if let from = options[Self.from] { facts.setFrom(from) }
        if let to = options[Self.to] { facts.setTo(to) }
        return facts
    }

    private func read(_ path: InputPath, _ terminal: Terminal) throws(Failure) -> CallFacts {
        let file = try InputFile(path)
        let bytes = try Self.contents(file, terminal)
        var splitter = MessageSplitter()
        splitter.append(bytes)
        guard case .success(let message)? = splitter.next(isAtEnd: true)?.message, message.isRequest,
            message.method == .invite
        else { throw Failure(.local, "\(file.name) is not a SIP INVITE", hint: "Look at it with 'sipctl parse'.") }
        let remote = SocketAddress(address, 5060)
        return CallFacts(message, from: Flow(.udp, local: remote, remote: remote))
    }

    private static func contents(_ file: borrowing InputFile, _ terminal: Terminal) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        try file.readAll(terminal) { (piece, _) throws(Failure) in bytes += piece }
        return bytes
    }

    // MARK: the table

    private func table(_ terminal: Terminal) async throws(Failure) -> RoutingTable {
        if let path = options[Self.table] { return try Self.table(InputFile(path), terminal) }
        let client = try await ServiceShell.open(options)
        let trunks = try await client.send(
            .listInboundTrunk, ListTrunksRequest(), terminal, to: "list inbound trunks",
            as: ListResponse<InboundTrunk>.self)
        let rules = try await client.send(
            .listDispatchRule, ListRulesRequest(), terminal, to: "list dispatch rules",
            as: ListResponse<DispatchRule>.self)
        return RoutingTable(inbound: trunks.items, rules: rules.items)
    }

    private static func table(_ file: consuming InputFile, _ terminal: Terminal) throws(Failure) -> RoutingTable {
        var table = RoutingTable()
        let name = file.name
        for (index, line) in try contents(file, terminal).split(
            separator: 0x0a, omittingEmptySubsequences: false
        ).enumerated() where line.contains(where: { $0 > 0x20 }) {
            do throws(FieldError) {
                try add(Array(line), to: &table)
            } catch {
                throw Failure(.local, "\(name): line \(index + 1): \(error.sentence)")
            }
        }
        return table
    }

    /// Adds the object of a line. Outbound trunks have nothing to do with calls that come in.
    private static func add(_ line: [UInt8], to table: inout RoutingTable) throws(FieldError) {
        let members = (try? JSONValue(parsing: line))?.members?.map(\.key.text) ?? []
        if members.contains(where: { ["sip_dispatch_rule_id", "sipDispatchRuleId", "rule"].contains($0) }) {
            table.put(try DispatchRule(json: line))
        } else if !members.contains("address") {
            table.put(try InboundTrunk(json: line))
        }
    }
}

extension IPAddress: ArgumentValue {
    static var kind: ValueKind { .address }

    init(argument: String) throws(ValueProblem) {
        guard let address = IPAddress(argument) else {
            throw ValueProblem("is not an IP address: write 192.0.2.1 or 2001:db8::1")
        }
        self = address
    }
}
