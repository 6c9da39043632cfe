import Core
import Support
import Testing

@Suite("Requests refused before a call knows of them (RFC 3261 §8.2)")
struct RefusalScenarios {
    private static func answer(to text: (ScriptedPeer, VirtualNetwork.Node) -> String) -> (
        response: ScriptedPeer.Received?, node: VirtualNetwork.Node, sent: String, refused: [String]
    ) {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        let request = text(peer, node)
        peer.send(request, to: node)
        network.run(for: .milliseconds(100))
        return (peer.received.first, node, request, node.refused.map(\.reason))
    }

    @Test(
        "each reason has its status and its header field",
        arguments: [
            ("DANCE", nil, [], "", 501, HeaderName.server, "sipctl"),
            ("SUBSCRIBE", nil, [], "", 405, .allow, "INVITE, ACK, BYE, CANCEL, OPTIONS"),
            ("MESSAGE", nil, [], "hi", 405, .allow, "INVITE, ACK, BYE, CANCEL, OPTIONS"),
            ("INVITE", "tel:+15551234", [], "v=0", 416, .server, "sipctl"),
            ("INVITE", nil, ["Require: 100rel, foo"], "v=0", 420, .unsupported, "100rel, foo"),
            ("OPTIONS", nil, ["Require: foo"], "", 420, .unsupported, "foo"),
            (
                "INVITE", nil, ["Accept: text/plain"], "v=0", 406, .warning,
                "399 sipctl \"only application/sdp is offered\""
            ),
            ("BYE", nil, [], "", 481, .server, "sipctl"),
            ("OPTIONS", nil, [], "", 200, .accept, "application/sdp"),
        ] as [(String, String?, [String], String, Int, HeaderName, String)])
    func early(
        method: String, uri: String?, headers: [String], body: String, status: Int, header: HeaderName, value: String
    ) throws {
        let (response, node, _, refused) = Self.answer { peer, node in
            if method == "BYE" { peer.remoteTag = "gone" }
            return peer.request(method, to: node, uri: uri, headers: headers, body: body)
        }
        #expect(response?.message.statusCode == status)
        #expect(response?.value(header) == value)
        #expect(response?.message.toTag != nil)
        #expect(node.incoming.isEmpty)
        #expect(refused.isEmpty == (status == 200))
    }

    @Test("a reason quotes no more of a request than a person reads", arguments: ["URI", "method", "Require"])
    func longReason(part: String) {
        let long = String(repeating: "x", count: 8_000)
        let (response, _, _, refused) = Self.answer { peer, node in
            peer.request(
                part == "method" ? long : "OPTIONS", to: node, uri: part == "URI" ? "x:" + long : nil,
                headers: part == "Require" ? ["Require: " + long] : [])
        }
        #expect(response != nil)
        #expect(refused.count == 1)
        #expect(refused.allSatisfy { $0.utf8.count < 310 && $0.hasSuffix("xxx…") })
    }

    @Test(
        "who belongs to no call leaves nothing behind, and a copy of the request gets the same answer (§8.2.7)",
        arguments: ["OPTIONS", "MESSAGE", "DANCE", "BYE", "INVITE"])
    func stateless(method: String) throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        if method == "BYE" { peer.remoteTag = "gone" }
        let request = peer.request(method, to: node, headers: ["Require: foo"], body: "")
        for _ in 0..<2 {
            peer.send(request, to: node)
            network.run(for: .milliseconds(100))
            #expect(node.agent.transactionCount == 0)
        }
        network.run(for: .seconds(40))
        #expect(peer.received.count == 2)
        #expect(peer.received.first?.message.toTag == peer.received.last?.message.toTag)
    }

    @Test("a stranger gets one answer and is forgotten; the INVITE after the challenge is a call like any other")
    func dismissed() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        var calls = 0
        node.onIncoming = { node, key, _, _ in
            calls += 1
            guard calls < 3 else { return }
            node.order { $0.dismiss(key, 407, headers: [(.proxyAuthenticate, "Digest realm=\"r\"")], into: &$1) }
        }
        let request = peer.request("INVITE", to: node, branch: "z9hG4bKone", body: peer.sdp())
        for _ in 0..<2 {
            peer.send(request, to: node)
            network.run(for: .seconds(2))
            #expect(node.agent.transactionCount == 0)
            #expect(node.agent.callCount == 0)
        }
        let tags = peer.received.map(\.message.toTag)
        #expect(peer.received.map(\.message.statusCode) == [407, 407])
        #expect(tags[0] != nil && tags[0] == tags[1])
        peer.send(peer.request("INVITE", to: node, cseq: 2, branch: "z9hG4bKtwo", body: peer.sdp()), to: node)
        network.run(for: .milliseconds(100))
        #expect(calls == 3)
        #expect(node.agent.callCount == 1)
    }

    @Test("a body that is no SDP: 415 with Accept (§8.2.3)", arguments: ["text/plain", "multipart/mixed;boundary=x"])
    func contentType(type: String) {
        let (response, node, _, _) = Self.answer { peer, node in
            peer.request("INVITE", to: node, type: type, body: "hello")
        }
        #expect(response?.message.statusCode == 415)
        #expect(response?.value(.accept) == "application/sdp")
        #expect(node.incoming.isEmpty)
    }

    @Test(
        "a body in a coding that is none of ours: 415 with Accept-Encoding (§8.2.3)",
        arguments: ["gzip", "identity, x"])
    func contentEncoding(coding: String) {
        let (response, node, _, _) = Self.answer { peer, node in
            peer.request("INVITE", to: node, headers: ["Content-Encoding: " + coding], body: peer.sdp())
        }
        #expect(response?.message.statusCode == 415)
        #expect(response?.value(.acceptEncoding) == "identity")
        #expect(response?.message.has(.accept) == false)
        #expect(node.incoming.isEmpty)
    }

    @Test(
        "a body that is optional or in its plain form is no reason to refuse; one that is not understood is no offer (§8.2.3)",
        arguments: [
            ("Content-Disposition: icon;handling=optional", "image/png", false),
            ("Content-Disposition: session ; x=y; Handling=Optional", "multipart/mixed;boundary=x", false),
            ("Content-Disposition: session;handling=optional\r\nContent-Encoding: gzip", "application/sdp", false),
            ("Content-Disposition: session;handling=optional", "application/sdp", true),
            ("Content-Encoding: Identity", "application/sdp", true),
        ])
    func optionalBody(header: String, type: String, isOffer: Bool) throws {
        let (response, node, _, _) = Self.answer { peer, node in
            peer.request("INVITE", to: node, headers: [header], type: type, body: peer.sdp())
        }
        #expect(response?.message.statusCode == 200)
        let key = try #require(node.incoming.first)
        // What the 200 holds is an answer, or our offer, whose answer comes in the ACK.
        #expect((node.plans[key]?.isEmpty == false) == isOffer)
    }

    @Test(
        "an INVITE that no BYE could follow, for want of a Contact: 400 (§8.1.1.8)",
        arguments: ["", "Contact: <tel:+1>\r\n"])
    func contact(replacement: String) {
        let (response, node, _, _) = Self.answer { peer, node in
            peer.request("INVITE", to: node, body: peer.sdp()).replacingContact(with: replacement)
        }
        #expect(response?.message.statusCode == 400)
        #expect(response?.value(.warning).contains("Contact") == true)
        #expect(node.incoming.isEmpty)
    }

    @Test(
        "an INVITE whose Record-Route no BYE could follow: 400 (§12.1.1)",
        arguments: ["<tel:+15550100>", "<sip:198.51.100.1;lr>, <tel:+1>"])
    func recordRoute(value: String) {
        let (response, node, _, _) = Self.answer { peer, node in
            peer.request("INVITE", to: node, headers: ["Record-Route: " + value], body: peer.sdp())
        }
        #expect(response?.message.statusCode == 400)
        #expect(response?.value(.warning).contains("Record-Route") == true)
        #expect(node.incoming.isEmpty)
    }

    @Test("SIP/3.0: 505 (§21.5.6)")
    func version() {
        let (response, _, _, _) = Self.answer { peer, node in
            let text = peer.request("INVITE", to: node, body: peer.sdp())
            return text.replacingFirst(" SIP/2.0\r\n", with: " SIP/3.0\r\n")
        }
        #expect(response?.message.statusCode == 505)
    }

    static let faults: [(part: String, replacement: String, sentence: String)] = [
        ("CSeq: 1", "CSeq: 99999999999", "CSeq"), ("Max-Forwards: 70", "Max-Forwards: many", "Max-Forwards"),
        ("Call-ID: call-1\r\n", "", "Call-ID is missing"), ("From: <sip:", "From: <sip:\u{0}", "byte"),
        ("Content-Length: ", "Content-Length: 9", "Content-Length"),
    ]

    @Test(
        "malformed: 400 whose Warning names the fault and its offset, not much larger than the request",
        arguments: 0..<5)
    func malformed(index: Int) throws {
        let (part, replacement, sentence) = Self.faults[index]
        for method in ["INVITE", "OPTIONS", "BYE"] {
            let (response, node, sent, _) = Self.answer { peer, node in
                peer.request(method, to: node).replacingFirst(part, with: replacement)
            }
            let answer = try #require(response, "\(method) \(part)")
            #expect(answer.message.statusCode == 400)
            #expect(answer.value(.warning).contains(sentence), "\(answer.text)")
            #expect(answer.value(.warning).contains("byte "))
            #expect(answer.message.bytes.count <= sent.utf8.count + 128)
            #expect(node.agent.transactionCount == 0)
        }
    }

    @Test("a malformed ACK is never answered", arguments: 0..<5)
    func malformedAck(index: Int) {
        let (part, replacement, _) = Self.faults[index]
        let (response, _, _, refused) = Self.answer { peer, node in
            peer.request("ACK", to: node).replacingFirst(part, with: replacement)
        }
        #expect(response == nil)
        #expect(refused.count == 1)
    }

    @Test("the same INVITE by two ways: the second gets 482, while the first is open and after its ACK (§8.2.2.2)")
    func merged() {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.send(peer.request("INVITE", to: node, body: peer.sdp()), to: node)
        peer.send(peer.request("INVITE", to: node, body: peer.sdp()), to: node)
        network.run(for: .milliseconds(100))
        #expect(peer.titles == ["200 INVITE", "482 INVITE"])
        peer.remoteTag = peer.last("200 INVITE")?.message.toTag?.description
        peer.send(peer.request("ACK", to: node), to: node)
        network.run(for: .seconds(1))
        peer.remoteTag = nil
        peer.send(peer.request("INVITE", to: node, body: peer.sdp()), to: node)
        network.run(for: .milliseconds(100))
        #expect(peer.titles.last == "482 INVITE")
        #expect(node.incoming.count == 1)
    }
}

extension String {
    fileprivate func replacingFirst(_ part: String, with replacement: String) -> String {
        // By bytes: a line end is one Character.
        let (text, part) = (Array(utf8), Array(part.utf8))
        guard let start = text.indices.first(where: { text[$0...].starts(with: part) }) else { return self }
        return String(
            decoding: text[..<start] + Array(replacement.utf8) + text[(start + part.count)...], as: UTF8.self)
    }

    fileprivate func replacingContact(with replacement: String) -> String {
        guard let line = split(separator: "\r\n").first(where: { $0.hasPrefix("Contact:") }) else { return self }
        return replacingFirst(line + "\r\n", with: replacement)
    }
}
