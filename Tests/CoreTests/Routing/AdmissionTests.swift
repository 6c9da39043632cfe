import Core
import Testing

@Suite("As whom a caller enters which room")
struct AdmissionTests {
    private static func admission(
        _ rule: DispatchRule, _ facts: CallFacts = CallFacts.sample(), _ trunk: InboundTrunk? = InboundTrunk("ST_a"),
        _ context: AdmissionContext = .sample
    ) throws -> Admission {
        let decision = Router(RoutingTable(rules: [rule])).chooseRule(facts, trunk, .entered(rule.pin), context)
        let skipped = Router(RoutingTable(rules: [rule])).chooseRule(facts, trunk, .skipped, context)
        guard case .accept(let admission) = rule.pin.isEmpty ? skipped : decision else {
            throw Mismatch(decision: decision)
        }
        return admission
    }

    private struct Mismatch: Error { let decision: RuleDecision }

    @Test(
        "the name of the room",
        arguments: [
            (.direct(roomName: "r"), "+15550123", "r"),
            (.individual(roomPrefix: "p", noRandomness: true), "+15550123", "p_+15550123"),
            (.individual(roomPrefix: "p", noRandomness: false), "+15550123", "p_+15550123_abcDEF012345"),
            (.individual(roomPrefix: "", noRandomness: true), "+15550123", "+15550123"),
            (.individual(roomPrefix: "", noRandomness: false), "+15550123", "+15550123_abcDEF012345"),
            (.individual(roomPrefix: "p", noRandomness: true), "", "p_anonymous_anonymous_abcDEF012345"),
            (.individual(roomPrefix: "p", noRandomness: false), "Anonymous", "p_anonymous_abcDEF012345"),
            (.callee(roomPrefix: "p", randomize: false), "+15550123", "p_+15550100"),
            (.callee(roomPrefix: "", randomize: true), "+15550123", "+15550100_abcDEF012345"),
        ] as [(RoomChoice, String, String)])
    func room(_ choice: RoomChoice, _ from: String, _ expected: String) throws {
        let admission = try Self.admission(DispatchRule("SDR_1", choice), CallFacts.sample(from: from))
        #expect(admission.room.description == expected)
    }

    @Test("identity and name carry the number; callers without one differ")
    func names() throws {
        let shown = try Self.admission(DispatchRule("SDR_1"))
        #expect(shown.identity.description == "sip_+15550123")
        #expect(shown.name == "Phone +15550123")
        let anonymous = try Self.admission(DispatchRule("SDR_1"), CallFacts.sample(from: ""))
        #expect(anonymous.identity.description == "sip_anonymous_abcDEF012345")
        #expect(anonymous.name == "Phone anonymous")
        let dirty = try Self.admission(
            DispatchRule("SDR_1"), CallFacts.sample(from: "a\r\nb" + String(repeating: "x", count: 999)))
        #expect(dirty.identity.description == "sip_a\u{fffd}\u{fffd}b" + String(repeating: "x", count: 124))
    }

    @Test(
        "a hidden number leaves its last digits and a keyed hash, the same for each way to write the number",
        arguments: [
            ("+15550123", "Phone 0123", 20), ("1 555 0123", "Phone 0123", 20), ("1234", "Phone 4", 20),
            ("7", "Phone 7", 20),
            ("", "Phone anonymous", 26), ("anonymous", "Phone anonymous", 26),
        ])
    func hidden(_ from: String, _ name: String, _ length: Int) throws {
        var rule = DispatchRule("SDR_1", .individual(roomPrefix: "p", noRandomness: true))
        rule.hidePhoneNumber = true
        let admission = try Self.admission(rule, CallFacts.sample(from: from))
        #expect(admission.name == name)
        #expect(admission.identity.description.count == length)
        #expect(admission.isNumberHidden)
        for number in ["sip.phoneNumber", "sip.hostname", "sip.trunkPhoneNumber"] {
            #expect(admission.attributes[number] == nil)
        }
        if from.contains("0123") {
            #expect(admission.identity == (try Self.admission(rule)).identity)
            var context = AdmissionContext.sample
            context.numberKey = [1]
            #expect(admission.identity != (try Self.admission(rule, CallFacts.sample(), nil, context)).identity)
            #expect(!admission.room.description.contains("5550123"))
            let other = try Self.admission(rule, CallFacts.sample(from: "+19990123"))
            #expect(other.room != admission.room, "callers whose numbers end alike do not meet")
        }
    }

    @Test("attributes: rule, request, call, headers, each over the one before")
    func attributes() throws {
        var rule = DispatchRule("SDR_1")
        rule.attributes = ["a": "rule", "b": "rule", "sip.callID": "rule"]
        var context = AdmissionContext.sample
        context.attributes = ["b": "request", "c": "request"]
        var trunk = InboundTrunk("ST_a")
        trunk.headersToAttributes = ["x-tenant": "c"]
        var facts = CallFacts.sample()
        facts.headers = [HeaderField("X-Tenant", "header"), HeaderField("X-Twilio-CallSid", "CA1")]
        let admission = try Self.admission(rule, facts, trunk, context)
        #expect(
            admission.attributes == [
                "a": "rule", "b": "request", "c": "header", "sip.callID": "SCL_1", "sip.trunkID": "ST_a",
                "sip.ruleID": "SDR_1", "sip.phoneNumber": "+15550123", "sip.hostname": "carrier.example",
                "sip.trunkPhoneNumber": "+15550100", "sip.twilio.callSid": "CA1", "sip.callIDFull": "call-1",
                "sip.callTag": "tag-1",
            ])
    }

    @Test("what comes from the rule, what from the trunk, and without a trunk")
    func origins() throws {
        var rule = DispatchRule("SDR_1", pin: "1")
        (rule.metadata, rule.roomPreset, rule.roomConfig) = ("m", "preset", RoomConfiguration())
        var trunk = InboundTrunk("ST_a")
        (trunk.metadata, trunk.headers, trunk.attributesToHeaders) = ("other", ["X-A": "1"], ["a": "X-B"])
        (trunk.ringingTimeout, trunk.maxCallDuration, trunk.krispEnabled) = (.seconds(20), .seconds(60), true)
        let admission = try Self.admission(rule, CallFacts.sample(), trunk)
        #expect(admission.metadata == "m" && admission.roomPreset == "preset" && admission.roomConfig != nil)
        #expect(admission.headers == ["X-A": "1"] && admission.attributesToHeaders == ["a": "X-B"])
        #expect(admission.ringingTimeout == .seconds(20) && admission.maxCallDuration == .seconds(60))
        #expect(admission.krispEnabled && admission.trunk == TrunkID("ST_a") && admission.rule == RuleID("SDR_1"))

        let bare = try Self.admission(rule, CallFacts.sample(), nil)
        #expect(bare.trunk == nil && bare.attributes["sip.trunkID"] == "" && bare.headers.isEmpty)

        let request = Router(RoutingTable(rules: [rule])).chooseRule(CallFacts.sample(), trunk, .notAsked, .sample)
        guard case .requestPIN(let pin) = request else { throw Mismatch(decision: request) }
        #expect(pin.headers == ["X-A": "1"] && pin.maxCallDuration == .seconds(60) && pin.rule == RuleID("SDR_1"))
    }

    @Test("media: the rule's codecs and time-out replace, and DISABLE does not undo what the trunk requires")
    func media() {
        var lower = MediaPolicy()
        (lower.codecs, lower.onlyListedCodecs) = ([CodecChoice(name: "PCMU")], true)
        (lower.encryption, lower.mediaTimeout) = (.require, .seconds(10))
        #expect(MediaPolicy().over(lower) == lower)
        #expect(lower.over(nil) == lower)
        var upper = MediaPolicy()
        upper.encryption = .disable
        #expect(upper.over(lower).encryption == .require)
        #expect(upper.over(MediaPolicy()).encryption == .disable)
        (upper.codecs, upper.encryption, upper.mediaTimeout) = ([CodecChoice(name: "G722")], .allow, .seconds(5))
        #expect(upper.over(lower) == upper)
        (upper.codecs, upper.onlyListedCodecs) = ([], true)
        #expect(upper.over(lower).codecs == lower.codecs)
    }

    @Test("the random suffix is twelve letters and digits of the bits given")
    func suffix() {
        #expect(AdmissionContext.suffix(from: (0, 0)) == "000000000000")
        #expect(AdmissionContext.suffix(from: (61, .max)).utf8.count == 12)
        #expect(AdmissionContext.suffix(from: (61, 62)) == "z00000010000")
    }
}
