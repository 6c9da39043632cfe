internal import Core

/// `sipctl trunk list [inbound|outbound]`.
struct TrunkList: Command {
    static let name = "list"

    enum Way: String, Choice { case inbound, outbound }

    private static let way = OptionalArgument<Way>("WAY", "inbound or outbound; both when it is left out")
    private static let ids = OptionList<CommaList>("id", "LIST", in: .selection, "only trunks with these ids")
    private static let numbers = OptionList<CommaList>(
        "number", "LIST", in: .selection, "only trunks that serve one of these numbers",
        details: "Trunks that serve every number are shown, too.")

    static var spec: CommandSpec { spec(as: name) }

    /// The same command; older tools have it under another name, which is not shown.
    static func spec(as name: String) -> CommandSpec {
        CommandSpec(
            name, "List trunks", description: ServiceOptions.description,
            arguments: [way],
            options: [ids, numbers, GlobalOptions.json, SecretOptions.show] + ServiceOptions.all,
            examples: [
                Example("sipctl trunk list", "Show all trunks"),
                Example("sipctl trunk list inbound --json | jq -r .name", "Print the names of the inbound trunks"),
            ],
            exits: [
                ExitStatus.done.note, ExitStatus.unreachable.note, ExitStatus.refused.note, ExitStatus.local.note,
            ],
            seeAlso: ["trunk get", "trunk create", "dispatch-rule list"], hidden: name != Self.name, runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let client = try await ServiceShell.open(options)
        let way = options[Self.way]
        let inbound = way == .outbound ? [] : try await list(InboundTrunk.self, client, terminal)
        let outbound = way == .inbound ? [] : try await list(OutboundTrunk.self, client, terminal)
        let showSecrets = options[SecretOptions.show]
        let hasTwoTables = !inbound.isEmpty && !outbound.isEmpty && !terminal.settings.json
        if hasTwoTables { try terminal.emit(line: terminal.paint(.bold, "INBOUND")) }
        try terminal.emit(objects: inbound, showSecrets: showSecrets)
        if hasTwoTables { try terminal.emit(line: "\n" + terminal.paint(.bold, "OUTBOUND")) }
        try terminal.emit(objects: outbound, showSecrets: showSecrets)
        if inbound.isEmpty, outbound.isEmpty {
            terminal.note("no \(way.map { $0.rawValue + " " } ?? "")trunks in \(client.location)")
        }
        return .done
    }

    private func list<Trunk: CommandTrunk>(
        _: Trunk.Type, _ client: any ServiceClient, _ terminal: Terminal
    ) async throws(Failure) -> [Trunk] {
        var request = ListTrunksRequest()
        request.trunkIDs = options[Self.ids].flatMap(\.items).map { TrunkID($0) }
        request.numbers = options[Self.numbers].flatMap(\.items)
        return try await client.send(
            Trunk.listMethod, request, terminal, to: "list \(Trunk.word) trunks", as: ListResponse<Trunk>.self
        ).items
    }
}
