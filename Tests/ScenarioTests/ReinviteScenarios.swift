import Core
import Support
import Testing

@Suite("INVITE within a dialog (RFC 3261 §14.2, RFC 3264 §8)")
struct ReinviteScenarios {
    /// A call from a peer that is answered, ready for more.
    static func call(
        seed: UInt64 = 1, _ conditions: VirtualNetwork.Conditions = .init(), sdp: String? = nil
    ) -> (network: VirtualNetwork, node: VirtualNetwork.Node, peer: ScriptedPeer) {
        let network = VirtualNetwork(seed: seed, conditions)
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.call(node, sdp: sdp)
        return (network, node, peer)
    }

    @Test(
        "hold, inactive and resume are answered with the complement (RFC 3264 §6.1)",
        arguments: [
            ("sendonly", "recvonly", true), ("recvonly", "sendonly", false), ("inactive", "inactive", true),
            ("sendrecv", "sendrecv", false),
        ])
    func hold(offered: String, answered: String, isHeld: Bool) throws {
        let (network, node, peer) = Self.call()
        let key = try #require(node.incoming.first)
        peer.reinvite(node, sdp: peer.sdp([offered], version: 2))
        let answer = try #require(peer.last("200 INVITE"))
        let direction = answer.body.split(separator: "\r\n").first { $0.hasSuffix(answered) }
        #expect(direction != nil || answered == "sendrecv", "\(answer.body)")
        #expect(node.plans[key]?.last?.isHeld == isHeld)
        #expect((node.progress[key]?.last == .held) == isHeld)
        peer.reinvite(node, sdp: peer.sdp(version: 3))
        #expect(node.plans[key]?.last?.direction == .sendrecv)
        #expect((node.progress[key]?.last == .resumed) == isHeld)
        #expect(node.agent.state(of: key) == .answered)
        _ = network
    }

    @Test("0.0.0.0 is the hold of RFC 2543: nothing is sent, and the call goes on (RFC 3264 §8.4)")
    func unspecifiedAddress() throws {
        let (_, node, peer) = Self.call()
        let key = try #require(node.incoming.first)
        peer.reinvite(node, sdp: peer.sdp(host: "0.0.0.0", version: 2))
        #expect(node.plans[key]?.last?.remoteRTP == nil)
        #expect(node.plans[key]?.last?.sends == false)
        #expect(node.progress[key]?.last == .held)
        peer.reinvite(node, sdp: peer.sdp(version: 3))
        #expect(node.plans[key]?.last?.sends == true)
        #expect(node.progress[key]?.last == .resumed)
    }

    @Test("a new address and port move the plan; the answer shows our own session (RFC 3264 §8.3.1)")
    func move() throws {
        let (_, node, peer) = Self.call()
        let key = try #require(node.incoming.first)
        let first = try #require(peer.last("200 INVITE")).body
        peer.reinvite(node, sdp: peer.sdp(host: "198.51.100.77", port: 41_000, version: 2))
        #expect(node.plans[key]?.last?.remoteRTP == SocketAddress("198.51.100.77:41000"))
        let second = try #require(peer.last("200 INVITE")).body
        #expect(second.contains("c=IN IP4 \(node.address.ip)"))
        #expect(second.contains("s=sipctl"))
        let line = { (body: String) in body.split(separator: "\r\n").first { $0.hasPrefix("m=") } }
        #expect(line(first) == line(second))
    }

    @Test("without SDP: the 200 offers and the ACK answers (RFC 3261 §14.2)")
    func lateOffer() throws {
        let (_, node, peer) = Self.call()
        let key = try #require(node.incoming.first)
        peer.reinvite(node, sdp: "", answerInAck: peer.sdp(["sendonly"], port: 42_000, version: 2))
        #expect(try #require(peer.last("200 INVITE")).body.contains("m=audio"))
        #expect(node.plans[key]?.last?.remoteRTP?.port == 42_000)
        #expect(node.progress[key]?.last == .held)
        peer.reinvite(node, sdp: peer.sdp(version: 3))
        #expect(node.progress[key]?.last == .resumed)
        #expect(node.agent.state(of: key) == .answered)
    }

    @Test("the 200 carries Contact, Allow and Content-Type and copies no tag into To twice")
    func headers() throws {
        let (_, node, peer) = Self.call()
        peer.reinvite(node, sdp: peer.sdp(version: 2))
        let answer = try #require(peer.last("200 INVITE"))
        #expect(answer.value(.contact).contains("\(node.address)"))
        #expect(answer.value(.allow).contains("INVITE"))
        #expect(answer.value(.contentType) == "application/sdp")
        #expect(answer.value(.to).split(separator: ";").count == 2)
    }

    @Test("an offer that cannot be used is refused and changes nothing (RFC 3261 §14.2)")
    func refused() throws {
        let (_, node, peer) = Self.call()
        let key = try #require(node.incoming.first)
        let before = node.plans[key]?.last
        peer.reinvite(node, sdp: peer.sdp(["rtpmap:96 G729X/8000"], version: 2, payloads: "96"))
        #expect(peer.last("488 INVITE") != nil)
        #expect(node.plans[key]?.last == before)
        #expect(node.agent.state(of: key) == .answered)
        peer.reinvite(node, sdp: peer.sdp(port: 43_000, version: 3))
        #expect(node.plans[key]?.last?.remoteRTP?.port == 43_000)
    }

    @Test("a body that is no SDP gets 415 with Accept and changes nothing (RFC 3261 §8.2.3)")
    func otherContentType() throws {
        let (network, node, peer) = Self.call()
        let key = try #require(node.incoming.first)
        peer.cseq += 1
        peer.send(peer.request("INVITE", to: node, type: "text/plain", body: "hello"), to: node)
        network.run(for: .seconds(1))
        #expect(peer.last("415 INVITE")?.value(.accept) == "application/sdp")
        #expect(node.agent.state(of: key) == .answered)
    }

    @Test("refused before the first 2xx is acknowledged: time goes on, and the call ends for want of an ACK")
    func refusedBeforeAck() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.send(peer.request("INVITE", to: node, body: peer.sdp()), to: node)
        network.run(for: .milliseconds(100))
        peer.learnTag()
        peer.cseq = 2
        peer.send(peer.request("INVITE", to: node, body: "v=0\r\n"), to: node)
        network.run(for: .seconds(80))
        let key = try #require(node.incoming.first)
        #expect(node.ends[key]?.reason == .noAck)
        #expect(peer.all("200 INVITE").count > 8)
        #expect(peer.titles.contains("BYE"))
    }

    @Test(
        "each re-INVITE is answered once, whatever is lost, reordered or doubled",
        arguments: 1...30 as ClosedRange<UInt64>)
    func lossy(seed: UInt64) throws {
        let network = VirtualNetwork(seed: seed, .init(loss: 0.2, duplication: 0.2, delayMs: 1...300))
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            guard received.title == "200 INVITE" else { return }
            peer.learnTag()
            let number = received.message.cseq.map { Int($0.number) }
            peer.send(peer.request("ACK", to: node, cseq: number), to: node)
        }
        // The peer retransmits in its own way: the same bytes every 500 ms until the final response is there.
        for number in 1...3 {
            peer.cseq = number
            let bytes = peer.request(
                "INVITE", to: node, body: peer.sdp(number == 2 ? ["sendonly"] : [], version: number))
            for _ in 0..<60
            where !peer.received.contains(where: {
                Int($0.message.cseq?.number ?? 0) == number && $0.message.statusCode >= 200
            }) {
                peer.send(bytes, to: node)
                network.run(for: .milliseconds(500))
            }
        }
        network.run(for: .seconds(2))
        let key = try #require(node.incoming.first, "seed \(seed)")
        #expect(node.incoming.count == 1, "seed \(seed)")
        #expect(node.agent.state(of: key) == .answered, "seed \(seed)")
        #expect(node.progress[key]?.filter { $0 == .held || $0 == .resumed } == [.held, .resumed], "seed \(seed)")
    }
}
