import Core
import Testing

@Suite("What is checked when trunks and rules are created")
struct RoutingChecksTests {
    @Test(
        "faults of a trunk",
        arguments: [
            (InboundTrunk("a", numbers: ["1"]), []),
            (InboundTrunk("a", username: "u", password: "p"), []),
            (InboundTrunk("a", addresses: ["203.0.113.9"]), []),
            (InboundTrunk("a"), [.admitsEveryone]),
            (InboundTrunk("a", callers: ["1"]), [.admitsEveryone]),
            (InboundTrunk("a", numbers: ["1"], username: "u"), [.missingCredential(field: "auth_password")]),
            (InboundTrunk("a", password: "p"), [.missingCredential(field: "auth_username")]),
            (
                InboundTrunk("a", addresses: ["203.0.113.0/33", "203.0.113.9", "sip.example.com"]),
                [.address("203.0.113.0/33", .prefixLength(limit: 32)), .address("sip.example.com", .hostName)]
            ),
        ] as [(InboundTrunk, [TrunkFault])])
    func faults(_ trunk: InboundTrunk, _ expected: [TrunkFault]) {
        #expect(trunk.accessFaults == expected)
    }

    @Test("a bad address is named with the reason")
    func sentence() {
        let fault = TrunkFault.address("203.0.113.0/33", .prefixLength(limit: 32))
        #expect(
            fault.sentence
                == "allowed_addresses: '203.0.113.0/33' has a prefix length that is not a number from 0 to 32")
    }

    @Test(
        "trunks conflict when they serve a number for the same callers",
        arguments: [
            (InboundTrunk("ST_n", numbers: ["1 555 0100"]), "ST_a serves +15550100 for every caller"),
            (
                InboundTrunk("ST_n", numbers: ["9", "15550101"], callers: ["15550123"]),
                "ST_b serves +15550101 for caller +15550123"
            ),
            (InboundTrunk("ST_n"), "ST_c serves every number for every caller"),
            (InboundTrunk("ST_n", numbers: ["15550100"], callers: ["1"]), ""),
            (InboundTrunk("ST_n", numbers: ["15550101"]), ""),
            (InboundTrunk("ST_n", numbers: ["15550101"], callers: ["1"]), ""),
            (InboundTrunk("ST_n", callers: ["1"]), ""),
            (InboundTrunk("ST_a", numbers: ["15550100"]), ""),
        ])
    func trunkConflicts(_ trunk: InboundTrunk, _ expected: String) {
        let table = RoutingTable(inbound: [
            InboundTrunk("ST_a", numbers: ["+15550100"], addresses: ["203.0.113.9"]),
            InboundTrunk("ST_b", numbers: ["+15550101"], callers: ["+15550123"]), InboundTrunk("ST_c"),
        ])
        let sentence = table.conflicts(with: trunk).map(\.sentence).joined()
        let remedy = " too: give one of them other numbers or other allowed_numbers"
        #expect(sentence == (expected.isEmpty ? "" : "trunk " + expected + remedy))
    }

    @Test(
        "rules conflict when trunk, caller, called number and PIN are the same; an empty list is one value",
        arguments: [
            (
                DispatchRule("SDR_n"),
                "rule SDR_a takes calls from every trunk, every caller to every number without a PIN"
            ),
            (DispatchRule("SDR_n", pin: "1"), ""),
            (
                DispatchRule("SDR_n", pin: "2"),
                "rule SDR_b takes calls from every trunk, every caller to every number with the same PIN"
            ),
            (
                DispatchRule("SDR_n", trunks: ["x", "ST_1"], callers: ["15550123"], numbers: ["(1) 5550100"]),
                "rule SDR_c takes calls from trunk ST_1, caller +15550123 to +15550100 without a PIN"
            ),
            (DispatchRule("SDR_n", trunks: ["ST_1"], callers: ["15550123"]), ""),
            (DispatchRule("SDR_n", trunks: ["ST_2"], callers: ["15550123"], numbers: ["15550100"]), ""),
            (DispatchRule("SDR_a"), ""),
        ])
    func ruleConflicts(_ rule: DispatchRule, _ expected: String) {
        let table = RoutingTable(rules: [
            DispatchRule("SDR_a"), DispatchRule("SDR_b", pin: "2"),
            DispatchRule("SDR_c", trunks: ["ST_1"], callers: ["+15550123"], numbers: ["+15550100"]),
        ])
        let sentence = table.conflicts(with: rule).map(\.sentence).joined()
        let remedy = " too: change trunk_ids, numbers, inbound_numbers or the PIN of one"
        #expect(sentence == (expected.isEmpty ? "" : expected + remedy))
    }

    @Test(
        "a rule that can never match is warned about",
        arguments: [
            (DispatchRule("SDR_n", numbers: ["15550100"]), []),
            (DispatchRule("SDR_n", trunks: ["ST_a"], callers: ["1"]), []),
            (DispatchRule("SDR_n", trunks: ["ST_x", "ST_a"]), [.unknownTrunk(TrunkID("ST_x"))]),
            (DispatchRule("SDR_n", trunks: ["ST_x"], numbers: ["7"]), [.unknownTrunk(TrunkID("ST_x"))]),
            (DispatchRule("SDR_n", trunks: ["ST_out"]), [.outboundTrunk(TrunkID("ST_out"))]),
            (DispatchRule("SDR_n", numbers: ["7"]), [.numbersNotServed]),
            (DispatchRule("SDR_n", trunks: ["ST_b"], callers: ["7"]), [.callersNotAllowed]),
            (
                DispatchRule("SDR_n", trunks: ["ST_b"], callers: ["7"], numbers: ["7"]),
                [.numbersNotServed, .callersNotAllowed]
            ),
            (
                DispatchRule("SDR_n", trunks: ["ST_b", "ST_c"], callers: ["15550123"], numbers: ["15550102"]),
                [.neverTogether]
            ),
        ] as [(DispatchRule, [RuleWarning])])
    func warnings(_ rule: DispatchRule, _ expected: [RuleWarning]) {
        var outbound = OutboundTrunk()
        outbound.id = TrunkID("ST_out")
        let table = RoutingTable(
            inbound: [
                InboundTrunk("ST_a", numbers: ["+15550100"]),
                InboundTrunk("ST_b", numbers: ["+15550101"], callers: ["+15550123"]),
                InboundTrunk("ST_c", numbers: ["+15550102"], callers: ["+15550124"]),
            ], outbound: [outbound])
        #expect(table.warnings(about: rule) == expected)
        #expect(RoutingTable().warnings(about: DispatchRule("SDR_n")) == [.noInboundTrunk])
    }

    @Test(
        "a rule that another is preferred to for every call is warned about",
        arguments: [
            // The new rule, the other one, whether the other shadows it.
            (DispatchRule("SDR_n"), DispatchRule("SDR_o", trunks: ["ST_a", "ST_b"]), true),
            (DispatchRule("SDR_n"), DispatchRule("SDR_o", trunks: ["ST_a"]), false),
            (DispatchRule("SDR_n", numbers: ["15550100"]), DispatchRule("SDR_o", trunks: ["ST_a"]), true),
            (DispatchRule("SDR_n"), DispatchRule("SDR_o", pin: "1", trunks: ["ST_a", "ST_b"]), false),
            (DispatchRule("SDR_n", pin: "1"), DispatchRule("SDR_o", trunks: ["ST_a", "ST_b"]), true),
            (DispatchRule("SDR_n", pin: "1"), DispatchRule("SDR_o", pin: "1", trunks: ["ST_a", "ST_b"]), true),
            (DispatchRule("SDR_n", pin: "1"), DispatchRule("SDR_o", pin: "2", trunks: ["ST_a", "ST_b"]), false),
            (DispatchRule("SDR_n", trunks: ["ST_a"]), DispatchRule("SDR_o"), false),
            (DispatchRule("SDR_n", callers: ["1"]), DispatchRule("SDR_o", callers: ["+1", "2"]), false),
            (
                DispatchRule("SDR_n", .callee(roomPrefix: "", randomize: false), callers: ["1"]),
                DispatchRule("SDR_o", callers: ["+1", "2"]), true
            ),
            (
                DispatchRule("SDR_n", .callee(roomPrefix: "", randomize: false)), DispatchRule("SDR_o", callers: ["1"]),
                false
            ),
        ])
    func shadowed(_ rule: DispatchRule, _ other: DispatchRule, _ isShadowed: Bool) {
        let table = RoutingTable(
            inbound: [InboundTrunk("ST_a", numbers: ["+15550100"]), InboundTrunk("ST_b", numbers: ["+15550101"])],
            rules: [other])
        #expect(table.warnings(about: rule) == (isShadowed ? [.shadowed(by: RuleID("SDR_o"))] : []))
    }

    @Test("a PIN rule behind an open one is reached when a third rule asks for a PIN first")
    func askedByAnother() {
        let table = RoutingTable(
            inbound: [InboundTrunk("ST_a", numbers: ["+1"])],
            rules: [DispatchRule("SDR_o", trunks: ["ST_a"]), DispatchRule("SDR_p", pin: "2", trunks: ["ST_a"])])
        #expect(table.warnings(about: DispatchRule("SDR_n", pin: "1")).isEmpty)
    }
}
