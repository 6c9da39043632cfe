import Core
import Testing

@Suite("Which trunk a call comes from")
struct TrunkMatchTests {
    private static let table = RoutingTable(inbound: [
        InboundTrunk("ST_a", numbers: ["+1 555-0100"], addresses: ["203.0.113.0/24", "2001:db8::/32"]),
        InboundTrunk("ST_b", numbers: ["15550101"], callers: ["+15550123"]),
        InboundTrunk("ST_c", addresses: ["198.51.100.7"]),
        InboundTrunk("ST_d", numbers: ["+15550102"], username: "user"),
        InboundTrunk("ST_e", numbers: ["+15550103"], password: "secret"),
        InboundTrunk("ST_f", numbers: ["+15550104"], username: "user", password: "secret"),
        InboundTrunk("ST_g", numbers: ["+15550105"], addresses: ["sip.example.com"]),
    ])

    @Test(
        "by called number, caller and source; closed by default",
        arguments: [
            (CallFacts.sample(to: "15550100"), "ST_a"),
            (CallFacts.sample(source: "2001:db8::5"), "ST_a"),
            (
                CallFacts.sample(source: "203.0.114.1"),
                "403 no trunk: source 203.0.114.1 is not in allowed_addresses of ST_a"
            ),
            (CallFacts.sample(source: "198.51.100.7"), "ST_c"),
            (CallFacts.sample(source: "none"), "403 no trunk: the unknown source is not in allowed_addresses of ST_a"),
            (CallFacts.sample(to: "+15550101"), "ST_b"),
            (CallFacts.sample(from: "1 (555) 0123", to: "+15550101"), "ST_b"),
            (
                CallFacts.sample(from: "+15550124", to: "+15550101"),
                "403 no trunk: caller +15550124 is not in allowed_numbers of ST_b"
            ),
            (
                CallFacts.sample(from: "", to: "+15550101"),
                "403 no trunk: the caller without a number is not in allowed_numbers of ST_b"
            ),
            (CallFacts.sample(to: "+19"), "403 no trunk: source 203.0.113.9 is not in allowed_addresses of ST_c"),
            (
                CallFacts.sample(to: "+15550102"),
                "403 trunk ST_d takes no calls: only one of auth_username and auth_password is set"
            ),
            (
                CallFacts.sample(to: "+15550103"),
                "403 trunk ST_e takes no calls: only one of auth_username and auth_password is set"
            ),
            (CallFacts.sample(to: "+15550104"), "ST_f"),
            (CallFacts.sample(to: "+15550105"), "403 no trunk: source 203.0.113.9 is not in allowed_addresses of ST_g"),
        ])
    func match(_ facts: CallFacts, _ expected: String) {
        #expect(Router(Self.table).matchTrunk(facts).text == expected)
    }

    @Test("the host of From admits nobody")
    func fromHostIsNoSource() {
        var facts = CallFacts.sample(source: "192.0.2.66")
        facts.fromHost = "203.0.113.9"
        let router = Router(RoutingTable(inbound: [InboundTrunk("ST_a", addresses: ["203.0.113.9"])]))
        #expect(router.matchTrunk(facts).text.hasPrefix("403 no trunk: source 192.0.2.66"))
    }

    @Test("a trunk that lists the number goes before one that serves all; of equals the lower id, with a rival")
    func preference() {
        let table = RoutingTable(inbound: [
            InboundTrunk("ST_a"), InboundTrunk("ST_b", numbers: ["+15550100"]),
            InboundTrunk("ST_c", numbers: ["15550100"]),
            InboundTrunk("ST_d"),
        ])
        #expect(Router(table).matchTrunk(CallFacts.sample()).text == "ST_b before ST_c")
        #expect(Router(table).matchTrunk(CallFacts.sample(to: "+1")).text == "ST_a before ST_d")
    }

    @Test("credentials are a digest only when both are there")
    func credentials() {
        #expect(InboundTrunk("a").credentials == .none)
        #expect(
            InboundTrunk("a", username: "u", password: "p").credentials
                == .digest(username: "u", password: "p", realm: ""))
        #expect(InboundTrunk("a", username: "u").credentials == .incomplete)
        #expect(InboundTrunk("a", password: "p").credentials == .incomplete)
    }

    @Test("without trunks, and with none for the number, the reason says so")
    func nothing() {
        #expect(Router(RoutingTable()).matchTrunk(CallFacts.sample()).text == "403 no trunk: there is no inbound trunk")
        let other = RoutingTable(inbound: [InboundTrunk("ST_a", numbers: ["+1"])])
        #expect(
            Router(other).matchTrunk(CallFacts.sample(to: "+2\r\nX: 1")).text
                == "403 no trunk: called +2\u{fffd}\u{fffd}X: 1 is in numbers of no inbound trunk")
    }
}

@Suite("Which rule takes a call")
struct RuleSelectionTests {
    private static func select(
        _ rules: [DispatchRule], _ facts: CallFacts = CallFacts.sample(), from trunk: String? = "ST_a",
        pin: PINEntry = .notAsked
    ) -> String {
        Router(RoutingTable(rules: rules)).selectRule(facts, from: trunk.map { TrunkID($0) }, pin).text
    }

    @Test("filters compare numbers in their normal form")
    func filters() {
        let rules = [DispatchRule("SDR_1", callers: ["1 555 0123"], numbers: ["(1) 5550100"])]
        #expect(Self.select(rules) == "SDR_1")
        #expect(
            Self.select(rules, CallFacts.sample(from: "+1"))
                == "404 no rule: caller +1 is not in inbound_numbers of SDR_1")
        #expect(Self.select(rules, CallFacts.sample(to: "+1")) == "404 no rule: called +1 is not in numbers of SDR_1")
    }

    @Test("a rule that names the trunk goes before all that name none; one of another trunk never matches")
    func trunks() {
        let rules = [
            DispatchRule("SDR_1", pin: "1", callers: ["+15550123"], numbers: ["+15550100"]),
            DispatchRule("SDR_2", .callee(roomPrefix: "", randomize: false), trunks: ["ST_a"]),
            DispatchRule("SDR_3", trunks: ["ST_b"], callers: ["+15550123"], numbers: ["+15550100"]),
        ]
        #expect(Self.select(rules) == "SDR_2")
        #expect(Self.select(rules, from: "ST_c") == "PIN? SDR_1")
        #expect(Self.select(rules, from: nil) == "PIN? SDR_1")
        #expect(
            Self.select([rules[2]])
                == "404 no rule: no dispatch rule names trunk ST_a, and none takes calls of every trunk")
        #expect(Self.select([], from: nil) == "404 no rule: no dispatch rule takes calls of every trunk")
    }

    @Test("rank: filters, PIN, kind, name of the room, id")
    func rank() {
        let best = [
            DispatchRule("SDR_9", pin: "1", callers: ["+15550123"], numbers: ["+15550100"]),
            DispatchRule(
                "SDR_8", .callee(roomPrefix: "", randomize: false), callers: ["+15550123"], numbers: ["+15550100"]),
            DispatchRule("SDR_7", .callee(roomPrefix: "", randomize: false), pin: "2", numbers: ["+15550100"]),
            DispatchRule("SDR_6", .direct(roomName: "a"), callers: ["+15550123"]),
            DispatchRule("SDR_5", .direct(roomName: "b"), callers: ["+15550123"]),
            DispatchRule("SDR_4", .individual(roomPrefix: "a", noRandomness: true), numbers: ["+15550100"]),
            DispatchRule("SDR_2", pin: "3"),
            DispatchRule("SDR_3", pin: "4"),
        ]
        var rules = best
        for rule in best {
            let text = rule.pin.isEmpty ? "\(rule.id)" : "PIN? \(rule.id)"
            #expect(Self.select(rules) == text)
            rules.removeFirst()
        }
    }

    @Test("a PIN selects among rules with that PIN, # alone among open ones, and neither falls back to the other")
    func pins() {
        let rules = [
            DispatchRule("SDR_1", pin: "11"), DispatchRule("SDR_2", pin: "22"),
            DispatchRule("SDR_3", .direct(roomName: "open")), DispatchRule("SDR_4", pin: "22", trunks: ["ST_b"]),
        ]
        #expect(Self.select(rules) == "PIN? SDR_1")
        #expect(Self.select(rules, pin: .entered("11")) == "SDR_1")
        #expect(Self.select(rules, pin: .entered("22")) == "SDR_2")
        #expect(Self.select(rules, from: "ST_b", pin: .entered("22")) == "SDR_4")
        #expect(Self.select(rules, from: "ST_b", pin: .entered("11")) == "SDR_1")
        #expect(Self.select(rules, pin: .entered("33")) == "wrong PIN")
        #expect(Self.select(rules, pin: .entered("")) == "wrong PIN")
        #expect(Self.select(rules, pin: .skipped) == "SDR_3")
        #expect(Self.select([rules[0]], pin: .skipped) == "wrong PIN")
        #expect(Self.select([rules[2]], pin: .entered("11")) == "wrong PIN")
        #expect(Self.select([], pin: .entered("11")).hasPrefix("404"))
    }
}
