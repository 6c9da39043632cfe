import Core
import Support
import Testing

private struct Cases: Decodable {
    struct Case: Decodable {
        var section: String
        var title: String
        var steps: [Step]
    }
    struct Step: Decodable {
        var file: String
        var role: String
        var by: String
    }
    var cases: [Case]
}

private let cases = Fixtures.json("rfc4317/cases.json", as: Cases.self).cases

@Suite("RFC 4317 offer/answer cases, the answerer on its own")
struct RFC4317Tests {
    @Test("legal answers with the codecs of the printed answer", arguments: cases.map(\.section))
    func answers(section: String) throws {
        let steps = try #require(cases.first { $0.section == section }).steps
        var machines: [String: OfferAnswer] = [:]
        var last: [String: SessionDescription] = [:]
        for pair in stride(from: 0, to: steps.count, by: 2) {
            let (offer, printed) = (steps[pair], steps[pair + 1])
            let answerer = printed.by
            let printedDescription = try SessionDescription(parsing: Fixtures.bytes("rfc4317/\(printed.file)"))
            let codecs = audioCodecs(of: printedDescription)
            var ours = machines[answerer] ?? machine(sessionID: 42)
            ours.local.codecs = codecs
            let bytes = Fixtures.bytes("rfc4317/\(offer.file)")
            let result = ours.receiveOffer(bytes)
            if codecs.isEmpty && hasActiveMedia(bytes) {
                #expect(throws: OfferRefusal.self) { try result.get() }
                continue
            }
            let answer = try result.get()
            #expect(faults(ofAnswer: answer.sdp, to: bytes) == [])
            let description = try SessionDescription(parsing: answer.sdp)
            if let before = last[answerer] { checkVersion(before, description) }
            (machines[answerer], last[answerer]) = (ours, description)
            // The first audio line that the printed answer accepts is the one of which we speak the codecs.
            let accepted = description.media.firstIndex { $0.port != 0 }
            let codecLine = printedDescription.media.firstIndex { $0.isAudio && $0.port != 0 && speaks($0) }
            #expect(accepted == codecLine)
            #expect((answer.plan == nil) == (accepted == nil))
        }
    }

    @Test("each offer is read by every codec set of the others, and the answer is legal")
    func crossed() {
        let sets = cases.flatMap(\.steps).map { step in
            (try? SessionDescription(parsing: Fixtures.bytes("rfc4317/\(step.file)"))).map(audioCodecs) ?? []
        }
        for step in cases.flatMap(\.steps) where step.role.hasSuffix("offer") {
            let bytes = Fixtures.bytes("rfc4317/\(step.file)")
            for codecs in sets {
                var local = here
                local.codecs = codecs
                var ours = machine(local)
                if let answer = try? ours.receiveOffer(bytes).get() {
                    #expect(faults(ofAnswer: answer.sdp, to: bytes) == [], "\(step.file)")
                }
            }
        }
    }

    private func checkVersion(_ before: SessionDescription, _ after: SessionDescription) {
        #expect(before.origin?.sessionID == after.origin?.sessionID)
        var same = after
        same.origin = before.origin
        let (old, new) = (version(before.bytes) ?? 0, version(after.bytes) ?? 0)
        #expect(new == (same == before ? old : old + 1))
    }

    private func hasActiveMedia(_ bytes: [UInt8]) -> Bool {
        (try? SessionDescription(parsing: bytes))?.media.contains { $0.port != 0 } ?? false
    }

    private func speaks(_ media: MediaDescription) -> Bool { !audioCodecs(ofLine: media).isEmpty }

    private func audioCodecs(of description: SessionDescription) -> [AudioCodec] {
        description.media.filter { $0.isAudio && $0.port != 0 }.flatMap(audioCodecs(ofLine:))
    }

    private func audioCodecs(ofLine media: MediaDescription) -> [AudioCodec] {
        media.rtpMaps.compactMap { map in
            let name = String(decoding: map.encoding, as: UTF8.self)
            if name == "telephone-event" { return nil }
            return AudioCodec.supported.first { $0.name == name } ?? AudioCodec(name, clockRate: map.clockRate)
        }
    }
}
