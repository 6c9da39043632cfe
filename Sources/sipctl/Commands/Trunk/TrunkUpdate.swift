internal import Core

/// `sipctl trunk update inbound|outbound ID [FILE]`.
struct TrunkUpdate<Trunk: CommandTrunk>: Command {
    static var name: String { Trunk.word }

    private static var id: Argument<String> { Argument("ID", "the id of the trunk") }
    private static var file: OptionalArgument<RequestText> {
        OptionalArgument("FILE", "JSON of the change: a file, - or the JSON itself")
    }

    static var spec: CommandSpec {
        CommandSpec(
            name, "Change an \(Trunk.word) trunk",
            description: """
                Options change the fields that they name and leave the others; an empty list clears a list, an empty \
                value removes an entry of a map. A FILE with a whole trunk replaces everything but the id; one with \
                "update" or "replace" is a request of the API. Prints the trunk as it is then.

                \(ServiceOptions.description)
                """,
            arguments: [id, file],
            options: Trunk.fields + ServiceOptions.all + [GlobalOptions.json, SecretOptions.show],
            examples: [
                Example("sipctl trunk update \(Trunk.word) ST_Cv7nTkSbWm2d --name carrier", "Give a trunk a name"),
                Example(
                    "sipctl trunk update \(Trunk.word) ST_Cv7nTkSbWm2d \\\n"
                        + "  '{\"update\":{\"numbers\":{\"add\":[\"+15550101\"]}}}'",
                    "Add a number to those that are there"),
            ],
            exits: [
                ExitStatus.done.when("changed"),
                ExitStatus.no.when("there is no such trunk, or the change is not valid"), ExitStatus.unreachable.note,
                ExitStatus.refused.note, ExitStatus.local.note,
            ],
            seeAlso: ["trunk get", "trunk create \(Trunk.word)"], runs: Self.self)
    }

    private let options: ParsedOptions
    private let id: TrunkID

    init(_ options: ParsedOptions) throws(Failure) {
        self.options = options
        id = TrunkID(try options[Self.id])
    }

    private var subject: String { "update \(id)" }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let input = try options[Self.file]?.read(terminal)
        let client = try await ServiceShell.open(options)
        var updated: Trunk?
        if let input { updated = try await send(try request(input, terminal), client, terminal) }
        let stored: Trunk
        if let updated { stored = updated } else { stored = try await get(client, terminal) }
        var changed = stored
        try changed.apply(options)
        if changed.protobuf != stored.protobuf {
            updated = try await send(UpdateRequest(id, stored.change(to: changed)), client, terminal)
        }
        guard let updated else {
            throw options.usageFailure("nothing is to be changed: give a FILE, or options with other values")
        }
        try terminal.emit(object: updated, showSecrets: options[SecretOptions.show])
        return .done
    }

    private func request(_ input: RequestInput, _ terminal: Terminal) throws(Failure) -> UpdateRequest<Trunk> {
        guard input.has("update") || input.has("replace") else {
            let trunk: Trunk = try TrunkRequest.trunk(in: input, terminal)
            guard trunk.id.description.isEmpty || trunk.id == id else {
                throw input.failure("sip_trunk_id is \(trunk.id), not \(id)")
            }
            return UpdateRequest(id, .replace(trunk))
        }
        var request = try input.message(UpdateRequest<Trunk>.self)
        guard request.id.description.isEmpty || request.id.description == id.description else {
            throw input.failure("sip_trunk_id is \(request.id), not \(id)")
        }
        if case .replace(let trunk)? = request.action { try TrunkRequest.refuseMask(trunk, input) }
        request.id = id
        return request
    }

    private func send(
        _ request: UpdateRequest<Trunk>, _ client: any ServiceClient, _ terminal: Terminal
    ) async throws(Failure) -> Trunk { try await client.send(Trunk.updateMethod, request, terminal, to: subject) }

    private func get(_ client: any ServiceClient, _ terminal: Terminal) async throws(Failure) -> Trunk {
        let answer = try await client.send(
            Trunk.getMethod, IDRequest<Trunk>(id), terminal, to: subject, as: TrunkEnvelope<Trunk>.self)
        guard let trunk = answer.trunk else { throw Failure(.no, "cannot \(subject): there is no such trunk") }
        return trunk
    }
}
