internal import Core

/// `sipctl trunk get ID...`: trunks of either way.
struct TrunkGet: Command {
    static let name = "get"

    private static let ids = ArgumentList<String>("ID", "ids of trunks, inbound or outbound", atLeastOne: true)

    static var spec: CommandSpec {
        CommandSpec(
            name, "Show trunks with all their fields",
            description: """
                Prints the fields that are set, a line each, or with --json the whole objects, which 'trunk update' takes \
                back.

                \(ServiceOptions.description)
                """,
            arguments: [ids], options: [GlobalOptions.json, SecretOptions.show] + ServiceOptions.all,
            examples: [
                Example("sipctl trunk get ST_Cv7nTkSbWm2d", "Show a trunk"),
                Example(
                    "sipctl trunk get ST_Cv7nTkSbWm2d --json --show-secrets > trunk.json", "Keep a trunk in a file"),
            ],
            exits: [
                ExitStatus.done.note, ExitStatus.no.when("there is no such trunk"), ExitStatus.unreachable.note,
                ExitStatus.refused.note, ExitStatus.local.note,
            ],
            seeAlso: ["trunk list", "trunk update"], runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let client = try await ServiceShell.open(options)
        for (index, id) in options[Self.ids].enumerated() {
            if index > 0, !terminal.settings.json { try terminal.emit(line: "") }
            try await show(TrunkID(id), client, terminal)
        }
        return .done
    }

    private func show(_ id: TrunkID, _ client: any ServiceClient, _ terminal: Terminal) async throws(Failure) {
        var request = ListTrunksRequest()
        request.trunkIDs = [id]
        let inbound = try await client.send(
            .listInboundTrunk, request, terminal, to: "show \(id)", as: ListResponse<InboundTrunk>.self
        ).items
        let outbound = try await client.send(
            .listOutboundTrunk, request, terminal, to: "show \(id)", as: ListResponse<OutboundTrunk>.self
        ).items
        for trunk in inbound where trunk.id == id {
            try terminal.emit(object: trunk, showSecrets: options[SecretOptions.show])
        }
        for trunk in outbound where trunk.id == id {
            try terminal.emit(object: trunk, showSecrets: options[SecretOptions.show])
        }
        if !inbound.contains(where: { $0.id == id }), !outbound.contains(where: { $0.id == id }) {
            throw Failure(.no, "there is no trunk \(id) in \(client.location)", hint: "See 'sipctl trunk list'.")
        }
    }
}
