/// The service `livekit.SIP`, as far as it works on trunks and rules (livekit API section 4): requests and a table go in,
/// changes and a response come out. The caller makes the changes in its store and then sends the response.
package struct SIPService {
    /// What a method did.
    package struct Reply: Hashable, Sendable {
        package var changes: [RoutingChange] = []
        /// In the encoding of the request.
        package var body: [UInt8]
        /// What is allowed but will hardly be meant, each a sentence.
        package var warnings: [String] = []
    }

    /// The trunks and rules at the time of the request.
    let table: RoutingTable
    /// Since 1970.
    let now: Duration
    let encoding: APIEncoding
    var ids: IDSource

    /// Carries out one method.
    /// - Parameters:
    ///   - now: since 1970.
    ///   - ids: where the ids of new objects come from.
    package static func handle(
        _ method: SIPMethod, _ body: [UInt8], _ encoding: APIEncoding = .json, table: RoutingTable, now: Duration,
        ids: inout IDSource
    ) throws(TwirpError) -> Reply {
        let wholeMilliseconds = Duration.milliseconds(now.milliseconds)
        var service = SIPService(table: table, now: wholeMilliseconds, encoding: encoding, ids: ids)
        defer { ids = service.ids }
        return try service.reply(to: method, body)
    }

    private mutating func reply(to method: SIPMethod, _ body: [UInt8]) throws(TwirpError) -> Reply {
        switch method {
        case .createInboundTrunk: try create(InboundTrunk.self, body)
        case .createOutboundTrunk: try create(OutboundTrunk.self, body)
        case .updateInboundTrunk: try update(InboundTrunk.self, body)
        case .updateOutboundTrunk: try update(OutboundTrunk.self, body)
        case .getInboundTrunk: try get(InboundTrunk.self, body)
        case .getOutboundTrunk: try get(OutboundTrunk.self, body)
        case .listInboundTrunk: try listInbound(body)
        case .listOutboundTrunk: try listOutbound(body)
        case .listTrunk: try listLegacy(body)
        case .deleteTrunk: try deleteTrunk(body)
        case .createDispatchRule: try createRule(body)
        case .updateDispatchRule: try update(DispatchRule.self, body)
        case .listDispatchRule: try listRules(body)
        case .deleteDispatchRule: try deleteRule(body)
        case .createParticipant, .transferParticipant:
            throw TwirpError(.unavailable, "no server is running here that could do this")
        }
    }

    // MARK: Create

    private mutating func create<Trunk: KeptObject>(_: Trunk.Type, _ body: [UInt8]) throws(TwirpError) -> Reply {
        let request: TrunkEnvelope<Trunk> = try encoding.read(body)
        guard let trunk = request.trunk else { throw .invalid("trunk", "is missing") }
        return try create(trunk, path: "trunk.")
    }

    private mutating func createRule(_ body: [UInt8]) throws(TwirpError) -> Reply {
        let request: CreateRuleRequest = try encoding.read(body)
        guard let rule = request.rule else { throw .invalid("dispatch_rule", "is missing") }
        return try create(rule, path: request.dispatchRule == nil ? "" : "dispatch_rule.")
    }

    private mutating func create<Object: KeptObject>(_ object: Object, path: String) throws(TwirpError) -> Reply {
        guard object.id.description.isEmpty else {
            throw .invalid(path + Object.idName, "must be empty, because the id is made here")
        }
        var object = object
        (object.createdAt, object.updatedAt) = (now, now)
        repeat { object.id = newID(Object.self) } while Object.find(object.id, in: table) != nil
        return try put(object, path: path)
    }

    /// The prefix and twelve letters or digits.
    private mutating func newID<Object: KeptObject>(_: Object.Type) -> Object.ID {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        let suffix = (0..<12).map { _ in letters[Int((ids.next() >> 32) % 62)] }
        return Object.makeID(Object.idPrefix + suffix.text)
    }

    private func put<Object: KeptObject>(_ object: Object, path: String) throws(TwirpError) -> Reply {
        try object.check(at: path)
        try object.checkConflicts(in: table)
        return Reply(changes: [object.put], body: encoding.write(object), warnings: object.warnings(in: table))
    }

    // MARK: Update, get, delete

    private func update<Object: KeptObject>(_: Object.Type, _ body: [UInt8]) throws(TwirpError) -> Reply {
        let request: UpdateRequest<Object> = try encoding.read(body)
        let stored: Object = try find(request.id)
        var path = ""
        var object: Object
        switch request.action {
        case .replace(let new):
            guard new.id.description.isEmpty || new.id == stored.id else {
                throw .invalid("replace.\(Object.idName)", "must be empty or \(stored.id)")
            }
            object = new
            (object.id, path) = (stored.id, "replace.")
        case .update(let update):
            object = stored
            try object.apply(update)
        case nil: throw TwirpError(.invalidArgument, "missing or unsupported update action: give replace or update")
        }
        (object.createdAt, object.updatedAt) = (stored.createdAt, now)
        return try put(object, path: path)
    }

    private func get<Trunk: KeptObject>(_: Trunk.Type, _ body: [UInt8]) throws(TwirpError) -> Reply {
        let request: IDRequest<Trunk> = try encoding.read(body)
        return Reply(body: encoding.write(TrunkEnvelope<Trunk>(try find(request.id))))
    }

    private func deleteTrunk(_ body: [UInt8]) throws(TwirpError) -> Reply {
        let id = try encoding.read(body, as: IDRequest<InboundTrunk>.self).id
        guard table.inboundTrunk(id) != nil || table.outboundTrunk(id) != nil else {
            throw missing("trunk", id, "sip_trunk_id")
        }
        var trunk = LegacyTrunk()
        trunk.id = id
        return Reply(changes: [.deleteTrunk(id)], body: encoding.write(trunk))
    }

    private func deleteRule(_ body: [UInt8]) throws(TwirpError) -> Reply {
        let rule: DispatchRule = try find(try encoding.read(body, as: IDRequest<DispatchRule>.self).id)
        return Reply(changes: [.deleteRule(rule.id)], body: encoding.write(rule))
    }

    private func find<Object: KeptObject>(_ id: Object.ID) throws(TwirpError) -> Object {
        guard let object = Object.find(id, in: table) else { throw missing(Object.noun, id, Object.idName) }
        return object
    }

    private func missing(_ noun: String, _ id: some CustomStringConvertible, _ argument: String) -> TwirpError {
        guard !id.description.isEmpty else { return .invalid(argument, "is missing") }
        return TwirpError(.notFound, "there is no \(noun) \(id)", meta: ["argument": argument])
    }
}
