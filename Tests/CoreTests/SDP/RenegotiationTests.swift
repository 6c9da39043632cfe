import Core
import Support
import Testing

@Suite("OfferAnswer: renegotiation (RFC 3264 §8, RFC 3261 §14, RFC 6337)")
struct RenegotiationTests {
    private func established() throws -> OfferAnswer {
        var ours = machine()
        _ = try ours.receiveOffer(sdp("m=audio 30000 RTP/AVP 0")).get()
        return ours
    }

    @Test("the peer holds, resumes and moves: direction, address and version follow (P8, P12, P14)")
    func holdAndResume() throws {
        var ours = try established()
        // offer of the peer → our direction, where we send, version of our answer
        let steps: [([String], MediaDirection, String?, Int)] = [
            (["m=audio 30000 RTP/AVP 0"], .sendrecv, "198.51.100.7:30000", 1),
            (["m=audio 30000 RTP/AVP 0", "a=sendonly"], .recvonly, "198.51.100.7:30000", 2),
            (["m=audio 30000 RTP/AVP 0", "a=inactive"], .inactive, "198.51.100.7:30000", 3),
            (["m=audio 30000 RTP/AVP 0"], .sendrecv, "198.51.100.7:30000", 4),
            (["m=audio 30000 RTP/AVP 0", "c=IN IP4 0.0.0.0"], .sendrecv, nil, 4),
            (["m=audio 31000 RTP/AVP 0", "c=IN IP4 203.0.113.9"], .sendrecv, "203.0.113.9:31000", 4),
            (["m=audio 31000 RTP/AVP 8"], .sendrecv, "198.51.100.7:31000", 5),
        ]
        for (index, step) in steps.enumerated() {
            let answer = try ours.receiveOffer(sdp(step.0, version: index + 2)).get()
            #expect(answer.plan?.direction == step.1, "step \(index)")
            #expect(answer.plan?.remoteRTP?.description == step.2, "step \(index)")
            #expect(version(answer.sdp) == step.3, "step \(index)")
            #expect(ours.localDescription == answer.sdp)
        }
    }

    @Test("the same offer gives the same bytes (P6)")
    func repeated() throws {
        var ours = machine()
        let offer = sdp("m=audio 30000 RTP/AVP 0 8 101", "a=rtpmap:101 telephone-event/8000")
        #expect(try ours.receiveOffer(offer).get().sdp == ours.receiveOffer(offer).get().sdp)
    }

    @Test("we hold and resume; while we hold, an offer of the peer does not resume it")
    func ourHold() throws {
        var ours = try established()
        let hold = ours.makeOffer(direction: .sendonly)
        #expect(lines(hold).contains("a=sendonly"))
        #expect(version(hold) == 2)
        #expect(try ours.receiveAnswer(sdp("m=audio 30000 RTP/AVP 0", "a=recvonly")).get().direction == .sendonly)
        #expect(try ours.receiveOffer(sdp("m=audio 30000 RTP/AVP 0")).get().plan?.direction == .sendonly)
        let resume = ours.makeOffer(direction: .sendrecv)
        #expect(lines(resume).contains("a=sendrecv"))
        #expect(try ours.receiveAnswer(sdp("m=audio 30000 RTP/AVP 0")).get().direction == .sendrecv)
    }

    @Test("a refresh that changes nothing keeps the version (RFC 3264 §8, RFC 4028 §7.4)")
    func refresh() throws {
        var ours = machine()
        let first = ours.makeOffer()
        _ = try ours.receiveAnswer(sdp("m=audio 30000 RTP/AVP 8")).get()
        #expect(ours.makeOffer() == first)
        _ = try ours.receiveAnswer(sdp("m=audio 30000 RTP/AVP 8")).get()
        ours.local.port = 40002
        #expect(version(ours.makeOffer()) == 2)
    }

    @Test("an offer after an answer of ours keeps the formats in use in front and their numbers")
    func offerAfterAnswer() throws {
        var ours = machine()
        let offer = sdp("m=audio 30000 RTP/AVP 8 97 99", "a=rtpmap:97 opus/48000/2", "a=rtpmap:99 telephone-event/8000")
        _ = try ours.receiveOffer(offer).get()
        #expect(lines(ours.makeOffer()).contains("m=audio 40000 RTP/AVP 8 0 99"))
        _ = try ours.receiveAnswer(sdp("m=audio 30000 RTP/AVP 8")).get()
        ours.local.codecs.append(AudioCodec("L16", clockRate: 16000))
        // 97 means opus in this session, 99 the events; a number keeps its meaning (RFC 3264 §8.3.2).
        #expect(lines(ours.makeOffer()).contains("m=audio 40000 RTP/AVP 8 0 96 99 101"))
    }

    @Test("m-lines stay where they are, in our offers too (RFC 3264 §8)")
    func linesStay() throws {
        var ours = machine()
        let offer = sdp("m=video 51372 RTP/AVP 31", "m=audio 30000 RTP/AVP 0", "m=image 30002 udptl t38")
        _ = try ours.receiveOffer(offer).get()
        let next = ours.makeOffer()
        #expect(
            lines(next).filter { $0.hasPrefix("m=") } == [
                "m=video 0 RTP/AVP 31", "m=audio 40000 RTP/AVP 0 8 101", "m=image 0 udptl t38",
            ])
        let accepting = sdp("m=video 9 RTP/AVP 31", "m=audio 30000 RTP/AVP 0", "m=image 0 udptl t38")
        let refusal = OfferRefusal(488, 399, "m-line 1: the answer accepts what was not offered")
        #expect(throws: refusal) { try ours.receiveAnswer(accepting).get() }
        _ = ours.makeOffer()
        let good = sdp("m=video 0 RTP/AVP 31", "m=audio 30000 RTP/AVP 0", "m=image 0 udptl t38")
        #expect(try ours.receiveAnswer(good).get().remoteRTP?.port == 30000)
    }

    @Test("an offer with fewer m-lines than the session is refused; media may be added")
    func lineCount() throws {
        var ours = machine()
        _ = try ours.receiveOffer(sdp("m=audio 30000 RTP/AVP 0", "m=video 51372 RTP/AVP 31")).get()
        let fewer = ours.receiveOffer(sdp("m=audio 30000 RTP/AVP 0"))
        #expect(throws: OfferRefusal(488, 399, "the offer has 1 m-lines, the session already 2")) { try fewer.get() }
        let more = sdp("m=audio 30000 RTP/AVP 0", "m=video 0 RTP/AVP 31", "m=audio 30004 RTP/AVP 0")
        let (text, plan) = try answer(&ours, more)
        #expect(plan?.remoteRTP?.port == 30000)
        #expect(text.filter { $0.hasPrefix("m=") }.last == "m=audio 0 RTP/AVP 0")
    }

    @Test("audio that the peer ends comes back in its place")
    func audioEndsAndReturns() throws {
        var ours = try established()
        let (_, none) = try answer(&ours, sdp("m=audio 0 RTP/AVP 0"))
        #expect(none == nil)
        #expect(ours.plan == nil)
        #expect(lines(ours.makeOffer()).filter { $0.hasPrefix("m=") } == ["m=audio 40000 RTP/AVP 0 8 101"])
        _ = try ours.receiveAnswer(sdp("m=audio 30000 RTP/AVP 0")).get()
        #expect(ours.plan != nil)
    }

    @Test("when every m-line is taken, audio takes the place of media that ended (RFC 3264 §8.1)")
    func fullSession() throws {
        var ours = machine()
        let offer = sdp([String](repeating: "m=video 0 RTP/AVP 31", count: 32))
        #expect(try answer(&ours, offer).plan == nil)
        let next = lines(ours.makeOffer()).filter { $0.hasPrefix("m=") }
        #expect(next.count == 32)
        #expect(next.first == "m=audio 40000 RTP/AVP 0 8 101")
    }

    @Test("a refused offer leaves what was agreed in force, and its version is not used again")
    func rollback() throws {
        var ours = try established()
        let (before, plan) = (ours.localDescription, ours.plan)
        #expect(version(ours.makeOffer(direction: .sendonly)) == 2)
        ours.rollback()
        #expect(ours.localDescription == before)
        #expect(ours.plan == plan)
        #expect(ours.local.direction == .sendrecv)
        #expect(version(ours.makeOffer(direction: .sendonly)) == 2)
        ours.rollback()
        #expect(version(try ours.receiveOffer(sdp("m=audio 30000 RTP/AVP 0")).get().sdp) == 3)
        ours.rollback()
        #expect(version(ours.localDescription) == 3)
    }

    @Test("a second offer takes the place of a pending one, as if that had been refused")
    func replacedOffer() throws {
        var ours = try established()
        _ = ours.makeOffer(direction: .sendonly)
        _ = ours.makeOffer(direction: .inactive)
        ours.rollback()
        #expect(ours.local.direction == .sendrecv)
        _ = ours.makeOffer(direction: .sendonly)
        #expect(lines(ours.makeOffer()).contains("a=sendrecv"))
    }

    @Test("an offer that cannot be used changes nothing")
    func refusedOffer() throws {
        var ours = try established()
        let (before, plan) = (ours.localDescription, ours.plan)
        #expect(throws: OfferRefusal.self) { try ours.receiveOffer(sdp("m=audio 30000 RTP/AVP 18")).get() }
        #expect(throws: OfferRefusal.self) { try ours.receiveOffer(Array("x".utf8)).get() }
        #expect(ours.localDescription == before)
        #expect(ours.plan == plan)
    }

    @Test("an answer that cannot be used leaves the old plan in force")
    func refusedAnswer() throws {
        var ours = try established()
        let (before, plan) = (ours.localDescription, ours.plan)
        _ = ours.makeOffer(direction: .inactive)
        #expect(throws: OfferRefusal.self) { try ours.receiveAnswer(sdp("m=audio 30000 RTP/AVP 18")).get() }
        #expect(ours.localDescription == before)
        #expect(ours.plan == plan)
    }

    @Test("offers that cross: the second is refused with 491 (RFC 3261 §14.2)")
    func glare() throws {
        var ours = try established()
        _ = ours.makeOffer(direction: .sendonly)
        let result = ours.receiveOffer(sdp("m=audio 30000 RTP/AVP 0"))
        #expect(throws: OfferRefusal(491, nil, "an offer of ours waits for its answer")) { try result.get() }
        #expect(ours.hasPendingOffer)
    }

    @Test("an INVITE without an offer: ours goes into the 2xx, the answer comes with the ACK (RFC 3261 §13.2.1)")
    func lateOffer() throws {
        var ours = try established()
        let offer = ours.makeOffer()
        #expect(lines(offer).contains("m=audio 40000 RTP/AVP 0 8 101"))
        let plan = try ours.receiveAnswer(sdp("m=audio 31000 RTP/AVP 8")).get()
        #expect(plan.codec == .pcma)
        #expect(plan.remoteRTP?.port == 31000)
    }

    @Test("our media moves: c= follows, o= stays the same but for its version (RFC 3264 §8)")
    func moved() throws {
        var ours = try established()
        ours.local.address = IPAddress(v4: 0xc000_0202)
        ours.local.port = 41000
        let text = lines(ours.makeOffer())
        #expect(text[1] == "o=- 4711 2 IN IP4 192.0.2.1")
        #expect(text.contains("c=IN IP4 192.0.2.2"))
        #expect(text.contains("m=audio 41000 RTP/AVP 0 8 101"))
    }

    @Test("a fork is a copy: each dialog has its own answer")
    func forked() throws {
        var first = machine()
        _ = first.makeOffer()
        var second = first
        #expect(try first.receiveAnswer(sdp("m=audio 30000 RTP/AVP 0")).get().codec == .pcmu)
        #expect(try second.receiveAnswer(sdp("m=audio 30002 RTP/AVP 8")).get().codec == .pcma)
    }
}
