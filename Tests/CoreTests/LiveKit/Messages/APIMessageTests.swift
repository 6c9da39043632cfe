import Testing

@testable import Core

@Suite("Messages of the LiveKit API")
struct APIMessageTests {
    @Test("Every table has each number and each name once")
    func tables() {
        check(InboundTrunk.self, "sip_trunk_id", 20)
        check(OutboundTrunk.self, "media", 18)
        check(LegacyTrunk.self, "kind", 14)
        check(DispatchRule.self, "rule", 16)
        check(SIPInboundTrunkUpdate.self, "media", 10)
        check(SIPOutboundTrunkUpdate.self, "media", 11)
        check(SIPDispatchRuleUpdate.self, "media", 7)
        check(CreateRuleRequest.self, "dispatch_rule", 10)
        check(RoomConfiguration.self, "tags", 11)
        check(AgentDispatch.self, "attributes", 5)
        check(CreateSIPParticipantRequest.self, "to_user_override", 27)
        check(TransferSIPParticipantRequest.self, "ringing_timeout", 6)
        check(SIPTransferInfo.self, "reason", 9)
        check(SIPCallInfo.self, "sip_call_id", 24)
        check(ListTrunksRequest.self, "page", 3)
        check(ListRulesRequest.self, "page", 3)
    }

    private func check<M: ProtobufMessage>(_ type: M.Type, _ name: String, _ count: Int) {
        let fields = M.schema.fields
        #expect(fields.count == count, "\(type)")
        #expect(Set(fields.map(\.number)).count == count, "\(type)")
        #expect(Set(fields.map(\.name)).count == count, "\(type)")
        #expect(M.schema.names.contains(name), "\(type)")
    }

    @Test(
        "The three kinds of rule, both ways",
        arguments: [
            RoomChoice.direct(roomName: "r"), .individual(roomPrefix: "", noRandomness: true),
            .callee(roomPrefix: "p", randomize: true),
        ])
    func rules(room: RoomChoice) throws {
        var rule = DispatchRule()
        (rule.room, rule.pin, rule.trunkIDs) = (room, "1234", [TrunkID("ST_a")])
        rule.roomConfig = RoomConfiguration()
        rule.roomConfig?.egress = [0x0a, 0]
        rule.roomConfig?.agents = [AgentDispatch()]
        #expect(try DispatchRule(protobuf: rule.protobuf) == rule)
        rule.roomConfig?.egress = nil
        #expect(try DispatchRule(json: rule.json(), unknownFields: .refused) == rule)
    }

    @Test("A rule as the server stores it")
    func storedRule() throws {
        var rule = DispatchRule()
        (rule.id, rule.room) = (RuleID("SDR_1"), .individual(roomPrefix: "call", noRandomness: false))
        let target: [UInt8] = [0x12, 8, 0x12, 6, 0x0a, 4] + Array("call".utf8)
        #expect(rule.protobuf == [0x0a, 5] + Array("SDR_1".utf8) + target)
        #expect(rule.json(.sparse).text.contains(#""rule":{"dispatch_rule_individual":{"room_prefix":"call"}}"#))
    }

    @Test("The deprecated media_encryption becomes media.encryption, which wins over it")
    func legacyEncryption() throws {
        func media(_ json: String) throws -> MediaPolicy? { try InboundTrunk(json: Array(json.utf8)).media }
        #expect(try media(#"{"media_encryption":"SIP_MEDIA_ENCRYPT_REQUIRE"}"#)?.encryption == .require)
        #expect(try media(#"{"media_encryption":"SIP_MEDIA_ENCRYPT_DISABLE"}"#) == nil)
        let both = #"{"media":{"encryption":"SIP_MEDIA_ENCRYPT_ALLOW"},"media_encryption":2}"#
        #expect(try media(both)?.encryption == .allow)
        let stored = try InboundTrunk(protobuf: [0xa2, 0x01, 2, 0x18, 1, 0x80, 0x01, 2] as [UInt8])
        #expect(stored.media?.encryption == .allow)
        let update = try SIPInboundTrunkUpdate(json: Array(#"{"mediaEncryption":0}"#.utf8))
        #expect(update.media?.encryption == .disable)
    }

    @Test("The old flat form of a rule is the rule where the new form is absent")
    func flatRule() throws {
        let flat = #"{"rule":{"dispatch_rule_direct":{"room_name":"r"}},"trunk_ids":["ST_a"],"hide_phone_number":true}"#
        let rule = try #require(try CreateRuleRequest(json: Array(flat.utf8), unknownFields: .refused).rule)
        #expect(rule.room == .direct(roomName: "r"))
        #expect(rule.trunkIDs == [TrunkID("ST_a")])
        #expect(rule.hidePhoneNumber)
        #expect(try CreateRuleRequest(json: Array("{}".utf8)).rule == nil)
        let both = #"{"name":"old","dispatch_rule":{"name":"new"}}"#
        #expect(try CreateRuleRequest(json: Array(both.utf8)).rule?.name == "new")
    }

    @Test("Statuses have the API's names, or digits where there is none")
    func statuses() throws {
        var status = SIPStatusMessage()
        status.code = SIPStatusCode(rawValue: 486)
        #expect(status.json().text == #"{"code":"SIP_STATUS_BUSY_HERE","status":""}"#)
        #expect(try SIPStatusMessage(json: status.json()) == status)
        status.code = SIPStatusCode(rawValue: 499)
        #expect(try SIPStatusMessage(json: status.json()).code.rawValue == 499)
        #expect(try SIPStatusMessage(protobuf: status.protobuf) == status)
        #expect(SIPStatusCode.allCases.count == 76)
    }

    @Test("An update with its action, both ways")
    func updates() throws {
        var update = SIPInboundTrunkUpdate()
        (update.name, update.numbers) = ("", ListUpdate(add: ["+1"]))
        let request = UpdateRequest<InboundTrunk>(TrunkID("ST_a"), .update(update))
        let json = request.json(.sparse)
        #expect(json.text == #"{"sip_trunk_id":"ST_a","update":{"numbers":{"add":["+1"]},"name":""}}"#)
        let read = try UpdateRequest<InboundTrunk>(json: json, unknownFields: .refused)
        guard case .update(update)? = read.action else {
            Issue.record("the action is lost")
            return
        }
        #expect(try UpdateRequest<InboundTrunk>(protobuf: request.protobuf).protobuf == request.protobuf)
    }
}
