import Core
import Testing

@Suite("Rules with the same claim")
struct RuleRivalsTests {
    private func rule(_ id: String, _ room: String, _ change: (inout DispatchRule) -> Void = { _ in }) -> DispatchRule {
        var rule = DispatchRule()
        (rule.id, rule.room) = (RuleID(id), .direct(roomName: room))
        change(&rule)
        return rule
    }

    @Test("those that cannot be told apart are named, the one that is taken first")
    func rivals() {
        let table = RoutingTable(rules: [
            rule("SDR_a", "z"), rule("SDR_b", "a"), rule("SDR_c", "a") { $0.pin = "1" },
            rule("SDR_d", "a") { $0.numbers = ["+1 555"] }, rule("SDR_e", "b") { $0.numbers = ["+1555"] },
            rule("SDR_f", "a") { $0.trunkIDs = [TrunkID("ST_a")] },
        ])
        let named = table.ruleRivals.map { "\($0.taken) \($0.other)" }
        #expect(named == ["SDR_b SDR_a", "SDR_d SDR_e"])
        #expect(table.ruleRivals.first?.sentence.contains("SDR_b goes first") == true)
        #expect(RoutingTable().ruleRivals.isEmpty)
    }
}
