import Core
import Support
import Testing

@Suite("Requests too large for UDP (RFC 3261 §18.1.1)")
struct LargeRequestScenarios {
    private let network = VirtualNetwork()
    private let node: VirtualNetwork.Node
    private let peer: ScriptedPeer
    private let key: CallKey

    init() {
        (node, peer) = (network.node("n"), network.peer("p"))
        network.filter = { _, to, message in to != "p" || message.topVia?.transport == .udp }
        key = network.dial(node, peer.address) {
            $0.headers = [("X-Large", String(repeating: "x", count: 1300))]
        }
        network.run(for: .milliseconds(100))
    }

    private func refuseConnection() {
        let flow = Flow(.tcp, local: node.address, remote: peer.address, connection: 7)
        node.order { $0.transportFailed(flow, at: network.now, into: &$1) }
        network.run(for: .milliseconds(10))
    }

    @Test("no connection: once more over UDP with a new Via, and the call goes on there")
    func fallsBack() throws {
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("200 OK", to: received, body: peer.sdp()) }
        }
        #expect(peer.received.isEmpty)
        refuseConnection()
        network.run(for: .milliseconds(100))
        let invite = try #require(peer.last("INVITE"))
        #expect(invite.transport == .udp)
        #expect(invite.value(.via).hasPrefix("SIP/2.0/UDP"))
        #expect(!invite.value(.contact).contains("transport"))
        #expect(peer.all("INVITE").count == 1)
        #expect(peer.last("ACK")?.transport == .udp)
        #expect(node.agent.state(of: key) == .answered)
        network.settle()
        #expect(node.agent.transactionCount == 0)
    }

    @Test("over UDP the INVITE is retransmitted, and its failure is final: there is no second fallback")
    func failsOverUDP() {
        refuseConnection()
        network.run(for: .seconds(2))
        #expect(peer.all("INVITE").count == 3)
        #expect(Set(peer.all("INVITE").map { $0.value(.via) }).count == 1)
        let flow = Flow(.udp, local: node.address, remote: peer.address)
        node.order { $0.transportFailed(flow, at: network.now, into: &$1) }
        network.run(for: .seconds(1))
        #expect(node.ends[key]?.reason == .unreachable)
        #expect(node.agent.transactionCount == 0)
    }

    @Test("a refusal over UDP is acknowledged there")
    func refused() {
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("486 Busy Here", to: received) }
        }
        refuseConnection()
        network.run(for: .seconds(1))
        #expect(peer.titles == ["INVITE", "ACK"])
        #expect(node.ends[key]?.reason == .busy)
    }

    @Test("a connection that breaks after the peer has answered moves nothing")
    func breaksLater() throws {
        network.filter = { _, _, _ in true }
        let (node, peer) = (network.node("m"), network.peer("q"))
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("180 Ringing", to: received) }
        }
        let key = network.dial(node, peer.address) {
            $0.headers = [("X-Large", String(repeating: "x", count: 1300))]
        }
        network.run(for: .milliseconds(100))
        #expect(node.progress[key] == [.ringing(180)])
        let flow = Flow(.tcp, local: node.address, remote: peer.address, connection: 7)
        node.order { $0.transportFailed(flow, at: network.now, into: &$1) }
        network.run(for: .milliseconds(100))
        #expect(peer.all("INVITE").map(\.transport) == [.tcp])
    }

    @Test("the bound is that of the configuration")
    func bound() {
        for (bound, isOverUDP) in [(3000, true), (300, false)] {
            let network = VirtualNetwork()
            var configuration = UserAgent.Configuration()
            configuration.identity.largestDatagram = bound
            let (node, peer) = (network.node("n", configuration), network.peer("p"))
            _ = network.dial(node, peer.address) { $0.headers = [("X-Large", String(repeating: "x", count: 1300))] }
            network.run(for: .milliseconds(100))
            #expect((peer.last("INVITE")?.transport == .udp) == isOverUDP)
        }
    }
}
