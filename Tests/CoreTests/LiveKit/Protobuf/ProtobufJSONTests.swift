import Testing

@testable import Core

@Suite("Protobuf JSON (livekit API section 2)")
struct ProtobufJSONTests {
    private func trunk(_ json: String, _ unknown: UnknownFields = .ignored) throws(FieldError) -> InboundTrunk {
        try InboundTrunk(json: Array(json.utf8), unknownFields: unknown)
    }

    @Test(
        "Every field is written, with null for messages that are not set; members of a oneof and optional ones are not")
    func full() {
        var policy = MediaPolicy()
        policy.codecs = [CodecChoice(name: "PCMU", rate: 8000)]
        #expect(
            policy.json().text == #"{"only_listed_codecs":false,"codecs":[{"name":"PCMU","rate":8000}]}"#)
        #expect(Pagination().json().text == #"{"after_id":"","limit":0}"#)
        var request = UpdateRequest<InboundTrunk>()
        request.id = TrunkID("ST_a")
        #expect(request.json().text == #"{"sip_trunk_id":"ST_a"}"#)
        #expect(TrunkEnvelope<InboundTrunk>().json().text == #"{"trunk":null}"#)
        #expect(SIPTransferInfo().json().text.contains(#""transfer_initiated_at_ns":"0""#), "64 bits are a string")
    }

    @Test("A trunk as the server writes it")
    func inboundTrunk() {
        var trunk = InboundTrunk()
        trunk.id = TrunkID("ST_1")
        trunk.headers = ["X-B": "2", "X-A": "1"]
        trunk.ringingTimeout = .milliseconds(1500)
        trunk.createdAt = .seconds(1_700_000_000)
        #expect(
            trunk.json().text == """
                {"sip_trunk_id":"ST_1","name":"","metadata":"","numbers":[],"allowed_addresses":[],\
                "allowed_numbers":[],"auth_username":"","auth_password":"","headers":{"X-A":"1","X-B":"2"},\
                "headers_to_attributes":{},"ringing_timeout":"1.500s","max_call_duration":null,\
                "krisp_enabled":false,"attributes_to_headers":{},"include_headers":"SIP_NO_HEADERS",\
                "created_at":"2023-11-14T22:13:20Z","updated_at":null,"auth_realm":"","media":null}
                """)
        #expect(
            trunk.json(.sparse).text == """
                {"sip_trunk_id":"ST_1","headers":{"X-A":"1","X-B":"2"},"ringing_timeout":"1.500s",\
                "created_at":"2023-11-14T22:13:20Z"}
                """)
    }

    @Test("Both spellings are read, null is nothing, names and numbers of enumerations, numbers as text")
    func lenient() throws {
        let trunk = try trunk(
            #"{"sipTrunkId":"ST_1","allowed_addresses":["10.0.0.0/8"],"allowedNumbers":null,"include_headers":2,"#
                + #""media":{"onlyListedCodecs":true,"codecs":[{"name":"G722","rate":"8000"}],"mediaTimeout":"30s"},"#
                + #""createdAt":"2023-11-14T23:13:20.5+01:00","new_field":{}}"#)
        #expect(trunk.id == TrunkID("ST_1"))
        #expect(trunk.allowedAddresses == ["10.0.0.0/8"])
        #expect(trunk.includeHeaders == .all)
        #expect(trunk.media?.codecs == [CodecChoice(name: "G722", rate: 8000)])
        #expect(trunk.media?.mediaTimeout == .seconds(30))
        #expect(trunk.createdAt == .milliseconds(1_700_000_000_500))
    }

    @Test(
        "The path of what is wrong",
        arguments: [
            (#"{"trunk":{"numbers":["+1",2]}}"#, "trunk.numbers[1]: expected a string"),
            (#"{"trunk":{"numbers":"+1"}}"#, "trunk.numbers: expected a list"),
            (#"{"trunk":[]}"#, "trunk: expected an object"),
            (#"{"trunk":{"headers":{"X-A":1}}}"#, "trunk.headers.X-A: expected a string"),
            (#"{"trunk":{"krispEnabled":"yes"}}"#, "trunk.krisp_enabled: expected true or false"),
            (
                #"{"trunk":{"media":{"codecs":[{"rate":-1}]}}}"#,
                "trunk.media.codecs[0].rate: expected a whole number from 0 to 4294967295"
            ),
            (#"{"trunk":{"ringing_timeout":30}}"#, "trunk.ringing_timeout: expected a duration such as \"30s\""),
            (
                #"{"trunk":{"include_headers":"ALL"}}"#,
                "trunk.include_headers: expected one of SIP_NO_HEADERS, SIP_X_HEADERS, SIP_ALL_HEADERS"
            ),
            (#"{"trunk":{"name":"a","name":"b"}}"#, "trunk.name: given twice"),
            (#"{"trunk":{"authUsername":"a","auth_username":"b"}}"#, "trunk.auth_username: given twice"),
            (#"{"trunk":{"numers":[]}}"#, "trunk.numers: unknown field"),
            (#"{"trunk":"#, "not JSON (byte 9)"),
        ])
    func errors(json: String, sentence: String) {
        #expect {
            try TrunkEnvelope<InboundTrunk>(json: Array(json.utf8), unknownFields: .refused)
        } throws: { error in
            (error as? FieldError)?.sentence == sentence
        }
    }

    @Test("Unknown fields and names are ignored in what servers send")
    func ignored() throws {
        let trunk = try trunk(#"{"colour":1,"include_headers":"SIP_MORE","name":"n"}"#)
        #expect(trunk.name == "n")
        #expect(trunk.includeHeaders == .none)
    }

    @Test("At most one member of a oneof")
    func oneof() throws {
        let json = #"{"rule":{"dispatchRuleDirect":{"roomName":"r"},"dispatchRuleCallee":{}}}"#
        #expect {
            try DispatchRule(json: Array(json.utf8))
        } throws: { error in
            (error as? FieldError)?.sentence
                == "rule.dispatch_rule_callee: cannot be given together with dispatch_rule_direct"
        }
    }

    @Test(
        "Durations",
        arguments: [
            ("0s", Duration.zero), ("30s", .seconds(30)), ("1.5s", .milliseconds(1500)), ("-0.5s", .milliseconds(-500)),
            ("0.000000001s", .nanoseconds(1)), ("1.000001s", .microseconds(1_000_001)),
        ])
    func durations(text: String, value: Duration) throws {
        let trunk = try trunk(#"{"ringing_timeout":"\#(text)"}"#)
        #expect(trunk.ringingTimeout == value)
        #expect(try self.trunk(trunk.json().text) == trunk)
    }

    @Test(
        "Texts that are no duration",
        arguments: ["", "s", "30", ".5s", "1.s", "1.0000000001s", "--1s", "1e3s", "999999999999999s", "1 s", "+1s"])
    func malformedDurations(text: String) {
        #expect(throws: FieldError(.expected("a duration such as \"30s\""), at: "ringing_timeout")) {
            try trunk(#"{"ringing_timeout":"\#(text)"}"#)
        }
    }

    @Test(
        "Times",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (-62_135_596_800, "0001-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func timestamps(seconds: Int64, text: String) {
        #expect(timestampText(.seconds(seconds)) == text)
        #expect(timestampValue(text) == .seconds(seconds))
    }

    @Test(
        "Texts that are no time",
        arguments: [
            "2025-02-29T00:00:00Z", "2025-01-01T24:00:00Z", "2025-01-01T00:00:00", "2025-01-01 00:00:00Z",
            "2025-01-01T00:00:00.Z", "2025-01-01T00:00:00+0100", "0000-01-01T00:00:00Z", "2025-13-01T00:00:00Z",
        ])
    func malformedTimestamps(text: String) { #expect(timestampValue(text) == nil) }
}
