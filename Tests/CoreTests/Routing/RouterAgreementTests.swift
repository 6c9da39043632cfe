import Core
import Support
import Testing

/// `serve` asks `Router`, `dispatch-rule explain` prints `Explanation`: both must decide alike, whatever the table.
@Suite("The indexed router and the explanation by scanning")
struct RouterAgreementTests {
    @Test(
        "they agree on random tables and calls, and each explanation names one winner",
        arguments: 0..<60 as Range<UInt64>)
    func agree(seed: UInt64) {
        var random = RandomRouting(seed)
        let table = random.table()
        let router = Router(table)
        for _ in 0..<40 {
            let facts = random.facts()
            let pin = random.pin()
            let explanation = Explanation(table, facts, pin, .sample, admitsUnmatched: random.chance(10))
            let said: Comment = "seed \(seed), \(facts), \(pin)"
            #expect(router.matchTrunk(facts) == explanation.trunkDecision, said)
            #expect(decision(router, facts, pin, explanation) == explanation.decision, said)
            let trunks = explanation.trunks.count { $0.standing == .chosen }
            #expect(trunks <= 1, said)
            if case .matched = explanation.trunkDecision { #expect(trunks == 1, said) }
            let rules = explanation.rules.count { $0.standing == .chosen }
            switch explanation.decision {
            case .accept, .requestPIN: #expect(rules == 1, said)
            case .wrongPIN, .refuse, nil: #expect(rules == 0, said)
            }
        }
    }

    /// What `serve` does: first without a PIN, then with what was entered if it was asked for.
    private func decision(
        _ router: Router, _ facts: CallFacts, _ pin: PINEntry, _ explanation: Explanation
    ) -> RuleDecision? {
        var trunk: InboundTrunk?
        if case .matched(let match) = router.matchTrunk(facts) { trunk = match.trunk }
        if trunk == nil, explanation.firstDecision == nil { return nil }
        let first = router.chooseRule(facts, trunk, .notAsked, .sample)
        guard case .requestPIN = first, pin != .notAsked else { return first }
        return router.chooseRule(facts, trunk, pin, .sample)
    }
}

/// Tables and calls from few words, so that they meet often; many of the tables are ones that creation would refuse.
private struct RandomRouting {
    private var random: SeededRandom

    init(_ seed: UInt64) { random = SeededRandom(seed: seed) }

    private static let numbers = ["+15550100", "15550101", "+1 (555) 0102", "alice", "", "15550100", "bob"]
    private static let addresses = [
        "203.0.113.9", "203.0.113.0/24", "203.0.0.0/16", "0.0.0.0/0", "2001:db8::/32", "2001:db8::9", "::/0",
        "sip.example.com", "198.51.100.7/32",
    ]
    private static let pins = ["", "", "1", "22"]

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func some(_ words: [String], emptyPercent: Int) -> [String] {
        if chance(emptyPercent) { return [] }
        return (0..<Int.random(in: 1...3, using: &random)).map { _ in pick(words) }
    }

    private mutating func pick(_ words: [String]) -> String {
        words[Int.random(in: words.indices, using: &random)]
    }

    mutating func table() -> RoutingTable {
        let trunkCount = Int.random(in: 0...12, using: &random)
        let ruleCount = Int.random(in: 0...16, using: &random)
        let trunks = (0..<trunkCount).map { index in
            InboundTrunk(
                "ST_\(index)", numbers: some(Self.numbers, emptyPercent: 40),
                addresses: some(Self.addresses, emptyPercent: 40), callers: some(Self.numbers, emptyPercent: 60),
                username: chance(20) ? "u" : "", password: chance(20) ? "p" : "")
        }
        let ids = (0..<(trunkCount + 1)).map { "ST_\($0)" }
        let rules = (0..<ruleCount).map { index in
            DispatchRule(
                "SDR_\(index)", room(), pin: pick(Self.pins), trunks: some(ids, emptyPercent: 50),
                callers: some(Self.numbers, emptyPercent: 60), numbers: some(Self.numbers, emptyPercent: 60))
        }
        return RoutingTable(inbound: trunks, rules: rules)
    }

    private mutating func room() -> RoomChoice {
        let name = pick(["a", "b", ""])
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return .direct(roomName: name)
        case 1: return .individual(roomPrefix: name, noRandomness: chance(50))
        default: return .callee(roomPrefix: name, randomize: chance(50))
        }
    }

    mutating func facts() -> CallFacts {
        let sources = ["203.0.113.9", "203.0.113.8", "203.0.1.1", "198.51.100.7", "2001:db8::9", "2001:db9::", "none"]
        return CallFacts.sample(
            from: pick(Self.numbers + ["+15550199"]), to: pick(Self.numbers + ["+15550199"]), source: pick(sources))
    }

    mutating func pin() -> PINEntry {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: .notAsked
        case 1: .skipped
        default: .entered(pick(["1", "22", "333", ""]))
        }
    }
}
