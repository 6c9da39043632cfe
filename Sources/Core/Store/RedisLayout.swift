/// A command for a Redis server: its name and arguments.
package struct RedisCommand: Hashable, Sendable {
    package let arguments: [[UInt8]]

    package init(_ arguments: [[UInt8]]) { self.arguments = arguments }
    package init(_ words: String...) { self.init(words.map { Array($0.utf8) }) }
}

/// Where trunks and rules lie in Redis, as livekit-server keeps them: hashes of protobuf messages by id, with no prefix
/// (livekit redisstore_sip.go).
package enum RedisLayout {
    package static let inboundTrunks = "sip_inbound_trunk"
    package static let outboundTrunks = "sip_outbound_trunk"
    /// Trunks of the old form, for both ways at once; read, deleted, and never written.
    package static let legacyTrunks = "sip_trunk"
    package static let rules = "sip_dispatch_rule"

    /// Reads everything; the replies make a `Snapshot`.
    package static let load = [inboundTrunks, outboundTrunks, legacyTrunks, rules].map { RedisCommand("HGETALL", $0) }

    /// The commands that make a change.
    package static func commands(_ change: RoutingChange) -> [RedisCommand] {
        switch change {
        case .putInbound(let trunk): [put(inboundTrunks, "\(trunk.id)", StoredBytes.bytes(trunk))]
        case .putOutbound(let trunk): [put(outboundTrunks, "\(trunk.id)", StoredBytes.bytes(trunk))]
        case .putRule(let rule): [put(rules, "\(rule.id)", StoredBytes.bytes(rule))]
        case .deleteTrunk(let id):
            [inboundTrunks, outboundTrunks, legacyTrunks].map { RedisCommand("HDEL", $0, "\(id)") }
        case .deleteRule(let id): [RedisCommand("HDEL", rules, "\(id)")]
        }
    }

    private static func put(_ hash: String, _ id: String, _ value: [UInt8]) -> RedisCommand {
        RedisCommand([Array("HSET".utf8), Array(hash.utf8), Array(id.utf8), value])
    }

    /// A field of a hash.
    package struct Entry: Hashable, Sendable {
        package let id: [UInt8]
        package let value: [UInt8]

        package init(id: [UInt8], value: [UInt8]) { (self.id, self.value) = (id, value) }
    }

    /// Everything that was stored at one moment, as bytes, so that two moments can be compared without decoding.
    package struct Snapshot: Hashable, Sendable {
        private let hashes: [[Entry]]

        /// - Parameter hashes: the fields of each hash, in the order of `load`; fields in any order.
        package init(_ hashes: [[Entry]]) {
            self.hashes = hashes.map { $0.sorted { $0.id.lexicographicallyPrecedes($1.id) } }
        }

        /// The objects. A trunk of the old form counts for each way that it serves, unless a new one has its id.
        package func table() throws(StoredBytes.Undecodable) -> RoutingTable {
            precondition(hashes.count == 4, "one list for each hash of `load`")
            let legacy = try hashes[2].mapTyped(StoredBytes.legacyTrunk)
            return RoutingTable(
                inbound: legacy.compactMap(\.inbound) + (try hashes[0].mapTyped(StoredBytes.inboundTrunk)),
                outbound: legacy.compactMap(\.outbound) + (try hashes[1].mapTyped(StoredBytes.outboundTrunk)),
                rules: try hashes[3].mapTyped(StoredBytes.dispatchRule))
        }
    }
}

extension [RedisLayout.Entry] {
    fileprivate func mapTyped<Object>(
        _ decode: (_ id: String, _ value: [UInt8]) throws(StoredBytes.Undecodable) -> Object
    ) throws(StoredBytes.Undecodable) -> [Object] {
        var objects: [Object] = []
        objects.reserveCapacity(count)
        for entry in self { objects.append(try decode(String(decoding: entry.id, as: UTF8.self), entry.value)) }
        return objects
    }
}
