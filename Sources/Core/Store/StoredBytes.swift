/// API objects as stores keep them: the binary protobuf messages that livekit-server keeps in Redis.
package enum StoredBytes {
    /// Stored bytes are not the message that they should be.
    package struct Undecodable: Error, Hashable, Sendable {
        /// The id under which they are stored.
        package let id: String
        package let detail: String
    }

    package static func bytes(_ trunk: InboundTrunk) -> [UInt8] { trunk.protobuf }
    package static func bytes(_ trunk: OutboundTrunk) -> [UInt8] { trunk.protobuf }
    package static func bytes(_ rule: DispatchRule) -> [UInt8] { rule.protobuf }

    // The id under which an object is stored is the one by which it is found and deleted, so it counts.

    package static func inboundTrunk(_ id: String, _ bytes: [UInt8]) throws(Undecodable) -> InboundTrunk {
        var trunk: InboundTrunk = try decode(id, bytes)
        trunk.id = TrunkID(id)
        return trunk
    }

    package static func outboundTrunk(_ id: String, _ bytes: [UInt8]) throws(Undecodable) -> OutboundTrunk {
        var trunk: OutboundTrunk = try decode(id, bytes)
        trunk.id = TrunkID(id)
        return trunk
    }

    package static func dispatchRule(_ id: String, _ bytes: [UInt8]) throws(Undecodable) -> DispatchRule {
        var rule: DispatchRule = try decode(id, bytes)
        rule.id = RuleID(id)
        return rule
    }

    /// A trunk of the old form as the trunks of today that it stands for.
    package static func legacyTrunk(
        _ id: String, _ bytes: [UInt8]
    ) throws(Undecodable) -> (inbound: InboundTrunk?, outbound: OutboundTrunk?) {
        let trunk: LegacyTrunk = try decode(id, bytes)
        return (
            trunk.trunkKind == .outbound ? nil : inbound(trunk, id),
            // One that only takes calls has no address to call.
            trunk.trunkKind == .inbound || trunk.outboundAddress.isEmpty ? nil : outbound(trunk, id)
        )
    }

    private static func inbound(_ old: LegacyTrunk, _ id: String) -> InboundTrunk {
        var trunk = InboundTrunk()
        (trunk.id, trunk.name, trunk.metadata) = (TrunkID(id), old.name, old.metadata)
        trunk.numbers = old.outboundNumber.isEmpty ? [] : [old.outboundNumber]
        (trunk.allowedAddresses, trunk.allowedNumbers) = (old.inboundAddresses, old.inboundNumbers)
        (trunk.authUsername, trunk.authPassword) = (old.inboundUsername, old.inboundPassword)
        return trunk
    }

    private static func outbound(_ old: LegacyTrunk, _ id: String) -> OutboundTrunk {
        var trunk = OutboundTrunk()
        (trunk.id, trunk.name, trunk.metadata) = (TrunkID(id), old.name, old.metadata)
        (trunk.address, trunk.transport) = (old.outboundAddress, old.transport)
        trunk.numbers = old.outboundNumber.isEmpty ? [] : [old.outboundNumber]
        (trunk.authUsername, trunk.authPassword) = (old.outboundUsername, old.outboundPassword)
        return trunk
    }

    private static func decode<Message: ProtobufMessage>(
        _ id: String, _ bytes: [UInt8]
    ) throws(Undecodable) -> Message {
        do throws(ProtobufError) {
            return try Message(protobuf: bytes)
        } catch {
            throw Undecodable(id: id, detail: "\(error.reason.rawValue) at byte \(error.offset)")
        }
    }
}
