import Core
import Support
import Testing

@Suite("Orders for a call that comes in (RFC 3261 §13.3, §21, §22)")
struct IncomingOrderScenarios {
    private static let end = CallEnd(.localHangup, "done")

    private static func call(
        _ order: @escaping (inout UserAgent, CallKey, OfferAnswer, inout [UserAgent.Output]) -> Void
    ) -> (network: VirtualNetwork, node: VirtualNetwork.Node, peer: ScriptedPeer) {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        node.onIncoming = { node, key, _, _ in
            let media = node.media()
            node.order { order(&$0, key, media, &$1) }
        }
        peer.send(peer.request("INVITE", to: node, body: peer.sdp()), to: node)
        network.run(for: .milliseconds(20))
        return (network, node, peer)
    }

    @Test("a refusal carries what it is given: a challenge, a Warning (RFC 3261 §22.2)")
    func challenge() throws {
        let (_, node, peer) = Self.call { agent, key, _, out in
            agent.reject(
                key, CallEnd(.unauthorized, status: 401, "no credentials"),
                headers: [(.wwwAuthenticate, "Digest realm=\"r\", nonce=\"n\""), (.warning, "399 sipctl \"why\"")],
                at: .zero, into: &out)
        }
        let response = try #require(peer.last("401 INVITE"))
        #expect(response.value(.wwwAuthenticate) == "Digest realm=\"r\", nonce=\"n\"")
        #expect(response.value(.warning) == "399 sipctl \"why\"")
        #expect(node.agent.callCount == 0)
    }

    @Test("a 503 says when to try again, once (RFC 3261 §21.5.4)", arguments: [nil, "30"])
    func retryAfter(given: String?) throws {
        let (_, _, peer) = Self.call { agent, key, _, out in
            agent.reject(
                key, CallEnd(.rejected, status: 503, "busy"), headers: given.map { [(.retryAfter, $0)] } ?? [],
                at: .zero, into: &out)
        }
        let response = try #require(peer.last("503 INVITE"))
        #expect(response.message.headers.filter { $0.name == .retryAfter }.count == 1)
        #expect(response.value(.retryAfter) == given ?? "10")
    }

    @Test("header fields of the answer are in its 200 only, and none can replace those of the dialog")
    func answerHeaders() throws {
        let (network, node, peer) = Self.call { agent, key, media, out in
            agent.accept(
                key, media,
                headers: [("X-Room", "r\r\nEvil: 1"), ("p-asserted-identity", "<sip:a@b>"), ("Call-ID", "x")],
                at: .zero, into: &out)
        }
        let answer = try #require(peer.last("200 INVITE"))
        #expect(answer.text.contains("\r\nX-Room: r  Evil: 1\r\n"))
        #expect(answer.text.contains("\r\nP-Asserted-Identity: <sip:a@b>\r\n"))
        #expect(answer.value(.callID) == "call-1")
        peer.learnTag()
        peer.send(peer.request("ACK", to: node), to: node)
        peer.reinvite(node, sdp: peer.sdp(version: 2))
        #expect(peer.last("200 INVITE")?.text.contains("X-Room") == false)
        _ = network
    }

    @Test("BYE carries the header fields of its order; a Reason of theirs replaces ours (RFC 3326)")
    func byeHeaders() throws {
        let (network, node, peer) = Self.call { $0.accept($1, $2, at: .zero, into: &$3) }
        peer.learnTag()
        peer.send(peer.request("ACK", to: node), to: node)
        network.run(for: .milliseconds(20))
        let key = try #require(node.incoming.first)
        node.order {
            $0.hangUp(
                key, CallEnd(.mediaTimeout, "no audio"), headers: [("X-Why", "drain"), ("reason", "Q.850;cause=16")],
                at: network.now, into: &$1)
        }
        network.run(for: .milliseconds(20))
        let bye = try #require(peer.last("BYE"))
        #expect(bye.text.contains("\r\nX-Why: drain\r\n"))
        #expect(bye.message.headers.filter { $0.name == .reason }.count == 1)
        #expect(bye.value(.reason) == "Q.850;cause=16")
    }

    @Test("180 again at the interval until the final response, whichever it is", arguments: [true, false])
    func ringing(isAnswered: Bool) throws {
        let (network, node, peer) = Self.call { $0.ring($1, every: .seconds(1), at: .zero, into: &$3) }
        network.run(for: .milliseconds(3500))
        #expect(peer.all("180 INVITE").map { $0.at.milliseconds / 1000 } == [0, 1, 2, 3])
        #expect(Set(peer.all("180 INVITE").map { $0.value(.to) }).count == 1)
        let key = try #require(node.incoming.first)
        let media = node.media()
        node.order {
            if isAnswered {
                $0.accept(key, media, at: network.now, into: &$1)
            } else {
                $0.reject(key, CallEnd(.busy, status: 486, "busy"), at: network.now, into: &$1)
            }
        }
        network.run(for: .seconds(10))
        #expect(peer.all("180 INVITE").count == 4)
    }

    @Test(
        "a 100 has the Timestamp of the INVITE, with how long that was held back; no other response has (RFC 3261 §8.2.6.1)",
        arguments: [nil, 50])
    func timestamp(copyAfter: Int64?) throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        node.onIncoming = { _, _, _, _ in }
        let invite = peer.request("INVITE", to: node, headers: ["Timestamp: 54.25"], body: peer.sdp())
        peer.send(invite, to: node)
        if let copyAfter {
            network.run(for: .milliseconds(copyAfter))
            peer.send(invite, to: node)
        }
        network.run(for: .seconds(1))
        #expect(peer.titles == ["100 INVITE"])
        #expect(peer.last("100 INVITE")?.value(.timestamp) == (copyAfter == nil ? "54.25 0.200" : "54.25"))
        let key = try #require(node.incoming.first)
        node.order { $0.ring(key, at: network.now, into: &$1) }
        network.run(for: .milliseconds(20))
        #expect(peer.last("180 INVITE")?.message.has(.timestamp) == false)
    }

    @Test("ringing ends with its limit, which counts from the INVITE though it is set later")
    func ringingLimit() throws {
        let (network, node, peer) = Self.call { $0.ring($1, every: .seconds(1), at: .zero, into: &$3) }
        let key = try #require(node.incoming.first)
        network.run(for: .seconds(2))
        var limits = Call.Limits()
        limits.ringing = .milliseconds(4500)
        node.order { $0.limit(key, limits, at: network.now, into: &$1) }
        network.run(for: .seconds(2))
        #expect(node.ends[key] == nil)
        network.run(for: .seconds(2))
        #expect(node.ends[key]?.reason == .noAnswer)
        #expect(peer.last("480 INVITE") != nil)
        #expect(peer.all("180 INVITE").count == 5)
    }

    @Test(
        "the duration of a call counts from the answer, whether it is limited before or after",
        arguments: [true, false])
    func durationLimit(isBefore: Bool) throws {
        var limits = Call.Limits()
        limits.duration = .seconds(10)
        let (network, node, peer) = Self.call { agent, key, media, out in
            if isBefore { agent.limit(key, limits, at: .zero, into: &out) }
            agent.accept(key, media, at: .zero, into: &out)
        }
        peer.learnTag()
        peer.send(peer.request("ACK", to: node), to: node)
        network.run(for: .seconds(5))
        let key = try #require(node.incoming.first)
        if !isBefore { node.order { $0.limit(key, limits, at: network.now, into: &$1) } }
        network.run(for: .milliseconds(4900))
        #expect(peer.last("BYE") == nil)
        network.run(for: .milliseconds(200))
        #expect(peer.last("BYE") != nil)
        peer.script = { peer, received in if received.title == "BYE" { peer.reply("200 OK", to: received) } }
        network.run(for: .seconds(2))
        #expect(node.ends[key]?.reason == .maximumDuration)
    }

    @Test("To and From of a call that we place are as ordered; later requests repeat them (RFC 3261 §12.2.1.1)")
    func addresses() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("200 OK", to: received, body: peer.sdp()) }
        }
        let key = network.dial(node, peer.address) {
            $0.to = SIPURI("sip:+1555@carrier.example")
            $0.toDisplayName = "The \"Callee\""
            $0.displayName = ""
        }
        network.run(for: .milliseconds(100))
        let invite = try #require(peer.last("INVITE"))
        #expect(invite.value(.to) == "\"The \\\"Callee\\\"\" <sip:+1555@carrier.example>")
        #expect(invite.value(.from).hasPrefix("<sip:n@"))
        #expect(invite.message.string(invite.message.requestURI).hasPrefix("sip:room@"))
        node.order { $0.hangUp(key, Self.end, at: network.now, into: &$1) }
        network.run(for: .milliseconds(100))
        #expect(peer.last("BYE")?.value(.to) == invite.value(.to) + ";tag=peer-tag")
    }

    @Test("draining: 503 with Retry-After to OPTIONS and new INVITEs, while calls go on")
    func draining() throws {
        let network = VirtualNetwork()
        let (node, peer, other) = (network.node("n"), network.peer("p"), network.peer("q"))
        peer.call(node)
        node.agent.isDraining = true
        other.callID = "call-2"
        other.send(other.request("OPTIONS", to: node), to: node)
        other.send(other.request("INVITE", to: node, cseq: 2, body: other.sdp()), to: node)
        peer.reinvite(node, sdp: peer.sdp(["sendonly"], version: 2))
        peer.cseq += 1
        peer.send(peer.request("OPTIONS", to: node), to: node)
        network.run(for: .milliseconds(100))
        #expect(other.last("503 OPTIONS")?.value(.retryAfter) == "10")
        #expect(other.last("503 INVITE")?.value(.retryAfter) == "10")
        let key = try #require(node.incoming.first)
        #expect(node.progress[key]?.last == .held)
        #expect(peer.last("200 OPTIONS") != nil)
        #expect(node.agent.state(of: key) == .answered)
    }
}
