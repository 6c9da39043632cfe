import Core
import Support
import Testing

@Suite("CANCEL (RFC 3261 §9)")
struct CancelScenarios {
    private static func hangUp(_ node: VirtualNetwork.Node, _ call: CallKey, _ network: VirtualNetwork) {
        node.order { $0.hangUp(call, CallEnd(.localHangup, "gave up"), at: network.now, into: &$1) }
    }

    @Test(
        "before any provisional response the CANCEL waits for the first 1xx, for 500 ms at most",
        arguments: [(20, 35), (nil, 510)] as [(Int?, Int64)])
    func queued(tryingAfter: Int?, sentAt: Int64) throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        let call = network.dial(node, peer.address)
        network.run(for: .milliseconds(10))
        Self.hangUp(node, call, network)
        network.run(for: .milliseconds(Int64(tryingAfter ?? 15)))
        #expect(peer.last("CANCEL") == nil)
        if tryingAfter != nil { peer.reply("100 Trying", to: peer.received[0]) }
        network.run(for: .seconds(1))
        let cancel = try #require(peer.received.first { $0.title == "CANCEL" })
        #expect(cancel.at.milliseconds - 5 == sentAt)
    }

    @Test("the CANCEL is the INVITE's twin: Request-URI, branch, Call-ID, From, To and CSeq number (§9.1)")
    func twin() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("180 Ringing", to: received) }
        }
        let call = network.dial(node, peer.address)
        network.run(for: .seconds(1))
        Self.hangUp(node, call, network)
        Self.hangUp(node, call, network)
        network.run(for: .milliseconds(100))
        let (invite, cancel) = (try #require(peer.last("INVITE")), try #require(peer.last("CANCEL")))
        #expect(peer.all("CANCEL").count == 1)
        for name in [HeaderName.via, .callID, .from, .to] { #expect(cancel.value(name) == invite.value(name)) }
        #expect(cancel.message.toTag == nil)
        #expect(cancel.message.cseq?.number == invite.message.cseq?.number)
        #expect(cancel.message.bytes(cancel.message.requestURI) == invite.message.bytes(invite.message.requestURI))
    }

    @Test("a CANCEL that nobody answers is sent six times")
    func unanswered() {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("180 Ringing", to: received) }
        }
        let call = network.dial(node, peer.address)
        network.run(for: .seconds(1))
        Self.hangUp(node, call, network)
        network.settle()
        let times = peer.all("CANCEL").map { $0.at.milliseconds - 1_005 }
        #expect(times == [0, 500, 1_500, 3_500, 7_500, 11_500])
        #expect(node.agent.transactionCount == 0)
    }

    @Test("the final response to the INVITE ends the CANCEL, whose own response may come later")
    func finalFirst() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("180 Ringing", to: received) }
            if received.title == "CANCEL" { peer.reply("487 Request Terminated", to: peer.received[0]) }
        }
        let call = network.dial(node, peer.address)
        network.run(for: .seconds(1))
        Self.hangUp(node, call, network)
        network.run(for: .seconds(10))
        #expect(peer.titles == ["INVITE", "CANCEL", "ACK"])
        peer.reply("200 OK", to: try #require(peer.last("CANCEL")))
        network.settle()
        #expect(node.agent.counters.strayResponses == 0)
        #expect(node.agent.transactionCount == 0)
    }

    @Test("no final response after the CANCEL: everything is forgotten 64·T1 later (§9.1)")
    func noFinal() {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("180 Ringing", to: received) }
            if received.title == "CANCEL" { peer.reply("200 OK", to: received) }
        }
        let call = network.dial(node, peer.address)
        network.run(for: .seconds(1))
        Self.hangUp(node, call, network)
        network.settle()
        #expect(node.ends[call]?.reason == .localHangup)
        #expect(node.agent.transactionCount == 0)
    }

    @Test("a callee that says 100 and then nothing is forgotten 64·T1 after the call (§9.1)", arguments: [10, 1200])
    func onlyTrying(after milliseconds: Int64) {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        let call = network.dial(node, peer.address)
        network.run(for: .milliseconds(10))
        if milliseconds > 10 { Self.hangUp(node, call, network) }
        network.run(for: .milliseconds(milliseconds))
        peer.reply("100 Trying", to: peer.received[0])
        network.run(for: .milliseconds(100))
        Self.hangUp(node, call, network)
        network.run(for: .seconds(2))
        #expect(node.ends[call]?.reason == .localHangup)
        #expect(node.agent.transactionCount > 0)
        network.settle()
        #expect(node.agent.transactionCount == 0)
    }

    @Test("a CANCEL that came before the INVITE is sent once more when the peer has the INVITE after all")
    func overtaken() {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            switch received.title {
            case "INVITE" where received.at.milliseconds > 1_000: peer.reply("100 Trying", to: received)
            case "CANCEL" where received.at.milliseconds < 1_000: peer.reply("481 No such call", to: received)
            case "CANCEL": peer.reply("200 OK", to: received)
            default: break
            }
        }
        let call = network.dial(node, peer.address)
        network.run(for: .milliseconds(10))
        Self.hangUp(node, call, network)
        network.run(for: .seconds(4))
        #expect(node.ends[call]?.reason == .localHangup)
        #expect(peer.all("CANCEL").map { $0.at.milliseconds - 5 } == [510, 2010])
        network.settle()
        #expect(node.agent.transactionCount == 0)
    }

    @Test("a peer that rings only after the call was given up here is asked once more to stop, then forgotten")
    func lateRinging() {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            switch received.title {
            case "INVITE" where received.at.milliseconds > 5_000: peer.reply("180 Ringing", to: received)
            case "CANCEL" where received.at.milliseconds < 5_000: peer.reply("481 No such call", to: received)
            default: break
            }
        }
        let call = network.dial(node, peer.address)
        network.run(for: .milliseconds(10))
        Self.hangUp(node, call, network)
        network.run(for: .seconds(9))
        #expect(node.ends[call]?.reason == .localHangup)
        #expect(peer.received.contains { $0.title == "CANCEL" && $0.at.milliseconds > 5_000 })
        network.settle()
        #expect(node.agent.transactionCount == 0)
    }

    @Test("a CANCEL that comes before the answer: 200 and 487; after it: 200 and no effect; for nothing: 481 (§9.2)")
    func received() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        node.onIncoming = { node, key, _, now in node.order { $0.ring(key, at: now, into: &$1) } }
        peer.send(peer.request("CANCEL", to: node, branch: "z9hG4bKx"), to: node)
        network.run(for: .milliseconds(50))
        #expect(peer.titles == ["481 CANCEL"])
        peer.send(peer.request("INVITE", to: node, branch: "z9hG4bKx", body: peer.sdp()), to: node)
        network.run(for: .milliseconds(50))
        peer.send(peer.request("CANCEL", to: node, branch: "z9hG4bKx"), to: node)
        network.run(for: .milliseconds(50))
        // Nothing was kept of the first CANCEL, which had the same branch: the second finds the INVITE.
        #expect(peer.titles.suffix(2) == ["200 CANCEL", "487 INVITE"])
        // Both are of one dialog, as the 180 before.
        #expect(
            peer.received.suffix(3).map(\.message.toTag) == Array(repeating: peer.received[1].message.toTag, count: 3))
        peer.callID = "call-2"
        peer.send(peer.request("INVITE", to: node, branch: "z9hG4bKy", body: peer.sdp()), to: node)
        network.run(for: .milliseconds(50))
        peer.send(peer.request("CANCEL", to: node, branch: "z9hG4bKy"), to: node)
        network.run(for: .milliseconds(50))
        #expect(peer.last("200 CANCEL") != nil)
        #expect(peer.last("487 INVITE")?.value(.callID) == "call-2")
        #expect(node.ends[node.incoming[1]]?.reason == .cancelled)
        peer.callID = "call-3"
        node.onIncoming = { node, key, _, now in node.order { $0.accept(key, node.media(), at: now, into: &$1) } }
        peer.send(peer.request("INVITE", to: node, branch: "z9hG4bKz", body: peer.sdp()), to: node)
        network.run(for: .milliseconds(50))
        peer.send(peer.request("CANCEL", to: node, branch: "z9hG4bKz"), to: node)
        network.run(for: .milliseconds(50))
        #expect(peer.all("200 CANCEL").count == 3)
        #expect(peer.last("200 CANCEL")?.message.toTag == peer.last("200 INVITE")?.message.toTag)
        #expect(node.agent.state(of: node.incoming[2]) == .answered)
    }
}
