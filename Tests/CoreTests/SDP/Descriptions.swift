import Core

/// A description of a peer; lines are given without their ends, empty ones are left out.
func sdp(_ media: [String], session: String = "c=IN IP4 198.51.100.7", version: Int = 1) -> [UInt8] {
    let head = ["v=0", "o=peer 77 \(version) IN IP4 198.51.100.7", "s=Carrier", session, "t=0 0"]
    return Array((head + media).filter { !$0.isEmpty }.joined(separator: "\r\n").utf8) + [13, 10]
}

func sdp(_ media: String..., session: String = "c=IN IP4 198.51.100.7", version: Int = 1) -> [UInt8] {
    sdp(media, session: session, version: version)
}

/// Our end in most tests.
let here = LocalMedia(address: IPAddress(v4: 0xc000_0201), port: 40000)

func machine(_ local: LocalMedia = here, sessionID: UInt64 = 4711) -> OfferAnswer {
    OfferAnswer(local: local, sessionID: sessionID)
}

func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
}

func answer(_ machine: inout OfferAnswer, _ offer: [UInt8]) throws -> (lines: [String], plan: MediaPlan?) {
    let answer = try machine.receiveOffer(offer).get()
    return (lines(answer.sdp), answer.plan)
}

/// The version in o=.
func version(_ bytes: [UInt8]?) -> Int? {
    guard let bytes, let description = try? SessionDescription(parsing: bytes), let origin = description.origin else {
        return nil
    }
    return Int(String(decoding: origin.sessionVersion, as: UTF8.self))
}

extension OfferRefusal {
    init(_ status: Int, _ warning: Int?, _ sentence: String) {
        self.init(status: status, warningCode: warning, sentence: sentence)
    }
}
