import Core
import Support
import Testing

/// A description of a peer; lines are given without their ends.
func sdp(_ media: String..., session: String = "c=IN IP4 198.51.100.7", version: Int = 1) -> [UInt8] {
    Array(
        (["v=0", "o=peer 77 \(version) IN IP4 198.51.100.7", "s=Carrier", session, "t=0 0"] + media)
            .filter { !$0.isEmpty }.joined(separator: "\r\n").utf8) + [13, 10]
}

let here = LocalMedia(address: IPAddress(v4: 0xc000_0201), port: 40000)

func machine(_ local: LocalMedia = here) -> OfferAnswer { OfferAnswer(local: local, sessionID: 4711) }

func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
}

func answer(_ machine: inout OfferAnswer, _ offer: [UInt8]) throws -> (lines: [String], plan: MediaPlan?) {
    let answer = try machine.receiveOffer(offer).get()
    return (lines(answer.sdp), answer.plan)
}

@Suite("OfferAnswer (RFC 3264)")
struct OfferAnswerTests {
    @Test("the answer in full: our own s=, o=, address and port, never the peer's (P11)")
    func golden() throws {
        var ours = machine()
        let offer = sdp(
            "m=audio 30000 RTP/AVP 8 0 101", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:30")
        let (text, plan) = try answer(&ours, offer)
        #expect(
            text == [
                "v=0", "o=- 4711 1 IN IP4 192.0.2.1", "s=sipctl", "c=IN IP4 192.0.2.1", "t=0 0",
                "m=audio 40000 RTP/AVP 8 0 101",
                "a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15",
                "a=ptime:30", "a=sendrecv",
            ])
        #expect(
            plan
                == MediaPlan(
                    codec: .pcma, payloadTypeToSend: 8, payloadTypesToReceive: [0: .pcmu, 8: .pcma],
                    telephoneEventToSend: 101,
                    telephoneEventToReceive: 101, ptime: .milliseconds(30),
                    remoteRTP: SocketAddress("198.51.100.7:30000"),
                    remoteRTCP: SocketAddress("198.51.100.7:30001"), remoteName: nil, rtcpMux: false,
                    direction: .sendrecv))
        #expect(ours.plan == plan)
    }
}
