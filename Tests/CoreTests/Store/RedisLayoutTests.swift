import Core
import Testing

@Suite("RedisLayout: as livekit-server lays trunks and rules out")
struct RedisLayoutTests {
    private func words(_ command: RedisCommand) -> [String] {
        command.arguments.map { String(decoding: $0, as: UTF8.self) }
    }

    private func trunk(_ id: String, _ name: String = "") -> InboundTrunk {
        var trunk = InboundTrunk()
        (trunk.id, trunk.name) = (TrunkID(id), name)
        return trunk
    }

    private func entry(_ id: String, _ value: [UInt8]) -> RedisLayout.Entry { .init(id: Array(id.utf8), value: value) }

    @Test("everything is read from four hashes")
    func load() {
        #expect(
            RedisLayout.load.map(words) == [
                ["HGETALL", "sip_inbound_trunk"], ["HGETALL", "sip_outbound_trunk"], ["HGETALL", "sip_trunk"],
                ["HGETALL", "sip_dispatch_rule"],
            ])
    }

    @Test("what is put goes to the hash of its kind; a trunk is deleted from every hash of trunks")
    func commands() {
        #expect(
            RedisLayout.commands(.putInbound(trunk("ST_a"))).map(\.arguments) == [
                [Array("HSET".utf8), Array("sip_inbound_trunk".utf8), Array("ST_a".utf8), trunk("ST_a").protobuf]
            ])
        #expect(
            RedisLayout.commands(.deleteTrunk(TrunkID("ST_a"))).map(words) == [
                ["HDEL", "sip_inbound_trunk", "ST_a"], ["HDEL", "sip_outbound_trunk", "ST_a"],
                ["HDEL", "sip_trunk", "ST_a"],
            ])
        #expect(
            RedisLayout.commands(.deleteRule(RuleID("SDR_a"))).map(words) == [["HDEL", "sip_dispatch_rule", "SDR_a"]])
    }

    @Test("the order of the fields makes no difference, their bytes do")
    func snapshots() {
        let (a, b) = (entry("ST_a", [1]), entry("ST_b", [2]))
        #expect(RedisLayout.Snapshot([[a, b], [], [], []]) == RedisLayout.Snapshot([[b, a], [], [], []]))
        #expect(RedisLayout.Snapshot([[a, b], [], [], []]) != RedisLayout.Snapshot([[a], [], [], []]))
        #expect(RedisLayout.Snapshot([[a], [], [], []]) != RedisLayout.Snapshot([[], [a], [], []]))
    }

    @Test("the id of the field counts, also where the message has another or none")
    func ids() throws {
        let snapshot = RedisLayout.Snapshot([[entry("ST_field", trunk("ST_message", "n").protobuf)], [], [], []])
        #expect(try snapshot.table() == RoutingTable(inbound: [trunk("ST_field", "n")]))
    }

    @Test("an old trunk that only takes calls is none to call out by")
    func legacyWithoutAddress() throws {
        var old = LegacyTrunk()
        old.inboundAddresses = ["192.0.2.1"]
        let snapshot = RedisLayout.Snapshot([[], [], [entry("ST_a", old.protobuf)], []])
        #expect(try snapshot.table().inbound.map(\.allowedAddresses) == [["192.0.2.1"]])
        #expect(try snapshot.table().outbound.isEmpty)
    }

    @Test("bytes that are no message are named by their id", arguments: 0..<4)
    func undecodable(hash: Int) {
        var hashes: [[RedisLayout.Entry]] = [[], [], [], []]
        hashes[hash] = [entry("ST_bad", [0x0a, 0xff])]
        let error = #expect(throws: StoredBytes.Undecodable.self) { try RedisLayout.Snapshot(hashes).table() }
        #expect(error?.id == "ST_bad")
    }
}
