import Core
import Support
import Testing

@Suite("Final responses to our INVITE (RFC 3261 §13.2.2, §17.1.1)")
struct AnswerScenarios {
    private static func answering(
        _ seed: UInt64 = 1, headers: [String] = []
    ) -> (network: VirtualNetwork, node: VirtualNetwork.Node, peer: ScriptedPeer, call: CallKey) {
        let network = VirtualNetwork(seed: seed)
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("200 OK", to: received, headers: headers, body: peer.sdp()) }
            if received.title == "BYE" { peer.reply("200 OK", to: received) }
        }
        let call = network.dial(node, peer.address)
        network.run(for: .seconds(1))
        return (network, node, peer, call)
    }

    @Test("a retransmitted 2xx gets the same ACK, byte for byte (§13.2.2.4)")
    func sameAck() throws {
        let (network, node, peer, call) = Self.answering()
        let invite = try #require(peer.last("INVITE"))
        for _ in 0..<3 { peer.reply("200 OK", to: invite, body: peer.sdp()) }
        network.run(for: .seconds(1))
        let acks = peer.all("ACK")
        #expect(acks.count == 4)
        #expect(Set(acks.map(\.text)).count == 1)
        #expect(acks[0].message.cseq?.number == invite.message.cseq?.number)
        #expect(acks[0].value(.via) != invite.value(.via))
        #expect(node.plans[call]?.count == 1)
    }

    @Test("a retransmitted 2xx without a To tag, from a peer of RFC 2543, gets the same ACK (§12.1.2)")
    func sameAckWithoutTag() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        let call = network.dial(node, peer.address)
        network.run(for: .milliseconds(10))
        let invite = try #require(peer.last("INVITE"))
        for _ in 0..<2 {
            peer.reply("200 OK", to: invite, tag: nil, body: peer.sdp())
            network.run(for: .seconds(1))
        }
        #expect(peer.titles == ["INVITE", "ACK", "ACK"])
        #expect(node.agent.state(of: call) == .answered)
    }

    @Test("a 2xx from another fork: ACK and one BYE in its own dialog, however often it comes (§13.2.2.4)")
    func fork() throws {
        let (network, node, peer, call) = Self.answering()
        let invite = try #require(peer.last("INVITE"))
        for _ in 0..<3 {
            peer.reply("200 OK", to: invite, tag: "fork-2", body: peer.sdp())
            network.run(for: .milliseconds(100))
        }
        let ofFork = { (title: String) in peer.all(title).filter { $0.message.toTag == Tag("fork-2") } }
        #expect(ofFork("ACK").count == 3)
        #expect(Set(ofFork("ACK").map(\.text)).count == 1)
        #expect(ofFork("BYE").count == 1)
        #expect(node.agent.state(of: call) == .answered)
        #expect(peer.all("BYE").count == 1)
        network.run(for: .seconds(40))
        #expect(node.agent.transactionCount == 0)
    }

    @Test(
        "a failure is acknowledged in its transaction, each time it comes (§17.1.1.3)", arguments: [302, 404, 486, 603])
    func failure(status: Int) throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("\(status) No", to: received) }
        }
        let call = network.dial(node, peer.address)
        network.run(for: .milliseconds(100))
        let invite = try #require(peer.last("INVITE"))
        peer.reply("\(status) No", to: invite)
        network.run(for: .milliseconds(100))
        let acks = peer.all("ACK")
        #expect(acks.count == 2)
        #expect(acks[0].value(.via) == invite.value(.via))
        #expect(acks[0].message.toTag == Tag("peer-tag"))
        #expect(acks[0].message.bytes(acks[0].message.requestURI) == invite.message.bytes(invite.message.requestURI))
        #expect(node.ends[call]?.status == status)
        network.settle()
        #expect(node.agent.transactionCount == 0)
    }

    @Test(
        "Record-Route makes the route of ACK and BYE: loose routers in Route, a strict one in the Request-URI (§12.2.1.1)",
        arguments: [true, false])
    func routes(isLoose: Bool) throws {
        let lr = isLoose ? ";lr" : ""
        let (network, node, peer, call) = Self.answering(
            headers: [
                "Record-Route: <sip:198.51.100.1:5070\(lr)>, <sip:198.51.100.1:5080\(lr)>",
                "Contact: <sip:room@198.51.100.99:5099>",
            ])
        node.order { $0.hangUp(call, CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        network.run(for: .seconds(1))
        for title in ["ACK", "BYE"] {
            let request = try #require(peer.last(title))
            let routes = request.message.values(.route).map { request.message.string($0) }
            let uri = request.message.string(request.message.requestURI)
            // A caller takes the Record-Route values in reverse order (§12.1.2).
            #expect(request.to.port == 5080)
            if isLoose {
                #expect(uri == "sip:room@198.51.100.99:5099")
                #expect(routes == ["<sip:198.51.100.1:5080;lr>", "<sip:198.51.100.1:5070;lr>"])
            } else {
                #expect(uri == "sip:198.51.100.1:5080")
                #expect(routes == ["<sip:198.51.100.1:5070>", "<sip:room@198.51.100.99:5099>"])
            }
        }
    }

    @Test("where the rules say so, our Contact stands first in Record-Route of responses")
    func addsRecordRoute() {
        let network = VirtualNetwork()
        var configuration = UserAgent.Configuration()
        configuration.rules.addsRecordRoute = true
        let (node, peer) = (network.node("n", configuration), network.peer("p"))
        peer.call(node, headers: ["Record-Route: <sip:198.51.100.1:5070;lr>"])
        let response = peer.last("200 INVITE")
        let routes = response.map { one in one.message.values(.recordRoute).map { one.message.string($0) } } ?? []
        #expect(routes == ["<sip:\(node.address);lr>", "<sip:198.51.100.1:5070;lr>"])
        node.agent.rules.addsRecordRoute = false
        peer.callID = "call-2"
        peer.call(node)
        #expect(peer.last("200 INVITE")?.value(.recordRoute).isEmpty == true)
    }

    @Test("a callee takes Record-Route in the order of the INVITE and copies it into the 2xx (§12.1.1)")
    func routesOfCallee() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.call(
            node,
            headers: [
                "Record-Route: <sip:198.51.100.1:5070;lr>", "Record-Route: <sip:198.51.100.1:5080;lr>",
            ])
        let answer = try #require(peer.last("200 INVITE"))
        #expect(
            answer.message.values(.recordRoute).map { answer.message.string($0) } == [
                "<sip:198.51.100.1:5070;lr>", "<sip:198.51.100.1:5080;lr>",
            ])
        node.order { $0.hangUp(node.incoming[0], CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        network.run(for: .milliseconds(100))
        let bye = try #require(peer.last("BYE"))
        #expect(bye.to.port == 5070)
        #expect(
            bye.message.values(.route).map { bye.message.string($0) } == [
                "<sip:198.51.100.1:5070;lr>", "<sip:198.51.100.1:5080;lr>",
            ])
    }

    @Test("an INVITE above 1300 bytes goes by TCP, with TCP in Via and Contact (§18.1.1)", arguments: [200, 1400])
    func largeRequest(padding: Int) throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("200 OK", to: received, body: peer.sdp()) }
        }
        let call = network.dial(node, peer.address) {
            $0.headers = [("X-Padding", String(repeating: "x", count: padding))]
        }
        network.run(for: .seconds(5))
        let invite = try #require(peer.last("INVITE"))
        let isLarge = padding > 1300
        #expect(invite.transport == (isLarge ? .tcp : .udp))
        #expect(invite.value(.via).hasPrefix(isLarge ? "SIP/2.0/TCP" : "SIP/2.0/UDP"))
        #expect(invite.value(.contact).contains("transport=tcp") == isLarge)
        #expect(peer.last("ACK")?.transport == invite.transport)
        #expect(peer.all("INVITE").count == 1)
        #expect(node.agent.state(of: call) == .answered)
    }
}
