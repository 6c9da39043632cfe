import Core
import Testing

@Suite("The table of trunks and rules")
struct RoutingTableTests {
    private static func trunk(_ id: String, _ name: String = "") -> InboundTrunk {
        var trunk = InboundTrunk()
        (trunk.id, trunk.name) = (TrunkID(id), name)
        return trunk
    }

    private static func rule(_ id: String) -> DispatchRule {
        var rule = DispatchRule()
        rule.id = RuleID(id)
        return rule
    }

    @Test("lists are in order of ids, and of two objects with one id the later counts")
    func ordered() {
        let table = RoutingTable(
            inbound: [Self.trunk("ST_b", "old"), Self.trunk("ST_a"), Self.trunk("ST_b", "new")],
            rules: [Self.rule("SDR_2"), Self.rule("SDR_10"), Self.rule("SDR_1")])
        #expect(table.inbound.map(\.id.description) == ["ST_a", "ST_b"])
        #expect(table.inboundTrunk(TrunkID("ST_b"))?.name == "new")
        #expect(table.rules.map(\.id.description) == ["SDR_1", "SDR_10", "SDR_2"])
    }

    @Test("put adds or replaces in place; remove says whether it was there")
    func changes() {
        var table = RoutingTable()
        for id in ["ST_c", "ST_a", "ST_b"] { table.put(Self.trunk(id)) }
        table.put(Self.trunk("ST_b", "second"))
        #expect(table.inbound.map(\.id.description) == ["ST_a", "ST_b", "ST_c"])
        #expect(table.inboundTrunk(TrunkID("ST_b"))?.name == "second")
        #expect(table.inboundTrunk(TrunkID("ST_")) == nil)

        var outbound = OutboundTrunk()
        outbound.id = TrunkID("ST_o")
        table.put(outbound)
        #expect(table.outboundTrunk(TrunkID("ST_o")) == outbound)
        #expect(table.inboundTrunk(TrunkID("ST_o")) == nil)

        let removed = ["ST_o", "ST_a", "ST_a"].map { table.removeTrunk(TrunkID($0)) }
        #expect(removed == [true, true, false])
        table.put(Self.rule("SDR_1"))
        let gone = ["SDR_1", "SDR_1"].map { table.removeRule(RuleID($0)) }
        #expect(gone == [true, false])
        #expect(table.inbound.map(\.id.description) == ["ST_b", "ST_c"])
        #expect(table.rules.isEmpty && table.outbound.isEmpty)
    }
}
