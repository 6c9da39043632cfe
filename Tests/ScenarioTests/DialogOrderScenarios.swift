import Core
import Support
import Testing

@Suite("Requests within a dialog: tags and order (RFC 3261 §12.2.2)")
struct DialogOrderScenarios {
    @Test("the same CSeq again, with a new branch: the same 200 body byte for byte, no new negotiation")
    func sameCSeq() throws {
        let (network, node, peer) = ReinviteScenarios.call()
        let key = try #require(node.incoming.first)
        peer.reinvite(node, sdp: peer.sdp(["sendonly"], version: 2))
        let first = try #require(peer.last("200 INVITE"))
        let plans = node.plans[key]?.count
        peer.send(peer.request("INVITE", to: node, body: peer.sdp(version: 9)), to: node)
        network.run(for: .milliseconds(50))
        let second = try #require(peer.last("200 INVITE"))
        #expect(first.value(.via) != second.value(.via))
        #expect(Array(first.message.body) == Array(second.message.body))
        #expect(first.value(.to) == second.value(.to))
        #expect(node.plans[key]?.count == plans)
    }

    @Test("the same CSeq again after a refusal: refused again, never the 200 of an older INVITE")
    func sameCSeqAfterRefusal() {
        let (network, node, peer) = ReinviteScenarios.call()
        let bad = peer.sdp(["rtpmap:96 X/8000"], version: 2, payloads: "96")
        peer.reinvite(node, sdp: bad)
        let answers = peer.all("200 INVITE").count
        peer.send(peer.request("INVITE", to: node, body: bad), to: node)
        network.run(for: .milliseconds(50))
        #expect(peer.all("200 INVITE").count == answers)
        #expect(Set(peer.all("488 INVITE").map { $0.value(.via) }).count == 2)
    }

    @Test("a lower CSeq gets 500 and changes nothing", arguments: ["INVITE", "BYE", "OPTIONS"])
    func lowerCSeq(method: String) throws {
        let (network, node, peer) = ReinviteScenarios.call()
        let key = try #require(node.incoming.first)
        peer.cseq = 10
        peer.reinvite(node, sdp: peer.sdp(version: 2))
        let plans = node.plans[key]?.count
        peer.send(peer.request(method, to: node, cseq: 9, body: method == "INVITE" ? peer.sdp() : ""), to: node)
        network.run(for: .milliseconds(50))
        #expect(peer.last("500 \(method)") != nil)
        #expect(node.agent.state(of: key) == .answered)
        #expect(node.plans[key]?.count == plans)
    }

    @Test(
        "another tag or Call-ID is another dialog: 481, and never a new call",
        arguments: ["INVITE", "BYE", "OPTIONS"], ["local", "remote", "call"])
    func wrongDialog(method: String, part: String) throws {
        let (network, node, peer) = ReinviteScenarios.call()
        let key = try #require(node.incoming.first)
        switch part {
        case "local": peer.localTag += "x"
        case "remote": peer.remoteTag = "nobody"
        default: peer.callID += "x"
        }
        peer.cseq += 1
        peer.send(peer.request(method, to: node, body: method == "INVITE" ? peer.sdp() : ""), to: node)
        network.run(for: .milliseconds(50))
        #expect(peer.last("481 \(method)") != nil)
        #expect(node.incoming == [key])
        #expect(node.agent.state(of: key) == .answered)
    }

    @Test("the To tag of a dialog that has ended: 481, never a new call")
    func deadDialog() {
        let (network, node, peer) = ReinviteScenarios.call()
        peer.cseq += 1
        peer.send(peer.request("BYE", to: node), to: node)
        network.run(for: .milliseconds(50))
        #expect(peer.last("200 BYE") != nil)
        peer.cseq += 1
        peer.send(peer.request("INVITE", to: node, body: peer.sdp()), to: node)
        network.run(for: .milliseconds(50))
        #expect(peer.last("481 INVITE") != nil)
        #expect(node.incoming.count == 1)
    }

    @Test("an ACK with wrong tags or CSeq ends no retransmission and is never answered (RFC 3261 §13.3.1.4)")
    func strayAck() {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.send(peer.request("INVITE", to: node, body: peer.sdp()), to: node)
        network.run(for: .milliseconds(100))
        peer.learnTag()
        peer.send(peer.request("ACK", to: node, cseq: 7), to: node)
        peer.localTag = "other"
        peer.send(peer.request("ACK", to: node), to: node)
        network.run(for: .seconds(4))
        #expect(peer.titles.filter { $0 != "200 INVITE" } == [])
        #expect(peer.all("200 INVITE").count == 4)
        peer.localTag = "peer-tag"
        peer.send(peer.request("ACK", to: node), to: node)
        network.run(for: .seconds(40))
        #expect(peer.all("200 INVITE").count == 4)
        #expect(node.agent.callCount == 1)
    }
}
