import Core
import Support
import Testing

@Suite("Challenges to our INVITE (RFC 3261 §22, RFC 7616)")
struct DigestScenarios {
    private static func header(_ status: Int) -> (challenge: String, answer: HeaderName) {
        status == 401 ? ("WWW-Authenticate", .authorization) : ("Proxy-Authenticate", .proxyAuthorization)
    }

    /// Checks the credentials of RFC 7616 §3.4 with MD5 and qop=auth for user `u`, password `secret`.
    private static func isGood(_ value: String, nonce: String) -> Bool {
        let parts = value.dropFirst("Digest ".count).split(separator: ",").map {
            $0.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != "\"" && $0 != " " } }
        }
        let fields = Dictionary(parts.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { first, _ in first }
        guard let uri = fields["uri"], let cnonce = fields["cnonce"], fields["nonce"] == nonce else { return false }
        let response = DigestResponse(
            algorithm: .init(.md5), qop: .auth, nonce: Array(nonce.utf8), nonceCount: 1, cnonce: Array(cnonce.utf8))
        let ha1 = DigestResponse.ha1(
            .md5, username: Array("u".utf8), realm: Array("r".utf8), password: Array("secret".utf8))
        let expected = response.value(ha1: ha1, request: DigestRequest(method: "INVITE".utf8, uri: uri.utf8))
        return fields["response"] == String(decoding: expected, as: UTF8.self) && fields["nc"] == "00000001"
    }

    @Test("an ACK of a challenge that cannot be sent is no failed BYE")
    func unsentAck() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            guard received.title == "INVITE" else { return }
            let isFirst = received.value(.authorization).isEmpty
            let line = "WWW-Authenticate: Digest realm=\"r\", nonce=\"abc\""
            peer.reply(isFirst ? "401 No" : "180 Ringing", to: received, headers: isFirst ? [line] : [])
        }
        let call = network.dial(node, peer.address) { $0.credentials = .init(username: "u", password: "secret") }
        network.run(for: .seconds(1))
        let flow = Flow(.udp, local: node.address, remote: peer.address)
        node.order { $0.transportFailed(flow, at: network.now, into: &$1) }
        network.run(for: .seconds(1))
        #expect(node.agent.terminationFailures.outbound == 0)
        #expect(node.agent.state(of: call) == .ringing)
    }

    @Test(
        "the right password is answered; a wrong one ends the call without a third try", arguments: [401, 407],
        [true, false])
    func retry(status: Int, isRight: Bool) throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        let (challenge, answer) = Self.header(status)
        peer.script = { peer, received in
            guard received.title == "INVITE" else { return }
            if Self.isGood(received.value(answer), nonce: "abc") {
                peer.reply("200 OK", to: received, tag: "t2", body: peer.sdp())
            } else {
                let line = "\(challenge): Digest realm=\"r\", nonce=\"abc\", algorithm=MD5, qop=\"auth\""
                peer.reply("\(status) No", to: received, tag: "t1", headers: [line])
            }
        }
        let call = network.dial(node, peer.address) {
            $0.credentials = .init(username: "u", password: isRight ? "secret" : "guess")
        }
        network.run(for: .seconds(5))
        let invites = peer.all("INVITE")
        #expect(invites.map { $0.message.cseq?.number } == [1, 2])
        #expect(Set(invites.map { $0.value(.callID) }).count == 1)
        #expect(Set(invites.map { $0.value(.from) }).count == 1)
        #expect(Set(invites.map { $0.value(.via) }).count == 2)
        #expect(invites[1].message.toTag == nil)
        #expect(peer.all("ACK").count == 2)
        if isRight {
            #expect(node.agent.state(of: call) == .answered)
        } else {
            #expect(node.ends[call]?.reason == .unauthorized)
            #expect(node.ends[call]?.status == status)
        }
    }

    @Test("without credentials the first challenge ends the call, acknowledged")
    func noCredentials() {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            guard received.title == "INVITE" else { return }
            peer.reply("401 No", to: received, headers: ["WWW-Authenticate: Digest realm=\"r\", nonce=\"abc\""])
        }
        let call = network.dial(node, peer.address)
        network.settle()
        #expect(peer.titles == ["INVITE", "ACK"])
        #expect(node.ends[call]?.reason == .unauthorized)
    }

    @Test("a proxy and then the server challenge: the third INVITE has both (RFC 3261 §22.3)")
    func proxyThenServer() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            guard received.title == "INVITE" else { return }
            if received.value(.proxyAuthorization).isEmpty {
                peer.reply("407 No", to: received, headers: ["Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\""])
            } else if received.value(.authorization).isEmpty {
                peer.reply("401 No", to: received, headers: ["WWW-Authenticate: Digest realm=\"b\", nonce=\"2\""])
            } else {
                peer.reply("200 OK", to: received, body: peer.sdp())
            }
        }
        let call = network.dial(node, peer.address) { $0.credentials = .init(username: "u", password: "p") }
        network.run(for: .seconds(2))
        #expect(peer.all("INVITE").count == 3)
        #expect(node.agent.state(of: call) == .answered)
    }

    @Test("several challenges in one response: one of each realm, the strongest algorithm (RFC 8760 §2.4)")
    func severalChallenges() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            guard received.title == "INVITE" else { return }
            guard received.value(.proxyAuthorization).isEmpty else {
                return peer.reply("200 OK", to: received, body: peer.sdp())
            }
            peer.reply(
                "407 No", to: received,
                headers: [
                    "Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\", algorithm=MD5",
                    "Proxy-Authenticate: Digest realm=\"a\", nonce=\"2\", algorithm=SHA-256",
                    "Proxy-Authenticate: Digest realm=\"b\", nonce=\"3\"", "Proxy-Authenticate: Bearer realm=\"c\"",
                ])
        }
        let call = network.dial(node, peer.address) { $0.credentials = .init(username: "u", password: "p") }
        network.run(for: .seconds(2))
        let invite = try #require(peer.last("INVITE"))
        let values = invite.message.headers.filter { $0.name == .proxyAuthorization }.map {
            invite.message.string($0.value)
        }
        #expect(values.count == 2)
        #expect(values.contains { $0.contains("nonce=\"2\"") && $0.contains("SHA-256") })
        #expect(values.contains { $0.contains("nonce=\"3\"") })
        #expect(node.agent.state(of: call) == .answered)
    }

    @Test("a challenge that arrives after we gave up is acknowledged and not answered")
    func afterHangUp() {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("100 Trying", to: received) }
            if received.title == "CANCEL", let invite = peer.last("INVITE") {
                peer.reply("200 OK", to: received)
                peer.reply("407 No", to: invite, headers: ["Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\""])
            }
        }
        let call = network.dial(node, peer.address) { $0.credentials = .init(username: "u", password: "p") }
        network.run(for: .seconds(1))
        node.order { $0.hangUp(call, CallEnd(.localHangup, "gave up"), at: network.now, into: &$1) }
        network.settle()
        #expect(peer.titles == ["INVITE", "CANCEL", "ACK"])
        #expect(node.ends[call]?.reason == .localHangup)
        #expect(node.agent.transactionCount == 0)
    }
}
