import Core
import Support
import Testing

@Suite("Two servers on one address: messages reach the one they are for")
struct HandoverScenarios {
    /// An old server and a new one, and a peer; which of the two gets a message is what the test says.
    private static func setting(
        _ receiver: @escaping (Message, [VirtualNetwork.Node]) -> VirtualNetwork.Node
    ) -> (network: VirtualNetwork, old: VirtualNetwork.Node, new: VirtualNetwork.Node, peer: ScriptedPeer) {
        let network = VirtualNetwork()
        let servers = network.servers(["old", "new"])
        let peer = network.peer("p")
        network.receiver = receiver
        return (network, servers[0], servers[1], peer)
    }

    @Test("a call of the old server goes on when all its messages come to the new one: ACK, re-INVITE, BYE")
    func dialog() throws {
        let (network, old, new, peer) = Self.setting { message, servers in
            message.isRequest && message.toTag == nil ? servers[0] : servers[1]
        }
        peer.call(old)
        network.drain(old)
        #expect(old.agent.callCount == 1)
        peer.reinvite(old, sdp: peer.sdp(["sendonly"], version: 2))
        #expect(peer.titles.suffix(1) == ["200 INVITE"])
        network.run(for: .seconds(40))
        #expect(old.agent.callCount == 1, "every 200 has had its ACK")
        peer.cseq += 1
        peer.send(peer.request("BYE", to: old), to: old)
        network.run(for: .seconds(1))
        #expect(peer.last("200 BYE") != nil)
        #expect(old.ends.values.map(\.reason) == [.remoteHangup])
        #expect(new.incoming.isEmpty && new.agent.transactionCount == 0)
    }

    @Test("the old server hangs up: the response to its BYE comes to the new one")
    func bye() throws {
        let (network, old, new, peer) = Self.setting { message, servers in
            message.isRequest ? servers[0] : servers[1]
        }
        peer.call(old)
        peer.script = { peer, received in
            if received.title == "BYE" { peer.reply("200 OK", to: received) }
        }
        let key = try #require(old.incoming.first)
        old.order { $0.hangUp(key, CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        network.settle()
        #expect(peer.all("BYE").count == 1)
        #expect(old.agent.transactionCount == 0)
        #expect(new.agent.counters.strayResponses == 0)
    }

    @Test("a call that the old server places: its responses come to the new one")
    func outbound() throws {
        let (network, old, _, peer) = Self.setting { $1[1] }
        peer.script = { peer, received in
            if received.title == "INVITE" {
                peer.reply("180 Ringing", to: received)
                peer.reply("200 OK", to: received, body: peer.sdp())
            }
        }
        let key = network.dial(old, peer.address)
        network.run(for: .seconds(2))
        #expect(old.agent.state(of: key) == .answered)
        #expect(peer.all("INVITE").count == 1 && peer.all("ACK").count == 1)
    }

    @Test("an INVITE that is sent again to the new server is not a second call", arguments: [false, true])
    func retransmission(isDraining: Bool) throws {
        let (network, old, new, peer) = Self.setting { _, servers in servers[0] }
        old.onIncoming = { node, key, _, now in node.order { $0.ring(key, at: now, into: &$1) } }
        let invite = peer.request("INVITE", to: old, branch: "z9hG4bKsame", body: peer.sdp())
        peer.send(invite, to: old)
        network.run(for: .milliseconds(100))
        if isDraining { network.drain(old) }
        network.receiver = { $1[1] }
        peer.send(invite, to: old)
        network.run(for: .milliseconds(100))
        #expect(old.incoming.count == 1 && new.incoming.isEmpty)
        #expect(peer.all("180 INVITE").count == 2)
        // The same INVITE by another way is refused by whoever has it (RFC 3261 §8.2.2.2).
        peer.send(peer.request("INVITE", to: old, branch: "z9hG4bKother", body: peer.sdp()), to: old)
        network.run(for: .milliseconds(100))
        #expect(new.incoming.isEmpty)
        #expect(peer.last(isDraining ? "503 INVITE" : "482 INVITE") != nil)
    }

    @Test(
        "a CANCEL that comes to the new server ends the call that rings at the old one, and so does the ACK of its 487")
    func cancel() throws {
        let (network, old, new, peer) = Self.setting { message, servers in
            message.method == .invite ? servers[0] : servers[1]
        }
        old.onIncoming = { node, key, _, now in node.order { $0.ring(key, at: now, into: &$1) } }
        peer.script = { peer, received in
            guard received.title == "487 INVITE" else { return }
            peer.learnTag()
            peer.send(peer.request("ACK", to: old, branch: "z9hG4bKone"), to: old)
        }
        peer.send(peer.request("INVITE", to: old, branch: "z9hG4bKone", body: peer.sdp()), to: old)
        network.run(for: .seconds(1))
        peer.send(peer.request("CANCEL", to: old, branch: "z9hG4bKone"), to: old)
        network.run(for: .seconds(40))
        #expect(peer.last("200 CANCEL") != nil)
        #expect(peer.all("487 INVITE").count == 1)
        #expect(old.agent.counters.unacknowledged == 0)
        #expect(new.agent.transactionCount == 0)
    }

    @Test("a CANCEL that nobody knows gets 481, once")
    func strayCancel() {
        let (network, old, new, peer) = Self.setting { $1[1] }
        peer.send(peer.request("CANCEL", to: old), to: old)
        network.run(for: .seconds(1))
        #expect(peer.titles == ["481 CANCEL"])
        #expect(old.agent.transactionCount == 0 && new.agent.transactionCount == 0)
    }

    @Test("what is new goes from a draining server to one that serves: INVITE and OPTIONS")
    func draining() {
        let (network, old, new, peer) = Self.setting { _, servers in servers[0] }
        network.drain(old)
        peer.send(peer.request("OPTIONS", to: old), to: old)
        peer.call(old)
        #expect(Set(peer.titles) == ["200 OPTIONS", "200 INVITE"])
        #expect(new.incoming.count == 1 && old.incoming.isEmpty)
    }

    @Test("a server that drains while none serves refuses with 503, and nothing goes in circles")
    func allDraining() {
        let (network, old, new, peer) = Self.setting { _, servers in servers[0] }
        network.drain(old)
        network.drain(new)
        peer.send(peer.request("INVITE", to: old, body: peer.sdp()), to: old)
        network.run(for: .milliseconds(20))
        #expect(peer.titles == ["503 INVITE"])
        #expect(network.handedOver == 2)
    }

    @Test("the tag of a server that has gone gets 481 where it arrives")
    func gone() {
        let (network, old, _, peer) = Self.setting { $1[1] }
        peer.remoteTag = "w00abcdef0123456789abcdef01234567"
        peer.send(peer.request("BYE", to: old), to: old)
        network.run(for: .seconds(1))
        #expect(peer.titles == ["481 BYE"])
        #expect(network.handedOver == 0)
    }

    @Test("calls in any order to either of three servers, with loss: none fails, and each is on one server")
    func mixed() {
        var random = SeededRandom(seed: 7)
        let network = VirtualNetwork(seed: 3, .init(loss: 0.15, delayMs: 1...40))
        let servers = network.servers(["a", "b", "c"])
        let caller = network.node("caller")
        network.receiver = { _, nodes in nodes.randomElement(using: &random) ?? nodes[0] }
        var calls: [CallKey] = []
        for number in 0..<60 {
            if number == 20 { network.drain(servers[0]) }
            if number == 40 { network.drain(servers[1]) }
            calls.append(network.dial(caller, servers[0].address))
            network.run(for: .milliseconds(200))
        }
        network.run(for: .seconds(20))
        #expect(calls.allSatisfy { caller.agent.state(of: $0) == .answered })
        #expect(servers.map(\.agent.callCount).reduce(0, +) == calls.count)
        for key in calls {
            caller.order { $0.hangUp(key, CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        }
        network.settle()
        #expect(servers.map(\.agent.callCount) == [0, 0, 0])
        #expect(servers.flatMap { $0.ends.values }.allSatisfy { $0.reason == .remoteHangup })
        #expect(servers[2].incoming.count >= 20)
    }
}
