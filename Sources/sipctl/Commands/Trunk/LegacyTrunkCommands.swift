internal import Core

/// `sipctl create-sip-trunk --request FILE`, as older tools have it: one request for both ways.
struct LegacyTrunkCreate: Command {
    static let name = "create-sip-trunk"

    static let request = Option<RequestText>(
        "request", "FILE", in: .input, "JSON of the request: a file, - or the JSON itself")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Create trunks as older tools do", options: [request] + ServiceOptions.all,
            examples: [Example("sipctl create-sip-trunk --request trunk.json", "Make trunks from a file")],
            exits: [ExitStatus.done.note, ExitStatus.no.note, ExitStatus.local.note],
            seeAlso: ["trunk create"], hidden: true, runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    /// What `--request` names.
    static func input(_ options: ParsedOptions, _ terminal: Terminal) throws(Failure) -> RequestInput {
        guard let text = options[request] else { throw options.usageFailure("--request is missing") }
        return try text.read(terminal)
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let input = try Self.input(options, terminal)
        let legacy: LegacyTrunk = try input.message()
        let inbound = try TrunkRequest.part(legacy, input, as: InboundTrunk.self)
        let outbound = try TrunkRequest.part(legacy, input, as: OutboundTrunk.self)
        guard inbound != nil || outbound != nil else {
            throw input.failure("the trunk says nothing of inbound or outbound calls")
        }
        let client = try await ServiceShell.open(options)
        if let inbound { try await create(inbound, client, terminal) }
        if let outbound { try await create(outbound, client, terminal) }
        return .done
    }

    private func create<Trunk: CommandTrunk>(
        _ trunk: Trunk, _ client: any ServiceClient, _ terminal: Terminal
    ) async throws(Failure) {
        let created: Trunk = try await client.send(
            Trunk.createMethod, TrunkEnvelope(trunk), terminal, to: "create an \(Trunk.word) trunk")
        try terminal.emit(line: "SIPTrunkID: \(created.id)")
    }
}

/// `sipctl delete-sip-trunk --id ID`, as older tools have it.
struct LegacyTrunkDelete: Command {
    static let name = "delete-sip-trunk"

    static let id = Option<String>("id", "ID", in: .input, "what to delete")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Delete a trunk as older tools do", options: [id] + ServiceOptions.all,
            examples: [Example("sipctl delete-sip-trunk --id ST_Cv7nTkSbWm2d", "Delete a trunk")],
            exits: [ExitStatus.done.note, ExitStatus.no.note, ExitStatus.local.note],
            seeAlso: ["trunk delete"], hidden: true, runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        guard let id = options[Self.id] else { throw options.usageFailure("--id is missing") }
        let trunk = try await ServiceShell.open(options).send(
            .deleteTrunk, IDRequest<InboundTrunk>(TrunkID(id)), terminal, to: "delete \(id)", as: LegacyTrunk.self)
        try terminal.emit(line: "SIPTrunkID: \(trunk.id)")
        return .done
    }
}
