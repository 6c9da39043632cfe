import Testing

@testable import Core

@Suite("What trunks and rules may say (livekit API, validation)")
struct TrunkCheckTests {
    private func argument(_ check: () throws(TwirpError) -> Void) -> String? {
        do throws(TwirpError) { try check() } catch { return error.meta["argument"] ?? error.message }
        return nil
    }

    @Test(
        "Inbound trunks",
        arguments: [
            (#"{"numbers":["+1"]}"#, nil),
            (#"{"auth_username":"u","auth_password":"p"}"#, nil),
            (#"{"allowed_addresses":["10.0.0.1","10.0.0.0/8","2001:db8::/32"]}"#, nil),
            (#"{"allowed_addresses":["10.0.0.1","10.0.0.0/33"]}"#, "allowed_addresses"),
            (#"{"allowed_addresses":["sip.example.com"]}"#, "allowed_addresses"),
            (#"{"allowed_addresses":[""]}"#, "allowed_addresses"),
            (#"{"numbers":["+1",""]}"#, "numbers[1]"),
            (#"{"numbers":["+1"],"allowed_numbers":[""]}"#, "allowed_numbers[0]"),
            (#"{"auth_username":"u"}"#, "auth_password"),
            (#"{"auth_password":"p"}"#, "auth_username"),
            (#"{"numbers":["+1"],"headers":{"X-A":"b"}}"#, nil),
            (#"{"numbers":["+1"],"headers":{"X A":"b"}}"#, "headers"),
            (#"{"numbers":["+1"],"headers":{"":"b"}}"#, "headers"),
            (#"{"numbers":["+1"],"headers":{"Call-ID":"b"}}"#, "headers.Call-ID"),
            (#"{"numbers":["+1"],"headers":{"m":"b"}}"#, "headers.m"),
            (#"{"numbers":["+1"],"headers":{"X-A":"a\r\nX-B: c"}}"#, "headers.X-A"),
            (#"{"numbers":["+1"],"headers_to_attributes":{"From":"a"}}"#, nil),
            (#"{"numbers":["+1"],"headers_to_attributes":{"X-A":""}}"#, "headers_to_attributes"),
            (#"{"numbers":["+1"],"attributes_to_headers":{"a":"X A"}}"#, "attributes_to_headers"),
            (#"{"numbers":["+1"],"ringing_timeout":"-1s"}"#, "ringing_timeout"),
            (#"{"numbers":["+1"],"max_call_duration":"86400s"}"#, nil),
            (#"{"numbers":["+1"],"max_call_duration":"86401s"}"#, "max_call_duration"),
            (#"{"numbers":["+1"],"media":{"codecs":[{"name":"PCMU/8000"}]}}"#, "media.codecs[0].name"),
            (#"{"numbers":["+1"],"media":{"only_listed_codecs":true}}"#, "media.only_listed_codecs"),
            (#"{"numbers":["+1"],"media":{"media_timeout":"601s"}}"#, "media.media_timeout"),
            (#"{"numbers":["+1"],"auth_realm":"a\nb"}"#, "auth_realm"),
        ] as [(String, String?)])
    func inbound(json: String, argument: String?) throws {
        let trunk = try InboundTrunk(json: Array(json.utf8), unknownFields: .refused)
        #expect(self.argument { () throws(TwirpError) in try trunk.check(at: "") } == argument)
    }

    @Test("An inbound trunk without anything that keeps strangers out is refused")
    func open() {
        #expect(
            argument { () throws(TwirpError) in try InboundTrunk().check(at: "") } == "numbers")
    }

    @Test(
        "Addresses of outbound trunks",
        arguments: [
            ("sip.example.com", true), ("sip.example.com:5061", true), ("203.0.113.9", true),
            ("[2001:db8::1]:5060", true),
            ("", false), ("sip:sip.example.com", false), ("SIPS:a", false), ("a;transport=tls", false), ("u@a", false),
            ("a:0", false), ("a:70000", false), ("a b", false), ("a:", false), ("a/b", false),
        ])
    func addresses(address: String, isGood: Bool) {
        var trunk = OutboundTrunk()
        (trunk.address, trunk.numbers) = (address, ["+1"])
        #expect((argument { () throws(TwirpError) in try trunk.check(at: "") } == nil) == isGood)
        (trunk.address, trunk.fromHost) = ("sip.example.com", address)
        #expect((argument { () throws(TwirpError) in try trunk.check(at: "") } == nil) == (isGood || address.isEmpty))
    }

    @Test(
        "Outbound trunks",
        arguments: [
            (#"{"address":"a"}"#, "numbers"),
            (#"{"address":"a","numbers":["+1"],"destination_country":"USA"}"#, "destination_country"),
            (#"{"address":"a","numbers":["+1"],"destination_country":"us"}"#, nil),
            (#"{"address":"a","numbers":["+1"],"auth_username":"u"}"#, "auth_password"),
        ] as [(String, String?)])
    func outbound(json: String, argument: String?) throws {
        let trunk = try OutboundTrunk(json: Array(json.utf8), unknownFields: .refused)
        #expect(self.argument { () throws(TwirpError) in try trunk.check(at: "") } == argument)
    }

    @Test(
        "Rules",
        arguments: [
            ("{}", "rule"),
            (#"{"rule":{}}"#, "rule"),
            (#"{"rule":{"dispatch_rule_direct":{}}}"#, "rule"),
            (#"{"rule":{"dispatch_rule_individual":{}}}"#, nil),
            (#"{"rule":{"dispatch_rule_callee":{"pin":"12ab"}}}"#, "rule.pin"),
            (#"{"rule":{"dispatch_rule_callee":{"pin":"12345678901234567"}}}"#, "rule.pin"),
            (#"{"rule":{"dispatch_rule_callee":{}},"trunk_ids":[""]}"#, "trunk_ids[0]"),
            (#"{"rule":{"dispatch_rule_callee":{}},"inbound_numbers":[""]}"#, "inbound_numbers[0]"),
            (#"{"rule":{"dispatch_rule_callee":{}},"attributes":{"":"a"}}"#, "attributes"),
        ] as [(String, String?)])
    func rules(json: String, argument: String?) throws {
        let rule = try DispatchRule(json: Array(json.utf8), unknownFields: .refused)
        #expect(self.argument { () throws(TwirpError) in try rule.check(at: "") } == argument)
    }
}

@Suite("Trunks of the old form")
struct LegacyTrunkTests {
    private func trunk(_ json: String) throws -> LegacyTrunk {
        try LegacyTrunk(json: Array(json.utf8), unknownFields: .refused)
    }

    @Test("One trunk for both ways becomes two")
    func both() throws {
        let legacy = try trunk(
            #"{"inbound_addresses":["10.0.0.1"],"outbound_address":"a","outbound_number":"+1","name":"n","#
                + #""inbound_username":"u","inbound_password":"p","outbound_username":"v","outbound_password":"q","#
                + #""inbound_numbers_regex":["^\\+15550100$","^200$"]}"#)
        let inbound = try #require(try legacy.inbound())
        #expect(inbound.allowedAddresses == ["10.0.0.1"])
        #expect(inbound.numbers == ["+1"])
        #expect(inbound.allowedNumbers == ["+15550100", "200"])
        #expect([inbound.authUsername, inbound.authPassword, inbound.name] == ["u", "p", "n"])
        let outbound = try #require(legacy.outbound())
        #expect([outbound.address, outbound.authUsername, outbound.authPassword] == ["a", "v", "q"])
        #expect(outbound.numbers == ["+1"])
    }

    @Test("The kind decides; without one, what the trunk says")
    func kinds() throws {
        #expect(try trunk(#"{"outbound_address":"a"}"#).inbound() == nil)
        #expect(try trunk(#"{"inbound_addresses":["10.0.0.1"]}"#).outbound() == nil)
        #expect(try trunk(#"{"kind":"TRUNK_OUTBOUND","outbound_address":"a","outbound_number":"+1"}"#).inbound() == nil)
        #expect(try trunk(#"{"kind":"TRUNK_INBOUND","outbound_address":"a"}"#).outbound() == nil)
    }

    @Test(
        "A pattern that is not one number is not left out in silence",
        arguments: ["^\\+1.*$", "200", "^$", "^+1$", "^\\+$"])
    func patterns(pattern: String) {
        var legacy = LegacyTrunk()
        legacy.inboundNumbersRegex = [pattern]
        #expect(throws: LegacyTrunk.ConversionError.pattern(pattern)) { try legacy.inbound() }
    }
}
