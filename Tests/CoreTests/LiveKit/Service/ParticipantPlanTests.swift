import Core
import Testing

@Suite("CreateSIPParticipant: checks, URIs and headers")
struct ParticipantPlanTests {
    private static let local = SocketAddress(IPAddress(v4: 0xc000_0201), 5060)

    private static var table: RoutingTable {
        var trunk = OutboundTrunk()
        (trunk.id, trunk.address, trunk.numbers) = (TrunkID("ST_o"), "sip.example.com", ["+15550199"])
        trunk.headers = ["X-A": "trunk", "X-B": "trunk"]
        trunk.headersToAttributes = ["X-Ticket": "ticket"]
        var bare = OutboundTrunk()
        (bare.id, bare.address, bare.numbers) = (TrunkID("ST_bare"), "x.pstn.twilio.com:5070", ["*"])
        var inbound = InboundTrunk()
        inbound.id = TrunkID("ST_i")
        var table = RoutingTable(inbound: [inbound], rules: [])
        table.apply([.putOutbound(trunk), .putOutbound(bare)])
        return table
    }

    private typealias Change = (inout CreateSIPParticipantRequest) -> Void

    private func plan(_ change: Change = { _ in }) throws -> ParticipantPlan {
        var request = CreateSIPParticipantRequest()
        (request.trunkID, request.callTo, request.roomName) = (TrunkID("ST_o"), "+15550123", "r")
        change(&request)
        return try ParticipantPlan(request, Self.table, random: 7)
    }

    private func outgoing(_ change: Change = { _ in }) throws -> OutgoingCall {
        try plan(change).outgoing(local: Self.local, Call.Limits())
    }

    typealias Row = (field: String, change: @Sendable (inout CreateSIPParticipantRequest) -> Void)

    static let wrong: [Row] = [
        ("sip_call_to", { $0.callTo = "" }),
        ("sip_call_to", { $0.callTo = "a@b" }),
        ("sip_call_to", { $0.callTo = "1\r\nX: y" }),
        ("room_name", { $0.roomName = "" }),
        ("sip_trunk_id", { $0.trunkID = TrunkID("") }),
        ("sip_number", { $0.trunkID = TrunkID("ST_bare") }),
        ("sip_number", { $0.number = "a@b" }),
        ("sip_to_header", { $0.toHeader = SIPNamedDest() }),
        ("display_name", { $0.displayName = String(repeating: "x", count: 129) }),
        ("display_name", { $0.displayName = "a\nb" }),
        ("to_user_override", { $0.toUserOverride = "a b" }),
        ("headers.From", { $0.headers = ["From": "x"] }),
        ("headers.l", { $0.headers = ["l": "0"] }),
        ("headers", { $0.headers = ["not a name": "x"] }),
        ("headers.X-A", { $0.headers = ["X-A": "a\r\nVia: b"] }),
        ("headers.X-A", { $0.headers = ["X-A": String(repeating: "x", count: 1025)] }),
        ("participant_attributes", { $0.participantAttributes = ["": "x"] }),
        ("ringing_timeout", { $0.ringingTimeout = .seconds(-1) }),
        ("max_call_duration", { $0.maxCallDuration = .seconds(90_000) }),
        ("destination.country", { $0.destination = CallDestination(country: "Germany") }),
        ("media.codecs[0].name", { $0.media = MediaPolicy(codecs: [CodecChoice(name: "a b", rate: 0)]) }),
        ("media.media_timeout", { $0.media = MediaPolicy(mediaTimeout: .seconds(601)) }),
        ("trunk.hostname", { $0.trunk = SIPOutboundConfig() }),
        ("trunk.hostname", { $0.trunk = SIPOutboundConfig(hostname: "sip:a") }),
        ("trunk.auth_password", { $0.trunk = SIPOutboundConfig(hostname: "a", username: "u") }),
        ("sip_request_uri", { $0.requestURI = .raw("tel:+1") }),
        ("sip_request_uri", { $0.requestURI = .raw("sip:a@b;transport=carrier-pigeon") }),
        ("sip_request_uri.values.user", { $0.requestURI = .values { $0.user = "a@b" } }),
        ("sip_request_uri.values.port", { $0.requestURI = .values { $0.port = 65_536 } }),
    ]

    @Test("every fault is invalid_argument and names its field", arguments: wrong.indices)
    func faults(index: Int) throws {
        let row = Self.wrong[index]
        let error = #expect(throws: TwirpError.self) { _ = try plan(row.change) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.meta["argument"] == row.field)
        #expect(error?.message.hasPrefix("\(row.field): ") == true)
    }

    @Test("trunks that are not there, or not for this, and what this server lacks")
    func others() throws {
        let missing = #expect(throws: TwirpError.self) { _ = try plan { $0.trunkID = TrunkID("ST_x") } }
        #expect(missing?.code == .notFound)
        let inbound = #expect(throws: TwirpError.self) { _ = try plan { $0.trunkID = TrunkID("ST_i") } }
        #expect(inbound?.message.contains("inbound") == true)
        let encrypted = #expect(throws: TwirpError.self) {
            _ = try plan { $0.media = MediaPolicy(encryption: .require) }
        }
        #expect(encrypted?.code == .unimplemented)
        let tls = #expect(throws: TwirpError.self) { _ = try plan { $0.requestURI = .raw("sip:a@b;transport=tls") } }
        #expect(tls?.code == .unimplemented)
    }

    @Test("what the INVITE says by default")
    func plain() throws {
        let call = try outgoing { $0.headers = ["x-c": "request", "X-B": "request"] }
        #expect(call.target == SIPURI("sip:+15550123@sip.example.com"))
        #expect(call.to == nil)
        #expect(call.from == SIPURI("sip:+15550199@192.0.2.1:5060"))
        #expect(call.displayName == "+15550199")
        #expect(call.headers.map { "\($0.name): \($0.value)" } == ["X-A: trunk", "X-B: request", "x-c: request"])
        #expect(call.limits?.ringing == .seconds(180))
    }

    @Test("the caller's name: absent is the number, empty is none, a text is the text")
    func displayName() throws {
        #expect(try outgoing { $0.displayName = "" }.displayName == "")
        #expect(try outgoing { $0.displayName = "Bob" }.displayName == "Bob")
    }

    @Test("to_user_override changes To alone; a Request-URI of its own says where the call goes")
    func uris() throws {
        let override = try outgoing { $0.toUserOverride = "sales" }
        #expect(override.target == SIPURI("sip:+15550123@sip.example.com"))
        #expect(override.to == SIPURI("sip:sales@sip.example.com"))
        let raw = try plan { $0.requestURI = .raw("sip:desk@192.0.2.9:5070;transport=tcp") }
        #expect((raw.host, raw.port, raw.transport) == ("192.0.2.9", 5070, .tcp))
        let call = try raw.outgoing(local: Self.local, Call.Limits())
        #expect(call.to == SIPURI("sip:+15550123@sip.example.com"))
        let parts = try plan {
            $0.requestURI = .values { ($0.host, $0.ip, $0.port, $0.transport) = ("b.example", "192.0.2.8", 5080, .tcp) }
        }
        #expect((parts.host, parts.port, parts.transport) == ("192.0.2.8", 5080, .tcp))
        #expect(parts.target == SIPURI("sip:+15550123@b.example:5080"))
    }

    @Test("From of the request, with its own name")
    func from() throws {
        let call = try outgoing { $0.fromHeader = .raw("\"Ann\" <sip:ann@example.net>") }
        #expect((call.from, call.displayName) == (SIPURI("sip:ann@example.net"), "Ann"))
    }

    @Test("Twilio gets a plus; an inline trunk needs a number")
    func trunks() throws {
        let twilio = try plan { ($0.trunkID, $0.number) = (TrunkID("ST_bare"), "15550100") }
        #expect((twilio.number, twilio.port) == ("+15550100", 5070))
        let inline = try plan { ($0.trunk, $0.number) = (SIPOutboundConfig(hostname: "192.0.2.3"), "1") }
        #expect((inline.host, inline.number) == ("192.0.2.3", "1"))
        #expect(throws: TwirpError.self) { try plan { $0.trunk = SIPOutboundConfig(hostname: "192.0.2.3") } }
    }

    @Test("zero says nothing, and other limits are taken")
    func limits() throws {
        #expect(try outgoing { $0.ringingTimeout = .zero }.limits?.ringing == .seconds(180))
        let call = try outgoing { ($0.ringingTimeout, $0.maxCallDuration) = (.seconds(5), .seconds(60)) }
        #expect((call.limits?.ringing, call.limits?.duration) == (.seconds(5), .seconds(60)))
    }

    @Test("the participant: identity, name, attributes, and without the numbers when they are hidden")
    func participant() throws {
        let shown = try plan { $0.participantAttributes = ["a": "b", "sip.callID": "mine"] }
        #expect((shown.identity, shown.name) == ("sip_+15550123", "Phone +15550123"))
        #expect(
            shown.attributes(callID: "SCL_a") == [
                "a": "b", "sip.callID": "SCL_a", "sip.trunkID": "ST_o", "sip.phoneNumber": "+15550123",
                "sip.hostname": "sip.example.com", "sip.trunkPhoneNumber": "+15550199",
            ])
        let hidden = try plan { $0.hidePhoneNumber = true }
        #expect(hidden.name == "Phone 0123")
        #expect(hidden.attributes(callID: "SCL_a") == ["sip.callID": "SCL_a", "sip.trunkID": "ST_o"])
    }

    private func response(_ status: String) throws -> Message {
        let lines = [
            "SIP/2.0 \(status)", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa", "From: <sip:a@b>;tag=ours",
            "To: <sip:c@d>;tag=theirs", "Call-ID: id", "CSeq: 1 INVITE", "X-Ticket: 7", "X-Twilio-CallSid: CA1",
            "Content-Length: 0", "", "",
        ]
        return try Message(parsing: Array(lines.joined(separator: "\r\n").utf8), framing: .datagram)
    }

    @Test("headers of the answer become attributes, and of what comes before only what providers say")
    func responses() throws {
        let plan = try plan { $0.includeHeaders = .xHeaders }
        #expect(plan.attributes(of: try response("180 Ringing")) == ["sip.twilio.callSid": "CA1"])
        #expect(
            plan.attributes(of: try response("200 OK")) == [
                "sip.twilio.callSid": "CA1", "ticket": "7", "sip.callIDFull": "id", "sip.callTag": "theirs",
                "sip.h.x-ticket": "7", "sip.h.x-twilio-callsid": "CA1",
            ])
    }
}

extension MediaPolicy {
    fileprivate init(
        codecs: [CodecChoice] = [], mediaTimeout: Duration? = nil, encryption: MediaEncryption? = nil
    ) {
        self.init()
        (self.codecs, self.mediaTimeout, self.encryption) = (codecs, mediaTimeout, encryption)
    }
}

extension CallDestination {
    fileprivate init(country: String) {
        self.init()
        self.country = country
    }
}

extension SIPOutboundConfig {
    fileprivate init(hostname: String, username: String = "") {
        self.init()
        (self.hostname, authUsername) = (hostname, username)
    }
}

extension Optional where Wrapped == SIPRequestDest {
    fileprivate static func raw(_ text: String) -> Self {
        var dest = SIPRequestDest()
        dest.uri = .raw(text)
        return dest
    }

    fileprivate static func values(_ change: (inout SIPUriMessage) -> Void) -> Self {
        var (dest, values) = (SIPRequestDest(), SIPUriMessage())
        change(&values)
        dest.uri = .values(values)
        return dest
    }
}

extension Optional where Wrapped == SIPNamedDest {
    fileprivate static func raw(_ text: String) -> Self {
        var dest = SIPNamedDest()
        dest.uri = .raw(text)
        return dest
    }
}
