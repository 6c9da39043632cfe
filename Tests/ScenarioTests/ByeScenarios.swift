import Core
import Support
import Testing

@Suite("BYE in each state (RFC 3261 §15)")
struct ByeScenarios {
    @Test("before the answer: 200 to the BYE and 487 to the INVITE (§15.1.2)")
    func incoming() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        node.onIncoming = { node, key, _, now in node.order { $0.ring(key, at: now, into: &$1) } }
        peer.send(peer.request("INVITE", to: node, body: peer.sdp()), to: node)
        network.run(for: .milliseconds(100))
        peer.remoteTag = try #require(peer.last("180 INVITE")?.message.toTag).description
        peer.send(peer.request("BYE", to: node, cseq: 2), to: node)
        network.run(for: .milliseconds(100))
        #expect(peer.titles.suffix(2).sorted() == ["200 BYE", "487 INVITE"])
        #expect(node.ends[node.incoming[0]]?.reason == .remoteHangup)
    }

    @Test("answered but not yet acknowledged: the call ends and the 2xx stops (§15)")
    func beforeAck() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.send(peer.request("INVITE", to: node, body: peer.sdp()), to: node)
        network.run(for: .milliseconds(100))
        peer.learnTag()
        peer.send(peer.request("BYE", to: node, cseq: 2), to: node)
        network.run(for: .seconds(40))
        #expect(peer.titles == ["200 INVITE", "200 BYE"])
        #expect(node.ends[node.incoming[0]]?.reason == .remoteHangup)
        #expect(node.agent.transactionCount == 0)
    }

    @Test("answered: the Reason goes to the person (RFC 3326)", arguments: ["Q.850;cause=17", "SIP;cause=486", nil])
    func answered(reason: String?) {
        let (network, node, peer) = ReinviteScenarios.call()
        peer.cseq += 1
        peer.send(peer.request("BYE", to: node, headers: reason.map { ["Reason: \($0)"] } ?? []), to: node)
        network.run(for: .milliseconds(100))
        #expect(peer.titles.last == "200 BYE")
        let end = node.ends[node.incoming[0]]
        #expect(end?.reason == .remoteHangup)
        #expect(end?.sentence == "the peer hung up" + (reason.map { " (\($0))" } ?? ""))
        peer.send(peer.request("BYE", to: node, cseq: 3), to: node)
        network.run(for: .milliseconds(100))
        #expect(peer.titles.last == "481 BYE")
    }

    @Test("two BYEs that cross: both get 200 and each side hung up by itself")
    func crossing() {
        let (network, node, peer) = ReinviteScenarios.call()
        peer.script = { peer, received in
            if received.title == "BYE" { peer.reply("200 OK", to: received) }
        }
        node.order { $0.hangUp(node.incoming[0], CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        peer.cseq += 1
        peer.send(peer.request("BYE", to: node), to: node)
        network.settle()
        #expect(peer.last("200 BYE") != nil)
        #expect(node.ends[node.incoming[0]]?.reason == .localHangup)
        #expect(node.agent.transactionCount == 0)
    }

    @Test(
        "our BYE: next CSeq, the peer's Contact, both tags; whatever the reply says, the call is over (§15.1.1)",
        arguments: ["200 OK", "481 Gone", "500 No", ""])
    func ours(status: String) throws {
        let (network, node, peer) = ReinviteScenarios.call()
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("200 OK", to: received, body: peer.sdp(["recvonly"])) }
            if received.title == "BYE", !status.isEmpty { peer.reply(status, to: received) }
        }
        // A request before it in the dialog, so that there is a next CSeq.
        node.order { $0.hold(node.incoming[0], true, at: network.now, into: &$1) }
        network.run(for: .seconds(1))
        let invite = try #require(peer.last("INVITE")?.message.cseq)
        node.order { $0.hangUp(node.incoming[0], CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        network.settle()
        let bye = try #require(peer.last("BYE"))
        #expect(bye.text.hasPrefix("BYE sip:peer@\(peer.address) SIP/2.0\r\n"))
        #expect(bye.message.cseq?.number == invite.number + 1)
        #expect(bye.message.toTag?.description == peer.localTag)
        #expect(bye.message.fromTag?.description == peer.remoteTag)
        #expect(node.ends[node.incoming[0]]?.reason == .localHangup)
        #expect(node.agent.callCount == 0)
        #expect(node.agent.transactionCount == 0)
    }

    @Test("a BYE that the peer challenges is sent once more with credentials (RFC 3261 §22.2)")
    func challenged() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            switch received.title {
            case "INVITE": peer.reply("200 OK", to: received, body: peer.sdp())
            case "BYE" where received.value(.proxyAuthorization).isEmpty:
                let challenge = "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n1\", qop=\"auth\""
                peer.reply("407 Proxy Authentication Required", to: received, headers: [challenge])
            case "BYE": peer.reply("200 OK", to: received)
            default: break
            }
        }
        let call = network.dial(node, peer.address) { $0.credentials = .init(username: "u", password: "p") }
        network.run(for: .seconds(1))
        node.order { $0.hangUp(call, CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        network.settle()
        let byes = peer.all("BYE")
        #expect(byes.count == 2)
        #expect((byes.last?.message.cseq?.number ?? 0) == (byes.first?.message.cseq?.number ?? 0) + 1)
        #expect(byes.last?.value(.proxyAuthorization).contains("response=") == true)
        #expect(node.ends[call]?.reason == .localHangup)
        #expect(node.agent.transactionCount == 0)
    }
}
