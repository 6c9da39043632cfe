import Core
import Testing

@Suite("RoutingChange")
struct RoutingChangeTests {
    private func inbound(_ id: String, _ name: String = "") -> InboundTrunk {
        var trunk = InboundTrunk()
        (trunk.id, trunk.name) = (TrunkID(id), name)
        return trunk
    }

    private func outbound(_ id: String) -> OutboundTrunk {
        var trunk = OutboundTrunk()
        trunk.id = TrunkID(id)
        return trunk
    }

    private func rule(_ id: String) -> DispatchRule {
        var rule = DispatchRule()
        rule.id = RuleID(id)
        return rule
    }

    @Test("what is put replaces what has its id, and deleting what is not there changes nothing")
    func changes() {
        var table = RoutingTable(inbound: [inbound("ST_b", "old")])
        table.apply([
            .putInbound(inbound("ST_b", "new")), .putInbound(inbound("ST_a")), .putOutbound(outbound("ST_c")),
            .putRule(rule("SDR_a")), .deleteTrunk(TrunkID("ST_x")), .deleteRule(RuleID("SDR_x")),
        ])
        #expect(
            table
                == RoutingTable(
                    inbound: [inbound("ST_a"), inbound("ST_b", "new")], outbound: [outbound("ST_c")],
                    rules: [rule("SDR_a")]))
        table.apply([.deleteTrunk(TrunkID("ST_c")), .deleteTrunk(TrunkID("ST_b")), .deleteRule(RuleID("SDR_a"))])
        #expect(table == RoutingTable(inbound: [inbound("ST_a")]))
    }

    @Test("changes count in their order")
    func order() {
        var table = RoutingTable()
        table.apply([.deleteTrunk(TrunkID("ST_a")), .putInbound(inbound("ST_a"))])
        #expect(table.inbound == [inbound("ST_a")])
        table.apply([.putInbound(inbound("ST_a")), .deleteTrunk(TrunkID("ST_a"))])
        #expect(table == RoutingTable())
    }
}
