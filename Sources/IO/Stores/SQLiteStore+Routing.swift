package import Core

extension SQLiteStore: RoutingStore {
    package func load(_ done: @escaping @Sendable (Result<RoutingTable, StoreError>) -> Void) {
        ask(.read, done) { session throws(StoreError) in
            // One transaction, so that the three lists are of one moment.
            try session.database.reading { () throws(StoreError) in
                RoutingTable(
                    inbound: try session.objects("inbound_trunk", StoredBytes.inboundTrunk),
                    outbound: try session.objects("outbound_trunk", StoredBytes.outboundTrunk),
                    rules: try session.objects("dispatch_rule", StoredBytes.dispatchRule))
            }
        }
    }

    package func apply(_ changes: [RoutingChange], _ done: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        ask(.write, done) { session throws(StoreError) in
            for change in changes { try session.apply(change) }
            if !changes.isEmpty { _ = try session.bump(.routing) }
        }
    }

    package func watch(_ changed: @escaping @Sendable () -> Void) { watch(.routing, changed) }
}

extension SQLiteSession {
    fileprivate func objects<Object>(
        _ table: String, _ decode: (String, [UInt8]) throws(StoredBytes.Undecodable) -> Object
    ) throws(StoreError) -> [Object] {
        try database.rows("SELECT id, value FROM \(table) ORDER BY id") { row throws(StoreError) in
            do throws(StoredBytes.Undecodable) {
                return try decode(row.text(0), row.bytes(1))
            } catch {
                throw StoreError(.undecodable(object: error.id, detail: error.detail), database.path)
            }
        }
    }

    fileprivate func apply(_ change: RoutingChange) throws(StoreError) {
        switch change {
        case .putInbound(let trunk):
            try put("inbound_trunk", "\(trunk.id)", trunk.name, StoredBytes.bytes(trunk))
        case .putOutbound(let trunk):
            try put("outbound_trunk", "\(trunk.id)", trunk.name, StoredBytes.bytes(trunk))
        case .putRule(let rule):
            try put("dispatch_rule", "\(rule.id)", rule.name, StoredBytes.bytes(rule))
        case .deleteTrunk(let id):
            try database.run("DELETE FROM inbound_trunk WHERE id = ?", [.text("\(id)")])
            try database.run("DELETE FROM outbound_trunk WHERE id = ?", [.text("\(id)")])
        case .deleteRule(let id):
            try database.run("DELETE FROM dispatch_rule WHERE id = ?", [.text("\(id)")])
        }
    }

    private func put(_ table: String, _ id: String, _ name: String, _ value: [UInt8]) throws(StoreError) {
        try database.run(
            "INSERT OR REPLACE INTO \(table) VALUES (?, ?, ?)", [.text(id), .text(name), .blob(value)])
    }
}
