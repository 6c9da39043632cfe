internal import Core

/// `sipctl trunk delete ID...`: trunks of either way.
struct TrunkDelete: Command {
    static let name = "delete"

    private static let ids = ArgumentList<String>("ID", "ids of trunks, inbound or outbound", atLeastOne: true)

    static var spec: CommandSpec {
        CommandSpec(
            name, "Delete trunks",
            description: """
                Deletes the trunks in the order of the ids and prints each id. Calls go on; rules that name a trunk stay, and \
                take no calls by it any more.

                \(ServiceOptions.description)
                """,
            arguments: [ids], options: [GlobalOptions.json] + ServiceOptions.all,
            examples: [Example("sipctl trunk delete ST_Cv7nTkSbWm2d", "Delete a trunk")],
            exits: [
                ExitStatus.done.when("all are deleted"),
                ExitStatus.no.when("there is no such trunk; those before it are deleted"), ExitStatus.unreachable.note,
                ExitStatus.refused.note, ExitStatus.local.note,
            ],
            seeAlso: ["trunk list"], runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let client = try await ServiceShell.open(options)
        for id in options[Self.ids] {
            let trunk = try await client.send(
                .deleteTrunk, IDRequest<InboundTrunk>(TrunkID(id)), terminal, to: "delete \(id)", as: LegacyTrunk.self)
            try terminal.emit(DeletedRow(field: "sip_trunk_id", id: trunk.id.description))
        }
        return .done
    }
}

/// What is left of something that was deleted.
struct DeletedRow: Row {
    let field: StaticString
    let id: String

    var line: String { id }

    func write(to json: inout JSONLine) { json.field(field, id) }
}
