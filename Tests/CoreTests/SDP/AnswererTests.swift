import Core
import Support
import Testing

@Suite("OfferAnswer as the answerer (RFC 3264 §6)")
struct AnswererTests {
    @Test("the answer in full: our own s=, o=, address and port, never the peer's (P11)")
    func golden() throws {
        var ours = machine()
        let offer = sdp(
            "m=audio 30000 RTP/AVP 8 0 101", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:30")
        let (text, plan) = try answer(&ours, offer)
        #expect(
            text == [
                "v=0", "o=- 4711 1 IN IP4 192.0.2.1", "s=sipctl", "c=IN IP4 192.0.2.1", "t=0 0",
                "m=audio 40000 RTP/AVP 8 0 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000",
                "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:30", "a=sendrecv",
            ])
        let expected = MediaPlan(
            codec: .pcma, payloadTypeToSend: 8, payloadTypesToReceive: [0: .pcmu, 8: .pcma], telephoneEventToSend: 101,
            telephoneEventToReceive: 101, ptime: .milliseconds(30), remoteRTP: SocketAddress("198.51.100.7:30000"),
            remoteRTCP: SocketAddress("198.51.100.7:30001"))
        #expect(plan == expected)
        #expect(ours.plan == expected)
        #expect(ours.localDescription.map(lines) == text)
    }

    @Test(
        "direction: what the peer sends we receive (P12, RFC 3264 §6.1)",
        arguments: [
            ("", MediaDirection.sendrecv, MediaDirection.sendrecv), ("a=sendrecv", .sendrecv, .sendrecv),
            ("a=sendonly", .sendrecv, .recvonly), ("a=recvonly", .sendrecv, .sendonly),
            ("a=inactive", .sendrecv, .inactive), ("", .sendonly, .sendonly), ("a=sendonly", .sendonly, .inactive),
            ("a=recvonly", .sendonly, .sendonly), ("", .inactive, .inactive), ("a=sendonly", .recvonly, .recvonly),
            ("a=recvonly", .recvonly, .inactive),
        ])
    func directions(attribute: String, wanted: MediaDirection, answered: MediaDirection) throws {
        var ours = machine()
        ours.local.direction = wanted
        let (text, plan) = try answer(&ours, sdp("m=audio 30000 RTP/AVP 0", attribute))
        #expect(plan?.direction == answered)
        #expect(text.contains("a=\(answered)"))
    }

    @Test("the direction of the media wins over that of the session (RFC 8866 §6.7)")
    func sessionDirection() throws {
        var ours = machine()
        let session = "c=IN IP4 198.51.100.7\r\nt=0 0\r\na=sendonly"
        #expect(try answer(&ours, sdp("m=audio 30000 RTP/AVP 0", session: session)).plan?.direction == .recvonly)
        let media = sdp("m=audio 30000 RTP/AVP 0", "a=inactive", session: session)
        #expect(try answer(&ours, media).plan?.direction == .inactive)
    }

    @Test(
        "where media goes: c= of the media wins; 0.0.0.0 and :: are no address (P13, P14, RFC 3264 §8.4)",
        arguments: [
            ("c=IN IP4 203.0.113.5", ["a=x"], "203.0.113.5:30000", "203.0.113.5:30001"),
            ("c=IN IP4 203.0.113.5", ["c=IN IP4 203.0.113.6"], "203.0.113.6:30000", "203.0.113.6:30001"),
            ("a=x", ["c=IN IP4 203.0.113.6"], "203.0.113.6:30000", "203.0.113.6:30001"),
            ("c=IN IP4 203.0.113.5", ["a=rtcp:53020"], "203.0.113.5:30000", "203.0.113.5:53020"),
            ("c=IN IP4 203.0.113.5", ["a=rtcp:53020 IN IP4 203.0.113.9"], "203.0.113.5:30000", "203.0.113.9:53020"),
            ("c=IN IP4 0.0.0.0", ["a=x"], nil, nil), ("c=IN IP6 ::", ["a=x"], nil, nil),
            ("c=IN IP4 203.0.113.5", ["c=IN IP4 0.0.0.0"], nil, nil),
        ])
    func addresses(session: String, media: [String], rtp: String?, rtcp: String?) throws {
        var ours = machine()
        let offer = sdp(["m=audio 30000 RTP/AVP 0"] + media, session: session)
        let plan = try #require(try answer(&ours, offer).plan)
        #expect(plan.remoteRTP?.description == rtp)
        #expect(plan.remoteRTCP?.description == rtcp)
        #expect(plan.sends == (rtp != nil))
    }

    @Test("t= is that of the offer, and stays so in later offers (RFC 3264 §6)")
    func times() throws {
        var ours = machine()
        let session = "c=IN IP4 198.51.100.7\r\nt=2873397496 2873404696\r\nr=7d 1h 0"
        let offer = String(decoding: sdp("m=audio 30000 RTP/AVP 0", session: session), as: UTF8.self)
        let bytes = Array(offer.split(separator: "\r\n").filter { $0 != "t=0 0" }.joined(separator: "\r\n").utf8)
        let times = { (lines: [String]) in lines.filter { $0.hasPrefix("t=") || $0.hasPrefix("r=") } }
        let expected = ["t=2873397496 2873404696", "r=7d 1h 0"]
        #expect(times(try answer(&ours, bytes).lines) == expected)
        #expect(times(try answer(&ours, sdp("m=audio 30000 RTP/AVP 0")).lines) == ["t=0 0"])
        #expect(version(ours.localDescription) == 2)
        _ = try answer(&ours, bytes)
        #expect(times(lines(ours.makeOffer())) == expected)
    }

    @Test("a host name in c= is handed on to be resolved (RFC 4317)")
    func hostName() throws {
        var ours = machine()
        let offer = sdp("m=audio 30000 RTP/AVP 0", session: "c=IN IP4 host.example.com")
        let plan = try #require(try answer(&ours, offer).plan)
        #expect(plan.remoteName == .init(host: Array("host.example.com".utf8), port: 30000))
        #expect(plan.remoteRTP == nil)
    }

    @Test("IPv6 both ways (RFC 8866 §5.7)")
    func ipv6() throws {
        var ours = machine(LocalMedia(address: try #require(IPAddress("2001:db8::1")), port: 40000))
        let (text, plan) = try answer(&ours, sdp("m=audio 30000 RTP/AVP 0", session: "c=IN IP6 2001:db8::7"))
        #expect(text.contains("c=IN IP6 2001:db8::1"))
        #expect(text.contains("o=- 4711 1 IN IP6 2001:db8::1"))
        #expect(plan?.remoteRTP?.description == "[2001:db8::7]:30000")
    }

    @Test(
        "ptime: as asked, 10 to 60 ms in steps of 10, never above maxptime; 20 by default",
        arguments: [
            (["a=x"], 20), (["a=ptime:10"], 10), (["a=ptime:30"], 30), (["a=ptime:60"], 60), (["a=ptime:100"], 60),
            (["a=ptime:25"], 20), (["a=ptime:5"], 10), (["a=ptime:0"], 10), (["a=ptime:"], 20), (["a=ptime:x"], 20),
            (["a=ptime:40", "a=maxptime:30"], 30), (["a=maxptime:10"], 10), (["a=maxptime:150"], 20),
            (["a=ptime:20.5"], 20),
            (["a=ptime:99999999999999999999"], 20),
        ])
    func ptime(attributes: [String], expected: Int) throws {
        var ours = machine()
        let (text, plan) = try answer(&ours, sdp(["m=audio 30000 RTP/AVP 0"] + attributes))
        #expect(plan?.ptime == .milliseconds(expected))
        #expect(text.contains("a=ptime:\(expected)"))
    }

    @Test(
        "formats: the offer's order and numbers; what we send is the first",
        arguments: [
            (["0 8"], "0 8", 0, nil), (["8 0 18 3"], "8 0", 8, nil), (["18 8"], "8", 8, nil),
            (["96 0", "a=rtpmap:96 PCMU/8000"], "96", 96, nil), (["0 96", "a=rtpmap:96 pcma/8000/1"], "0 96", 0, nil),
            (["0", "a=rtpmap:0 PCMU/8000"], "0", 0, nil), (["97 8", "a=rtpmap:97 opus/48000/2"], "8", 8, nil),
            (["0 97", "a=rtpmap:97 telephone-event/8000"], "0 97", 0, 97),
            (["0 97", "a=rtpmap:97 telephone-event/48000"], "0", 0, nil),
            (
                [
                    "96 8 100 101", "a=rtpmap:96 opus/48000/2", "a=rtpmap:100 telephone-event/48000",
                    "a=rtpmap:101 Telephone-Event/8000",
                ], "8 101", 8, 101
            ),
            (["0 101"], "0", 0, nil), (["0 200 x 8"], "0 8", 0, nil), (["0 0 8"], "0 8", 0, nil),
            // Static numbers can be bound to something else; then they mean that.
            (["0 8", "a=rtpmap:0 GSM/8000"], "8", 8, nil), (["8 96", "a=rtpmap:96 PCMU/16000"], "8", 8, nil),
        ] as [([String], String, UInt8, UInt8?)])
    func formats(media: [String], answered: String, sent: UInt8, event: UInt8?) throws {
        var ours = machine()
        let (text, plan) = try answer(&ours, sdp(["m=audio 30000 RTP/AVP \(media[0])"] + media.dropFirst()))
        #expect(text.contains("m=audio 40000 RTP/AVP \(answered)"))
        #expect(plan?.payloadTypeToSend == sent)
        #expect(plan?.telephoneEventToSend == event)
        #expect(plan?.telephoneEventToReceive == event)
    }

    @Test("our own order of codecs, when configured")
    func localOrder() throws {
        var local = here
        local.codecOrder = .local
        var ours = machine(local)
        let (text, plan) = try answer(&ours, sdp("m=audio 30000 RTP/AVP 8 0"))
        #expect(text.contains("m=audio 40000 RTP/AVP 0 8"))
        #expect(plan?.codec == .pcmu)
    }

    @Test("telephone-event is left out when we do not want it")
    func noEvents() throws {
        var local = here
        local.telephoneEvent = false
        var ours = machine(local)
        let offer = sdp("m=audio 30000 RTP/AVP 0 101", "a=rtpmap:101 telephone-event/8000")
        let (text, plan) = try answer(&ours, offer)
        #expect(text.contains("m=audio 40000 RTP/AVP 0"))
        #expect(plan?.telephoneEventToSend == nil)
    }

    @Test("rtcp-mux when both want it (RFC 5761 §5.1.1)", arguments: [(true, true), (true, false), (false, true)])
    func rtcpMux(peer: Bool, own: Bool) throws {
        var local = here
        local.rtcpMux = own
        var ours = machine(local)
        let (text, plan) = try answer(&ours, sdp("m=audio 30000 RTP/AVP 0", peer ? "a=rtcp-mux" : ""))
        #expect(text.contains("a=rtcp-mux") == (peer && own))
        #expect(plan?.rtcpMux == (peer && own))
        #expect(plan?.remoteRTCP?.port == (peer && own ? 30000 : 30001))
    }

    @Test("other m-lines are refused with port 0; order, count and formats stay (RFC 3264 §6)")
    func otherLines() throws {
        var ours = machine()
        let offer = sdp(
            "m=video 51372/2 RTP/AVP 31 32", "a=rtpmap:31 H261/90000", "m=audio 30000 RTP/SAVP 0",
            "m=audio 30002 RTP/AVP 0",
            "m=audio 30004 RTP/AVP 8", "m=image 30006 udptl t38", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel")
        let (text, _) = try answer(&ours, offer)
        #expect(
            text.filter { $0.hasPrefix("m=") } == [
                "m=video 0 RTP/AVP 31 32", "m=audio 0 RTP/SAVP 0", "m=audio 40000 RTP/AVP 0", "m=audio 0 RTP/AVP 8",
                "m=image 0 udptl t38", "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
            ])
    }

    @Test("an offer without active media is answered without media (RFC 3264 §5, RFC 4317 §5.1)")
    func noMedia() throws {
        var ours = machine()
        #expect(try answer(&ours, sdp()).plan == nil)
        let (text, plan) = try answer(&ours, sdp("m=audio 0 RTP/AVP 0"))
        #expect(text.contains("m=audio 0 RTP/AVP 0"))
        #expect(plan == nil)
    }

    @Test(
        "what is refused, and why (RFC 3261 §21.4.26, §20.43)",
        arguments: [
            (["m=audio 30000 RTP/SAVP 0"], 302, "m-line 1: transport RTP/SAVP is not supported, only RTP/AVP"),
            (["m=audio 30000 RTP/AVPF 0"], 302, "m-line 1: transport RTP/AVPF is not supported, only RTP/AVP"),
            (["m=video 30000 RTP/AVP 31"], 304, "the offer has no active audio m-line"),
            (["m=audio 0 RTP/AVP 0", "m=video 30000 RTP/AVP 31"], 304, "the offer has no active audio m-line"),
            (
                ["m=audio 30000 RTP/AVP 18 97", "a=rtpmap:97 iLBC/8000"], 305,
                "m-line 1: none of its formats (18, 97 (iLBC/8000)) is one of ours (PCMU, PCMA)"
            ),
            (["m=audio 30000 RTP/AVP 101", "a=rtpmap:101 telephone-event/8000"], 305, nil),
            (["m=audio 30000 RTP/AVP 0", "c=IN IP4 239.1.1.1/127"], 330, "m-line 1: 239.1.1.1 is a multicast address"),
            (
                ["m=audio 30000 RTP/AVP 0", "c=IN IP6 2001:db8::1"], 301,
                "m-line 1: 2001:db8::1 cannot be reached from the media address 192.0.2.1"
            ),
            (
                ["m=audio 30000 RTP/AVP 0", "c=TN RFC2543 +1-201-406-4090"], 300,
                "m-line 1: c= TN RFC2543 is not supported"
            ),
            (["m=audio 30000 RTP/\"\\\u{e9} 0"], 302, "m-line 1: transport RTP/???? is not supported, only RTP/AVP"),
        ] as [([String], Int, String?)])
    func refusals(media: [String], warning: Int, sentence: String?) {
        var ours = machine()
        guard case .failure(let refusal) = ours.receiveOffer(sdp(media)) else {
            Issue.record("accepted")
            return
        }
        #expect(refusal.status == 488)
        #expect(refusal.warningCode == warning)
        if let sentence { #expect(refusal.sentence == sentence) }
        #expect(ours.plan == nil)
        #expect(ours.localDescription == nil)
    }

    @Test("of many formats that are none of ours the refusal names sixteen")
    func manyFormats() {
        var ours = machine()
        let formats = (0..<256).map { "\($0 % 128 < 96 ? 97 : $0 % 128)" }
        let maps = (0..<1400).map { "a=rtpmap:\(96 + $0 % 32) x/8000" }
        let named = Array(repeating: "97 (x/8000)", count: 16).joined(separator: ", ") + ", and 240 more"
        let sentence = "m-line 1: none of its formats (\(named)) is one of ours (PCMU, PCMA)"
        #expect(throws: OfferRefusal(488, 305, sentence)) {
            try ours.receiveOffer(sdp(["m=audio 9 RTP/AVP " + formats.joined(separator: " ")] + maps)).get()
        }
    }

    @Test("a media line without any c= (RFC 8866 §5.7)")
    func noConnection() {
        var ours = machine()
        let result = ours.receiveOffer(sdp("m=audio 30000 RTP/AVP 0", session: ""))
        #expect(throws: OfferRefusal(488, 399, "m-line 1: there is no c= line for it")) { try result.get() }
    }

    @Test("what cannot be read gets 400 with line and reason")
    func unreadable() {
        var ours = machine()
        let result = ours.receiveOffer(sdp("m=audio x RTP/AVP 0"))
        let sentence = "SDP: the port of an m-line is not a number up to 65535 (line 6, byte 79)"
        #expect(throws: OfferRefusal(400, 399, sentence)) { try result.get() }
    }

    @Test(
        "browsers' offers are refused with the transport as reason",
        arguments: [
            "sdp/chromium/chromium156-audio-offer.sdp", "sdp/aiortc/aiortc116-audio-offer.sdp",
        ])
    func browsers(file: String) {
        var ours = machine()
        let result = ours.receiveOffer(Fixtures.bytes(file))
        let sentence = "m-line 1: transport UDP/TLS/RTP/SAVPF is not supported, only RTP/AVP"
        #expect(throws: OfferRefusal(488, 302, sentence)) { try result.get() }
    }
}
