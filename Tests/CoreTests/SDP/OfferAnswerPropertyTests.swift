import Core
import Support
import Testing

@Suite("OfferAnswer: properties, over seeded random sessions")
struct OfferAnswerPropertyTests {
    @Test(
        "every answer to a random offer is legal (RFC 3264 §6); the version counts the changes (§8)", arguments: 0..<40)
    func answersAreLegal(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var local = here
        local.codecs = [
            .pcmu, .pcma, AudioCodec("iLBC", clockRate: 8000), AudioCodec("opus", clockRate: 48000, channels: 2),
        ]
        local.codecs.shuffle(using: &random)
        local.codecOrder = Bool.random(using: &random) ? .local : .offerer
        local.rtcpMux = Bool.random(using: &random)
        var ours = machine(local)
        var last: SessionDescription?
        var answered = 0
        for round in 0..<32 {
            ours.local.direction = MediaDirection.allCases.randomElement(using: &random) ?? .sendrecv
            if Int.random(in: 0..<6, using: &random) == 0 {
                last = try SessionDescription(parsing: ours.makeOffer())
                ours.rollback()
            }
            let offer = randomOffer(lines: 2 + round / 8, using: &random)
            let before = (ours.plan, ours.localDescription)
            switch ours.receiveOffer(offer) {
            case .failure(let refusal):
                #expect(refusal.status == 488)
                #expect((ours.plan, ours.localDescription) == before)
            case .success(let answer):
                #expect(faults(ofAnswer: answer.sdp, to: offer) == [], "seed \(seed)")
                let description = try SessionDescription(parsing: answer.sdp)
                if let last { checkVersion(last, description, "seed \(seed)") }
                last = description
                checkPlan(answer.plan, description, offer, "seed \(seed)")
                answered += 1
            }
        }
        #expect(answered >= 8, "the offers are of use")
    }

    /// The plan says what the descriptions say.
    private func checkPlan(_ plan: MediaPlan?, _ answer: SessionDescription, _ offer: [UInt8], _ seed: String) {
        guard let line = answer.media.firstIndex(where: { $0.port != 0 }) else {
            #expect(plan == nil, "\(seed)")
            return
        }
        guard let plan, let offer = try? SessionDescription(parsing: offer) else {
            Issue.record("no plan, \(seed)")
            return
        }
        #expect(plan.direction == answer.direction(of: answer.media[line]), "\(seed)")
        #expect(plan.payloadTypesToReceive[plan.payloadTypeToSend] == plan.codec, "\(seed)")
        #expect(plan.remoteRTP == nil || plan.remoteRTP?.port == offer.media[line].port, "\(seed)")
        #expect((10...60).contains(plan.ptime.milliseconds) && plan.ptime.milliseconds % 10 == 0, "\(seed)")
        #expect(plan.rtcpMux == answer.media[line].hasRTCPMux, "\(seed)")
        #expect(answer.media[line].payloadTypes.first == plan.payloadTypeToSend, "\(seed)")
    }

    private func checkVersion(_ before: SessionDescription, _ after: SessionDescription, _ seed: String) {
        var same = after
        same.origin = before.origin
        let (old, new) = (version(before.bytes) ?? 0, version(after.bytes) ?? 0)
        #expect(new == (same == before ? old : old + 1), "\(seed)")
    }

    private func randomOffer(lines count: Int, using random: inout SeededRandom) -> [UInt8] {
        var lines: [String] = []
        for _ in 0..<count {
            let type = ["audio", "audio", "audio", "audio", "video"].randomElement(using: &random) ?? "audio"
            let proto =
                ["RTP/AVP", "RTP/AVP", "RTP/AVP", "RTP/AVP", "RTP/SAVP"].randomElement(using: &random) ?? "RTP/AVP"
            let port = Int.random(in: 0..<5, using: &random) == 0 ? 0 : Int.random(in: 1...65535, using: &random)
            let formats = [0, 3, 8, 9, 13, 18, 96, 97, 98, 101, 127].shuffled(using: &random)
                .prefix(Int.random(in: 1...6, using: &random))
            lines.append("m=\(type) \(port) \(proto) " + formats.map(String.init).joined(separator: " "))
            if Bool.random(using: &random) {
                let address = ["IN IP4 203.0.113.8", "IN IP4 0.0.0.0", "IN IP6 2001:db8::1", "IN IP4 host.example.com"]
                lines.append("c=" + (address.randomElement(using: &random) ?? ""))
            }
            for format in formats where format >= 96 || Int.random(in: 0..<3, using: &random) == 0 {
                let names =
                    format >= 96
                    ? [
                        "PCMU/8000", "iLBC/8000", "opus/48000/2", "telephone-event/8000", "telephone-event/48000",
                        "x/1",
                    ]
                    : [0: ["PCMU/8000"], 8: ["pcma/8000/1"]][format] ?? ["other/8000"]
                lines.append("a=rtpmap:\(format) " + (names.randomElement(using: &random) ?? ""))
            }
            lines += [
                "a=ptime:\(Int.random(in: 0...80, using: &random))", "a=rtcp-mux",
                "a=maxptime:\(Int.random(in: 0...200, using: &random))",
            ]
            .shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random))
            if let direction = MediaDirection.allCases.randomElement(using: &random), Bool.random(using: &random) {
                lines.append("a=\(direction)")
            }
        }
        return sdp(lines)
    }

    @Test("two machines that renegotiate at random always agree", arguments: 100..<130)
    func pair(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var ends = [
            machine(here, sessionID: 1),
            machine(LocalMedia(address: IPAddress(v4: 0xcb00_7109), port: 50000), sessionID: 2),
        ]
        ends[1].local.codecs = [[.pcma], [.pcma, .pcmu], [.pcmu]].randomElement(using: &random) ?? []
        ends[1].local.telephoneEvent = Bool.random(using: &random)
        for _ in 0..<30 {
            let offerer = Int.random(in: 0...1, using: &random)
            let answerer = 1 - offerer
            if Bool.random(using: &random) {
                ends[offerer].local.port = UInt16.random(in: 10000...20000, using: &random)
            }
            ends[answerer].local.direction = MediaDirection.allCases.randomElement(using: &random) ?? .sendrecv
            let offer = ends[offerer].makeOffer(direction: MediaDirection.allCases.randomElement(using: &random))
            if Int.random(in: 0..<5, using: &random) == 0 {
                ends[offerer].rollback()
                continue
            }
            let answer = try ends[answerer].receiveOffer(offer).get()
            #expect(faults(ofAnswer: answer.sdp, to: offer) == [], "seed \(seed)")
            let mine = try ends[offerer].receiveAnswer(answer.sdp).get()
            let theirs = try #require(answer.plan)
            #expect(mine.direction == theirs.direction.complement, "seed \(seed)")
            #expect(mine.codec == theirs.codec, "seed \(seed)")
            #expect(theirs.payloadTypesToReceive[mine.payloadTypeToSend] == mine.codec, "seed \(seed)")
            #expect(mine.payloadTypesToReceive[theirs.payloadTypeToSend] == theirs.codec, "seed \(seed)")
            #expect(mine.telephoneEventToSend == theirs.telephoneEventToReceive, "seed \(seed)")
            #expect(theirs.telephoneEventToSend == mine.telephoneEventToReceive, "seed \(seed)")
            #expect(mine.remoteRTP?.port == ends[answerer].local.port, "seed \(seed)")
            #expect(theirs.remoteRTP?.port == ends[offerer].local.port, "seed \(seed)")
        }
    }

    @Test("damaged descriptions: no trap, and a refusal is a sentence in printable ASCII")
    func damaged() {
        var random = SeededRandom(seed: 3264)
        let base = randomOffer(lines: 4, using: &random)
        for _ in 0..<3000 {
            var offer = base
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                offer[Int.random(in: 0..<offer.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            var ours = machine()
            if case .failure(let refusal) = ours.receiveOffer(offer) {
                #expect(refusal.sentence.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c })
            }
            _ = ours.makeOffer()
            _ = ours.receiveAnswer(offer)
        }
    }
}
