/// Lists (livekit API, "List semantics"): in ascending order of ids, those that pass the filters, a page of them.
extension SIPService {
    /// How many items a page has that does not say.
    private static let pageSize = 1000

    func listInbound(_ body: [UInt8]) throws(TwirpError) -> Reply {
        let request: ListTrunksRequest = try encoding.read(body)
        let wanted = Set(request.numbers.map { NormalizedNumber($0) })
        return try list(table.inbound, request.trunkIDs, request.page) { trunk in
            wanted.isEmpty || trunk.numbers.isEmpty || trunk.numbers.contains { wanted.contains(NormalizedNumber($0)) }
        }
    }

    func listOutbound(_ body: [UInt8]) throws(TwirpError) -> Reply {
        let request: ListTrunksRequest = try encoding.read(body)
        let wanted = Set(request.numbers)
        return try list(table.outbound, request.trunkIDs, request.page) { trunk in
            wanted.isEmpty || trunk.numbers.isEmpty || trunk.numbers.contains { wanted.contains($0) }
        }
    }

    func listRules(_ body: [UInt8]) throws(TwirpError) -> Reply {
        let request: ListRulesRequest = try encoding.read(body)
        let wanted = Set(request.trunkIDs)
        return try list(table.rules, request.ruleIDs, request.page) { rule in
            wanted.isEmpty || rule.trunkIDs.isEmpty || rule.trunkIDs.contains { wanted.contains($0) }
        }
    }

    /// All trunks in the old form.
    func listLegacy(_ body: [UInt8]) throws(TwirpError) -> Reply {
        let request: ListLegacyTrunksRequest = try encoding.read(body)
        let trunks = table.inbound.map { LegacyTrunk($0) } + table.outbound.map { LegacyTrunk($0) }
        let page = try self.page(trunks.sorted { $0.id < $1.id }, request.page)
        return Reply(body: encoding.write(ListResponse(page)))
    }

    private func list<Object: KeptObject>(
        _ objects: [Object], _ ids: [Object.ID], _ page: Pagination?, where isWanted: (Object) -> Bool
    ) throws(TwirpError) -> Reply {
        let ids = Set(ids)
        let matches = objects.filter { (ids.isEmpty || ids.contains($0.id)) && isWanted($0) }
        return Reply(body: encoding.write(ListResponse(try self.page(matches, page))))
    }

    private func page<Item: ListedItem>(_ items: [Item], _ page: Pagination?) throws(TwirpError) -> [Item] {
        guard let page else { return items }
        guard page.limit >= 0 else { throw .invalid("page.limit", "must not be negative") }
        let after = page.afterID.utf8
        let rest = items.drop { !after.lexicographicallyPrecedes($0.id.description.utf8) }
        return Array(rest.prefix(page.limit == 0 ? Self.pageSize : Int(page.limit)))
    }
}

/// What stands in a list, in order of ids.
protocol ListedItem: ProtobufMessage {
    associatedtype ID: CustomStringConvertible
    var id: ID { get }
}

extension LegacyTrunk: ListedItem {}
