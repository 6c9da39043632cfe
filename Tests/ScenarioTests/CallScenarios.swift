import Core
import Support
import Testing

@Suite("A call between two user agents")
struct CallScenarios {
    @Test("INVITE, 200, ACK, BYE, 200 (RFC 3665 §3.1), over UDP and TCP", arguments: [Transport.udp, .tcp])
    func plainCall(transport: Transport) {
        let network = VirtualNetwork()
        let (alice, bob) = (network.node("a"), network.node("b"))
        let call = network.dial(alice, bob, transport)
        network.run(for: .seconds(1))
        #expect(alice.agent.state(of: call) == .answered)
        #expect(alice.plans[call]?.last?.codec == .pcmu)
        alice.order { $0.hangUp(call, CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        network.settle()
        #expect(alice.ends[call]?.reason == .localHangup)
        #expect(bob.ends[bob.incoming[0]]?.reason == .remoteHangup)
        #expect(
            network.ladder.map { $0.split(separator: " ").dropFirst().joined(separator: " ") } == [
                "a>b INVITE", "b>a 200 INVITE", "a>b ACK", "a>b BYE", "b>a 200 BYE",
            ])
        #expect(alice.agent.callCount + bob.agent.callCount == 0)
        #expect(alice.agent.transactionCount + bob.agent.transactionCount == 0)
    }

    @Test(
        "every call ends on both sides and leaves nothing behind, whatever is lost, reordered or doubled",
        arguments: 1...200 as ClosedRange<UInt64>)
    func lossyCall(seed: UInt64) {
        let network = VirtualNetwork(seed: seed, .init(loss: 0.25, duplication: 0.1, delayMs: 1...400))
        let (alice, bob) = (network.node("a"), network.node("b"))
        let call = network.dial(alice, bob)
        network.run(for: .milliseconds(Int64(seed % 40) * 100))
        let other = seed % 2 == 0 ? bob : alice
        for key in other === bob ? bob.incoming : [call] {
            other.order { $0.hangUp(key, CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        }
        network.run(for: .seconds(40))
        alice.order { $0.hangUpAll(CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        bob.order { $0.hangUpAll(CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        network.settle()
        #expect(alice.ends.count == 1, "seed \(seed)")
        #expect(bob.ends.count == bob.incoming.count, "seed \(seed)")
        #expect(alice.agent.callCount + bob.agent.callCount == 0, "seed \(seed)")
        #expect(alice.agent.transactionCount + bob.agent.transactionCount == 0, "seed \(seed)")
    }

    @Test("a callee that never answers: no answer, CANCEL, 487 (RFC 3261 §9)")
    func cancelledCall() {
        let network = VirtualNetwork()
        let (alice, bob) = (network.node("a"), network.node("b"))
        bob.onIncoming = { node, key, _, now in node.order { $0.ring(key, at: now, into: &$1) } }
        let call = network.dial(alice, bob) {
            $0.limits = Call.Limits()
            $0.limits?.ringing = .seconds(10)
        }
        network.settle()
        #expect(alice.ends[call]?.reason == .noAnswer)
        #expect(bob.ends[bob.incoming[0]]?.reason == .cancelled)
        #expect(network.ladder.contains { $0.hasSuffix("a>b CANCEL") })
        #expect(network.ladder.contains { $0.hasSuffix("b>a 487 INVITE") })
        #expect(network.ladder.contains { $0.hasSuffix("a>b ACK") })
    }

    @Test("a 2xx that crosses the CANCEL is acknowledged, then ended with BYE (RFC 3261 §9.1, §15)")
    func cancelCrossesAnswer() {
        let network = VirtualNetwork()
        let (alice, bob) = (network.node("a"), network.node("b"))
        bob.onIncoming = { node, key, _, now in node.order { $0.ring(key, at: now, into: &$1) } }
        let call = network.dial(alice, bob)
        network.run(for: .seconds(1))
        let media = bob.media()
        bob.order { $0.accept(bob.incoming[0], media, at: network.now, into: &$1) }
        alice.order { $0.hangUp(call, CallEnd(.localHangup, "gave up"), at: network.now, into: &$1) }
        network.settle()
        #expect(alice.ends[call]?.reason == .localHangup)
        #expect(bob.ends[bob.incoming[0]]?.reason == .remoteHangup)
        let order = network.ladder.map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        #expect(order.firstIndex(of: "a>b ACK") ?? 99 < order.firstIndex(of: "a>b BYE") ?? 0)
    }

    @Test("a peer that is not there: unreachable after 64·T1, no retransmission left")
    func unreachable() {
        let network = VirtualNetwork()
        let (alice, bob) = (network.node("a"), network.node("b"))
        network.filter = { from, _, _ in from == "a" ? false : true }
        let call = network.dial(alice, bob)
        network.settle()
        #expect(alice.ends[call]?.reason == .unreachable)
        #expect(network.now.milliseconds == 32_000)
        #expect(alice.agent.transactionCount == 0)
    }

    @Test("a 2xx that is never acknowledged is repeated, then the call ends with BYE (RFC 3261 §13.3.1.4)")
    func neverAcknowledged() {
        let network = VirtualNetwork()
        let (alice, bob) = (network.node("a"), network.node("b"))
        network.filter = { _, _, message in !(message.isRequest && message.method == .ack) }
        _ = network.dial(alice, bob)
        network.run(for: .seconds(40))
        #expect(bob.ends[bob.incoming[0]]?.reason == .noAck)
        #expect(network.ladder.filter { $0.hasSuffix("b>a 200 INVITE") }.count > 8)
        #expect(network.ladder.contains { $0.hasSuffix("b>a BYE") })
    }

    @Test("an unusable offer is answered 488 and the caller learns why")
    func noCommonCodec() {
        let network = VirtualNetwork()
        let (alice, bob) = (network.node("a"), network.node("b"))
        bob.onIncoming = { node, key, _, now in
            let media = node.media([.pcma])
            node.order { $0.accept(key, media, at: now, into: &$1) }
        }
        guard let target = SIPURI("sip:x@\(bob.address)"), let from = SIPURI("sip:a@\(alice.address)") else { return }
        let media = alice.media([.pcmu])
        alice.order {
            _ = $0.dial(
                OutgoingCall(target: target, from: from), media, on: network.flow(alice, bob), at: network.now,
                into: &$1)
        }
        network.settle()
        #expect(alice.ends.values.first?.reason == .noCommonMedia)
        #expect(alice.ends.values.first?.status == 488)
        #expect(bob.ends.values.first?.reason == .noCommonMedia)
    }

    @Test("draining: a new INVITE gets 503 with Retry-After, a running call goes on")
    func draining() {
        let network = VirtualNetwork()
        let (alice, bob) = (network.node("a"), network.node("b"))
        let first = network.dial(alice, bob)
        network.run(for: .seconds(1))
        bob.agent.isDraining = true
        let second = network.dial(alice, bob)
        network.run(for: .seconds(1))
        #expect(alice.agent.state(of: first) == .answered)
        #expect(alice.ends[second]?.status == 503)
    }
}
