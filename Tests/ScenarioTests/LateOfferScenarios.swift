import Core
import Support
import Testing

@Suite("INVITE without SDP: the 200 offers, the ACK answers (RFC 3261 §13.2.1)")
struct LateOfferScenarios {
    @Test("media starts with the ACK", arguments: 1...5 as ClosedRange<UInt64>)
    func accepted(seed: UInt64) throws {
        let network = VirtualNetwork(seed: seed)
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.send(peer.request("INVITE", to: node), to: node)
        network.run(for: .seconds(1))
        let key = try #require(node.incoming.first)
        #expect(try #require(peer.last("200 INVITE")).body.contains("m=audio"))
        #expect(node.plans[key] == nil)
        peer.learnTag()
        peer.send(peer.request("ACK", to: node, body: peer.sdp(port: 44_000)), to: node)
        network.run(for: .seconds(1))
        #expect(node.plans[key]?.last?.remoteRTP?.port == 44_000)
        #expect(node.agent.state(of: key) == .answered)
    }

    @Test(
        "an ACK without an answer, or with one that cannot be used, ends the call with BYE", arguments: [false, true])
    func noAnswer(hasBody: Bool) throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.call(node, sdp: "", answerInAck: hasBody ? peer.sdp(["rtpmap:96 X/8000"], payloads: "96") : "")
        let bye = try #require(peer.last("BYE"))
        #expect(bye.value(.reason).contains("488"))
        peer.reply("200 OK", to: bye)
        network.run(for: .seconds(1))
        #expect(node.ends[node.incoming[0]]?.reason == .noCommonMedia)
    }

    @Test("a re-INVITE while our offer waits for its answer: 500 with Retry-After (RFC 3261 §14.2)")
    func pendingOffer() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.send(peer.request("INVITE", to: node), to: node)
        network.run(for: .milliseconds(100))
        peer.learnTag()
        peer.cseq = 2
        peer.send(peer.request("INVITE", to: node, body: peer.sdp()), to: node)
        network.run(for: .milliseconds(100))
        #expect(peer.last("500 INVITE")?.value(.retryAfter) == "2")
        // The first INVITE goes on: its ACK still counts.
        peer.send(peer.request("ACK", to: node, cseq: 1, body: peer.sdp(port: 45_000)), to: node)
        network.run(for: .seconds(40))
        let key = try #require(node.incoming.first)
        #expect(node.plans[key]?.last?.remoteRTP?.port == 45_000)
        #expect(node.agent.state(of: key) == .answered)
    }

    @Test("we call and the answer carries no SDP: acknowledged, then BYE (RFC 3261 §13.2.2.4)")
    func answerWithoutSDP() {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            if received.title == "INVITE" || received.title == "BYE" { peer.reply("200 OK", to: received) }
        }
        let call = network.dial(node, peer.address)
        network.settle()
        #expect(peer.titles == ["INVITE", "ACK", "BYE"])
        #expect(node.ends[call]?.reason == .noCommonMedia)
    }

    @Test("a re-INVITE without SDP to the side that placed the call is answered in the same way")
    func towardsCaller() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("200 OK", to: received, body: peer.sdp()) }
        }
        let call = network.dial(node, peer.address)
        network.run(for: .seconds(1))
        let invite = try #require(peer.last("INVITE"))
        peer.callID = invite.value(.callID)
        peer.remoteTag = invite.message.fromTag?.description
        peer.reinvite(node, sdp: "", answerInAck: peer.sdp(["inactive"], port: 46_000))
        #expect(try #require(peer.last("200 INVITE")).body.contains("m=audio"))
        #expect(node.plans[call]?.last?.remoteRTP?.port == 46_000)
        #expect(node.plans[call]?.last?.direction == .inactive)
        #expect(node.agent.state(of: call) == .answered)
    }
}
