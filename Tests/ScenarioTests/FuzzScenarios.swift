import Core
import Support
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#endif

@Suite("Fuzz inputs against an agent with a live call")
struct FuzzScenarios {
    private struct Corpus: Decodable {
        struct Input: Decodable { let base64: String }
        let inputs: [Input]
    }

    static let inputs: [[UInt8]] = ["sip-dialog", "sip"].flatMap { name in
        Fixtures.json("fuzz/\(name).json", as: Corpus.self).inputs.map {
            Array(Data(base64Encoded: $0.base64) ?? Data())
        }
    }

    @Test("the call stays up and nothing traps", arguments: [Transport.udp, .tcp])
    func raw(transport: Transport) throws {
        let network = VirtualNetwork()
        let (alice, bob) = (network.node("a"), network.node("b"))
        let call = network.dial(alice, bob)
        network.run(for: .seconds(1))
        let stranger = network.peer("stranger")
        for input in Self.inputs {
            network.inject(input, from: stranger.address, to: bob, transport)
            network.inject(input, from: stranger.address, to: alice, transport)
            network.run(for: .milliseconds(10))
        }
        network.run(for: .seconds(300))
        #expect(alice.agent.state(of: call) == .answered)
        #expect(bob.agent.state(of: try #require(bob.incoming.first)) == .answered)
    }

    @Test(
        "single bytes of messages of the dialog changed: nothing traps, nothing is left",
        arguments: 1...20 as ClosedRange<UInt64>)
    func mutated(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let network = VirtualNetwork(seed: seed)
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.call(node)
        for method in ["INVITE", "OPTIONS", "ACK", "BYE", "CANCEL", "INFO"] {
            for _ in 0..<20 {
                peer.cseq += 1
                var bytes = Array(peer.request(method, to: node, body: method == "INVITE" ? peer.sdp() : "").utf8)
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                network.inject(bytes, from: peer.address, to: node)
                network.run(for: .milliseconds(20))
            }
        }
        node.order { $0.hangUpAll(CallEnd(.localHangup, "done"), at: network.now, into: &$1) }
        network.settle()
        #expect(node.agent.callCount == 0, "seed \(seed)")
        #expect(node.agent.transactionCount == 0, "seed \(seed)")
    }
}
