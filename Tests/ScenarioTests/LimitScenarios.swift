import Core
import Support
import Testing

@Suite("Limits of calls")
struct LimitScenarios {
    @Test("the maximum duration ends an answered call with BYE", arguments: [true, false])
    func duration(isInbound: Bool) {
        let network = VirtualNetwork()
        var configuration = UserAgent.Configuration()
        configuration.limits.duration = .seconds(60)
        let (limited, other) = (network.node("limited", configuration), network.node("other"))
        let call = isInbound ? network.dial(other, limited) : network.dial(limited, other)
        network.run(for: .seconds(59))
        #expect(limited.agent.callCount == 1)
        network.settle()
        let key = isInbound ? limited.incoming[0] : call
        #expect(limited.ends[key]?.reason == .maximumDuration)
        #expect(other.ends.values.first?.reason == .remoteHangup)
        #expect(network.ladder.contains { $0.hasSuffix("limited>other BYE") })
    }

    @Test("a call that nobody answers here is refused with 480 after the ringing timeout")
    func ringing() {
        let network = VirtualNetwork()
        var configuration = UserAgent.Configuration()
        configuration.limits.ringing = .seconds(20)
        let (node, peer) = (network.node("n", configuration), network.peer("p"))
        node.onIncoming = { node, key, _, now in node.order { $0.ring(key, at: now, into: &$1) } }
        peer.script = { peer, received in
            if received.title == "480 INVITE" {
                peer.send(peer.request("ACK", to: node, branch: "z9hG4bKring"), to: node)
            }
        }
        peer.send(peer.request("INVITE", to: node, branch: "z9hG4bKring", body: peer.sdp()), to: node)
        network.settle()
        #expect(peer.titles == ["180 INVITE", "480 INVITE"])
        #expect(peer.received.last?.at == .zero + .milliseconds(20_010))
        #expect(node.ends[node.incoming[0]]?.reason == .noAnswer)
        #expect(node.agent.transactionCount == 0)
    }

    @Test("above the maximum number of calls: 503 with Retry-After, until one ends")
    func maximumCalls() {
        let network = VirtualNetwork()
        var configuration = UserAgent.Configuration()
        configuration.maximumCalls = 2
        let (node, peer) = (network.node("n", configuration), network.peer("p"))
        for number in 1...3 {
            peer.callID = "call-\(number)"
            peer.call(node)
        }
        #expect(peer.last("503 INVITE")?.value(.retryAfter) == "10")
        #expect(node.agent.callCount == 2)
        node.order { $0.hangUp(node.incoming[0], CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        network.run(for: .milliseconds(100))
        peer.last("BYE").map { peer.reply("200 OK", to: $0) }
        network.run(for: .milliseconds(100))
        peer.callID = "call-4"
        peer.call(node)
        #expect(node.incoming.count == 3)
    }

    @Test("Retry-After follows the rules: above the limit, while draining, and OPTIONS as an INVITE (RFC 3261 §11.2)")
    func retryAfter() {
        let network = VirtualNetwork()
        var configuration = UserAgent.Configuration()
        configuration.maximumCalls = 0
        configuration.rules.retryAfter = .milliseconds(29_500)
        let (node, peer) = (network.node("n", configuration), network.peer("p"))
        peer.call(node)
        #expect(peer.last("503 INVITE")?.value(.retryAfter) == "30")
        node.agent.rules.retryAfter = .seconds(7)
        peer.remoteTag = nil  // the refusal made no dialog
        peer.send(peer.request("OPTIONS", to: node, branch: "z9hG4bKone"), to: node)
        network.settle()
        #expect(peer.last("200 OPTIONS") != nil)
        node.agent.rules.isFull = true
        peer.send(peer.request("OPTIONS", to: node, branch: "z9hG4bKtwo"), to: node)
        network.settle()
        #expect(peer.last("503 OPTIONS")?.value(.retryAfter) == "7")
        (node.agent.rules.isFull, node.agent.isDraining) = (false, true)
        peer.callID = "another"
        peer.call(node)
        #expect(peer.last("503 INVITE")?.value(.retryAfter) == "7")
    }
}
