import Core
import Support
import Testing

@Suite("OfferAnswer as the offerer (RFC 3264 §5, §7)")
struct OffererTests {
    private func offered(_ local: LocalMedia = here) -> OfferAnswer {
        var ours = machine(local)
        _ = ours.makeOffer()
        return ours
    }

    @Test("the offer in full")
    func golden() {
        var ours = machine()
        #expect(!ours.hasPendingOffer)
        let offer = ours.makeOffer()
        #expect(ours.hasPendingOffer)
        #expect(ours.localDescription == offer)
        #expect(
            lines(offer) == [
                "v=0", "o=- 4711 1 IN IP4 192.0.2.1", "s=sipctl", "c=IN IP4 192.0.2.1", "t=0 0",
                "m=audio 40000 RTP/AVP 0 8 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000",
                "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=sendrecv",
            ])
    }

    @Test("the session id fits a signed number (RFC 3264 §5)")
    func sessionID() {
        var ours = machine(sessionID: .max)
        #expect(lines(ours.makeOffer())[1] == "o=- 9223372036854775807 1 IN IP4 192.0.2.1")
    }

    @Test("other codecs, rtcp-mux, ptime and no events")
    func configured() throws {
        var local = here
        local.codecs = [
            .pcma, AudioCodec("G722", clockRate: 8000, staticPayloadType: 9),
            AudioCodec("opus", clockRate: 48000, channels: 2),
        ]
        (local.rtcpMux, local.ptime, local.direction) = (true, .milliseconds(40), .sendonly)
        var ours = machine(local)
        let text = lines(ours.makeOffer())
        #expect(text.contains("m=audio 40000 RTP/AVP 8 9 96 101 102"))
        for line in [
            "a=rtpmap:96 opus/48000/2", "a=rtcp-mux", "a=ptime:40", "a=sendonly", "a=rtpmap:9 G722/8000",
        ] {
            #expect(text.contains(line), "\(line)")
        }
        #expect(
            Set(text.filter { $0.contains("telephone-event") }.map { $0.dropFirst("a=rtpmap:101 ".count) })
                == ["telephone-event/8000", "telephone-event/48000"])
        local.telephoneEvent = false
        ours = machine(local)
        #expect(!lines(ours.makeOffer()).contains { $0.contains("telephone-event") })
    }

    @Test(
        "what an answer agrees to",
        arguments: [
            (["m=audio 30000 RTP/AVP 0"], UInt8(0), nil as UInt8?, 20, MediaDirection.sendrecv),
            (["m=audio 30000 RTP/AVP 8 0", "a=ptime:30"], 8, nil, 30, .sendrecv),
            (
                ["m=audio 30000 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000", "a=recvonly"], 8, 101, 20,
                .sendonly
            ),
            // Their own number for what we offered: we send theirs, and receive ours (RFC 3264 §5.1).
            (["m=audio 30000 RTP/AVP 8 96", "a=rtpmap:96 telephone-event/8000", "a=sendonly"], 8, 96, 20, .recvonly),
            (["m=audio 30000 RTP/AVP 97", "a=rtpmap:97 PCMA/8000", "a=inactive"], 97, nil, 20, .inactive),
            // More than was offered may be listed, but not sent (RFC 3264 §6.1).
            (["m=audio 30000 RTP/AVP 18 9 8"], 8, nil, 20, .sendrecv),
        ] as [([String], UInt8, UInt8?, Int, MediaDirection)])
    func answers(media: [String], sent: UInt8, event: UInt8?, ptime: Int, direction: MediaDirection) throws {
        var ours = offered()
        let plan = try ours.receiveAnswer(sdp(media)).get()
        #expect(plan.payloadTypeToSend == sent)
        #expect(plan.payloadTypesToReceive == [0: .pcmu, 8: .pcma])
        #expect(plan.telephoneEventToSend == event)
        #expect(plan.telephoneEventToReceive == (event == nil ? nil : 101))
        #expect(plan.ptime == .milliseconds(ptime))
        #expect(plan.direction == direction)
        #expect(ours.plan == plan)
        #expect(!ours.hasPendingOffer)
    }

    @Test("an answer cannot widen the direction of the offer", arguments: MediaDirection.allCases)
    func narrowed(offeredDirection: MediaDirection) throws {
        for claimed in MediaDirection.allCases {
            var ours = machine()
            _ = ours.makeOffer(direction: offeredDirection)
            let plan = try ours.receiveAnswer(sdp("m=audio 30000 RTP/AVP 0", "a=\(claimed)")).get()
            #expect(plan.direction.sends == (offeredDirection.sends && claimed.receives))
            #expect(plan.direction.receives == (offeredDirection.receives && claimed.sends))
        }
    }

    @Test(
        "what is no answer, and why",
        arguments: [
            ([], 399, "the answer has 0 m-lines, the offer 1"),
            (["m=audio 30000 RTP/AVP 0", "m=audio 0 RTP/AVP 0"], 399, "the answer has 2 m-lines, the offer 1"),
            (["m=video 30000 RTP/AVP 31"], 399, "m-line 1: the answer has video, the offer audio"),
            (["m=audio 0 RTP/AVP 0"], 304, "m-line 1: the peer refused audio"),
            (["m=audio 30000 RTP/SAVP 0"], 302, "m-line 1: transport RTP/SAVP is not supported, only RTP/AVP"),
            (["m=audio 30000 RTP/AVP 9 18"], 305, "m-line 1: none of its formats (9, 18) is one of ours (PCMU, PCMA)"),
        ])
    func refusals(media: [String], warning: Int, sentence: String) {
        var ours = offered()
        let result = ours.receiveAnswer(sdp(media))
        #expect(throws: OfferRefusal(488, warning, sentence)) { try result.get() }
        #expect(!ours.hasPendingOffer)
        #expect(ours.plan == nil)
    }

    @Test("an answer that cannot be read ends the exchange")
    func unreadable() {
        var ours = offered()
        let result = ours.receiveAnswer(Array("v=1".utf8))
        #expect(throws: OfferRefusal(400, 399, "SDP: the version is not 0 (line 1, byte 0)")) { try result.get() }
        #expect(!ours.hasPendingOffer)
    }

    @Test(
        "an answer without an offer: nothing to answer, or one that repeats the answer and is ignored (RFC 3261 §13.2.1)"
    )
    func unasked() throws {
        var ours = machine()
        #expect(throws: OfferRefusal.self) { try ours.receiveAnswer(sdp("m=audio 30000 RTP/AVP 0")).get() }
        ours = offered()
        let plan = try ours.receiveAnswer(sdp("m=audio 30000 RTP/AVP 0")).get()
        #expect(try ours.receiveAnswer(sdp("m=audio 50000 RTP/AVP 8")).get() == plan)
    }

    @Test("the description of an unreliable provisional is a preview; the 2xx may still differ (RFC 6337 §3.1.1)")
    func preview() throws {
        var ours = offered()
        let early = try ours.previewAnswer(sdp("m=audio 30000 RTP/AVP 0")).get()
        #expect(early.remoteRTP?.port == 30000)
        #expect(ours.hasPendingOffer)
        #expect(ours.plan == nil)
        #expect(try ours.receiveAnswer(sdp("m=audio 30002 RTP/AVP 8")).get().remoteRTP?.port == 30002)
        #expect(throws: OfferRefusal.self) { try ours.previewAnswer(sdp("m=audio 1 RTP/AVP 0")).get() }
    }

    @Test("rtcp-mux only when the answer takes it (RFC 5761 §5.1.1)", arguments: [true, false])
    func rtcpMux(isTaken: Bool) throws {
        var local = here
        local.rtcpMux = true
        var ours = offered(local)
        let plan = try ours.receiveAnswer(sdp("m=audio 30000 RTP/AVP 0", isTaken ? "a=rtcp-mux" : "")).get()
        #expect(plan.rtcpMux == isTaken)
        #expect(plan.remoteRTCP?.port == (isTaken ? 30000 : 30001))
    }

    @Test("an offer made elsewhere is answered and continued like one of ours (O15)")
    func verbatim() throws {
        var ours = machine()
        let offer = sdp("m=video 9 RTP/AVP 31", "m=audio 30000 RTP/AVP 18 0", "a=sendonly", "a=rtcp-mux", version: 7)
        #expect(ours.makeOffer(verbatim: offer) == nil)
        let answer = sdp("m=video 0 RTP/AVP 31", "m=audio 50000 RTP/AVP 0", "a=recvonly", "a=rtcp-mux")
        let plan = try ours.receiveAnswer(answer).get()
        #expect(plan.direction == .sendonly)
        #expect(plan.rtcpMux)
        #expect(plan.payloadTypesToReceive == [0: .pcmu])
        let next = lines(ours.makeOffer())
        #expect(next[1] == "o=peer 77 8 IN IP4 198.51.100.7")
        #expect(
            next.filter { $0.hasPrefix("m=") } == ["m=video 0 RTP/AVP 31", "m=audio 40000 RTP/AVP 0 8 101"])
        #expect(ours.makeOffer(verbatim: sdp("m=video 9 RTP/AVP 31"))?.warningCode == 304)
        #expect(ours.makeOffer(verbatim: Array("v".utf8))?.status == 400)
    }
}
