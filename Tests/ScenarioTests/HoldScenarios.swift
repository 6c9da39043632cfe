import Core
import Support
import Testing

@Suite("Hold and resume from this side (RFC 3261 §14.1, RFC 3264 §8.4)")
struct HoldScenarios {
    /// An answered call whose peer answers re-INVITEs as `respond` says.
    private final class Talk {
        let network: VirtualNetwork
        let node: VirtualNetwork.Node
        let peer: ScriptedPeer
        let key: CallKey
        /// Answers re-INVITEs: the status and the direction in the answer; nil: no response.
        var respond: (_ offered: String) -> (status: String, direction: String)? = { offered in
            ("200 OK", ["sendonly": "recvonly", "inactive": "inactive"][offered] ?? "sendrecv")
        }

        init(isOurs: Bool = false, credentials: DigestCredentials? = nil) throws {
            network = VirtualNetwork()
            (node, peer) = (network.node("n"), network.peer("p"))
            guard isOurs else {
                peer.call(node)
                key = try #require(node.incoming.first)
                start()
                return
            }
            peer.script = { peer, received in
                if received.title == "INVITE" { peer.reply("200 OK", to: received, body: peer.sdp()) }
            }
            key = network.dial(node, peer.address) { $0.credentials = credentials }
            network.run(for: .seconds(1))
            let invite = try #require(peer.last("INVITE"))
            peer.callID = invite.value(.callID)
            peer.remoteTag = invite.message.fromTag.map { String(decoding: $0.bytes, as: UTF8.self) }
            start()
        }

        private func start() {
            peer.script = { [unowned self] peer, received in
                if received.title == "BYE" { return peer.reply("200 OK", to: received) }
                guard received.title == "INVITE", let answer = respond(Talk.direction(received.body)) else { return }
                let body =
                    answer.status.hasPrefix("200") && !answer.direction.isEmpty ? peer.sdp([answer.direction]) : ""
                peer.reply(answer.status, to: received, body: body)
            }
        }

        static func direction(_ sdp: String) -> String {
            ["sendonly", "recvonly", "inactive"].first { sdp.contains("a=\($0)") } ?? "sendrecv"
        }

        func hold(_ isHeld: Bool, wait: Duration = .seconds(1)) {
            node.order { $0.hold(key, isHeld, at: network.now, into: &$1) }
            network.run(for: wait)
        }

        /// The directions offered by our re-INVITEs, each branch once.
        var offers: [String] {
            var seen: Set<String> = []
            return peer.all("INVITE").filter { $0.message.toTag != nil && seen.insert($0.value(.via)).inserted }
                .map { Self.direction($0.body) }
        }

        var progress: [CallProgress] { (node.progress[key] ?? []).filter { $0 != .answered } }
        var plan: MediaPlan? { node.plans[key]?.last }
    }

    @Test("hold offers sendonly, resume sendrecv; each 2xx is acknowledged", arguments: [true, false])
    func holdAndResume(isOurs: Bool) throws {
        let talk = try Talk(isOurs: isOurs)
        let acks = talk.peer.all("ACK").count
        talk.hold(true)
        #expect(talk.plan?.direction == .sendonly)
        #expect(talk.plan?.expectsAudio == false)
        talk.hold(false)
        #expect(talk.plan?.direction == .sendrecv)
        #expect(talk.plan?.expectsAudio == true)
        #expect(talk.offers == ["sendonly", "sendrecv"])
        #expect(talk.progress == [.heldHere, .resumedHere])
        #expect(talk.peer.all("ACK").count == acks + 2)
        let invites = talk.peer.all("INVITE").suffix(2)
        #expect(Set(invites.map { $0.message.cseq?.number }).count == 2)
        #expect(invites.allSatisfy { $0.value(.contact).contains("\(talk.node.address)") })
        #expect(invites.last.map { $0.body.contains("o=- ") } == true)
        talk.hold(false)
        #expect(talk.offers.count == 2)
    }

    @Test("a retransmitted 2xx is acknowledged with the same ACK (RFC 3261 §13.2.2.4)")
    func lostAck() throws {
        let talk = try Talk()
        talk.hold(true)
        let invite = try #require(talk.peer.last("INVITE"))
        talk.peer.reply("200 OK", to: invite, body: talk.peer.sdp(["recvonly"]))
        talk.network.run(for: .seconds(1))
        let acks = talk.peer.all("ACK")
        #expect(acks.count == 2)
        #expect(acks[0].text == acks[1].text)
        #expect(acks[0].message.cseq?.number == invite.message.cseq?.number)
        #expect(talk.progress == [.heldHere])
    }

    @Test("both hold: we offer inactive; each end of a hold is seen on its own")
    func both() throws {
        let talk = try Talk()
        talk.peer.reinvite(talk.node, sdp: talk.peer.sdp(["sendonly"], version: 2))
        talk.hold(true)
        #expect(talk.offers == ["inactive"])
        #expect(talk.plan?.direction == .inactive)
        talk.peer.reinvite(talk.node, sdp: talk.peer.sdp(version: 3))
        #expect(talk.plan?.direction == .sendonly)
        talk.peer.reinvite(talk.node, sdp: talk.peer.sdp(["sendonly"], version: 4))
        #expect(talk.plan?.direction == .inactive)
        talk.respond = { _ in ("200 OK", "sendonly") }
        talk.hold(false)
        #expect(talk.plan?.direction == .recvonly)
        #expect(talk.progress == [.held, .heldHere, .resumed, .held, .resumedHere])
    }

    @Test("a peer that answers our hold with inactive does not hold us")
    func inactiveAnswer() throws {
        let talk = try Talk()
        talk.respond = { ("200 OK", $0 == "sendonly" ? "inactive" : "sendrecv") }
        talk.hold(true)
        #expect(talk.plan?.direction == .inactive)
        talk.hold(false)
        #expect(talk.plan?.direction == .sendrecv)
        #expect(talk.progress == [.heldHere, .resumedHere])
    }

    @Test("a refusal leaves the session as it was and is told", arguments: [403, 415, 488, 500, 503, 606])
    func refused(status: Int) throws {
        let talk = try Talk()
        let plan = talk.plan
        talk.respond = { _ in ("\(status) No", "") }
        talk.hold(true)
        #expect(talk.progress == [.holdRefused(status)])
        #expect(talk.plan == plan)
        #expect(talk.node.agent.state(of: talk.key) == .answered)
        talk.peer.reinvite(talk.node, sdp: talk.peer.sdp(port: 41_000, version: 2))
        #expect(talk.plan?.direction == .sendrecv)
    }

    @Test("408 and 481 end the call (RFC 3261 §12.2.1.2)", arguments: [408, 481])
    func ends(status: Int) throws {
        let talk = try Talk()
        talk.respond = { _ in ("\(status) No", "") }
        talk.hold(true)
        #expect(talk.peer.last("BYE") != nil)
        #expect(talk.node.ends[talk.key]?.status == status)
    }

    @Test("no response at all is a 408", arguments: [nil, "100 Trying"])
    func silence(provisional: String?) throws {
        let talk = try Talk()
        talk.respond = { _ in provisional.map { ($0, "") } }
        talk.hold(true, wait: .seconds(120))
        #expect(talk.node.ends[talk.key]?.status == 408)
        #expect((talk.peer.last("CANCEL") != nil) == (provisional != nil))
        talk.network.settle()
        #expect(talk.node.agent.transactionCount == 0)
    }

    @Test("an answer that cannot be used ends the call; a 2xx without one changes nothing")
    func badAnswer() throws {
        let talk = try Talk()
        talk.respond = { _ in ("200 OK", "") }
        talk.hold(true)
        #expect(talk.progress == [.holdRefused(200)])
        talk.peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("200 OK", to: received, body: "v=0\r\n") }
            if received.title == "BYE" { peer.reply("200 OK", to: received) }
        }
        talk.hold(true)
        #expect(talk.node.ends[talk.key]?.reason == .noCommonMedia)
    }

    @Test(
        "glare: 491 is tried again after 2.1 to 4 s by the owner of the Call-ID, else within 2 s",
        arguments: [true, false])
    func glare(isOurs: Bool) throws {
        let talk = try Talk(isOurs: isOurs)
        var answers = ["491 Request Pending", "200 OK"]
        talk.respond = { _ in (answers.removeFirst(), "recvonly") }
        let start = talk.network.now
        talk.hold(true, wait: .seconds(5))
        let again = try #require(talk.peer.all("INVITE").last?.at) - start
        let allowed: ClosedRange<Int64> = isOurs ? 2100...4020 : 0...2020
        #expect(allowed.contains(again.milliseconds))
        #expect(talk.offers == ["sendonly", "sendonly"])
        #expect(talk.progress == [.heldHere])
    }

    @Test("while ours is out, the peer's gets 491 (RFC 3261 §14.2); a peer that says only 491 is given up")
    func ours491() throws {
        let talk = try Talk()
        talk.respond = { _ in nil }
        talk.hold(true)
        talk.peer.cseq += 1
        talk.peer.send(talk.peer.request("INVITE", to: talk.node, body: talk.peer.sdp(version: 2)), to: talk.node)
        talk.network.run(for: .milliseconds(100))
        #expect(talk.peer.last("491 INVITE") != nil)
        let invite = try #require(talk.peer.last("INVITE"))
        talk.respond = { _ in ("491 Request Pending", "") }
        talk.peer.reply("491 Request Pending", to: invite)
        talk.network.run(for: .seconds(60))
        #expect(talk.progress == [.holdRefused(491)])
        #expect(talk.offers.count == 11)
        #expect(talk.node.agent.state(of: talk.key) == .answered)
    }

    @Test("orders during an exchange wait, and the last one holds")
    func queued() throws {
        let talk = try Talk()
        talk.respond = { _ in nil }
        talk.hold(true, wait: .milliseconds(100))
        talk.hold(false, wait: .milliseconds(10))
        talk.hold(true, wait: .milliseconds(10))
        talk.hold(false, wait: .milliseconds(10))
        #expect(talk.offers == ["sendonly"])
        talk.respond = { _ in ("200 OK", "sendrecv") }
        talk.peer.reply("200 OK", to: try #require(talk.peer.last("INVITE")), body: talk.peer.sdp(["recvonly"]))
        talk.network.run(for: .seconds(1))
        #expect(talk.offers == ["sendonly", "sendrecv"])
        #expect(talk.progress == [.heldHere, .resumedHere])
    }

    @Test("an order before the ACK of our 2xx waits for it (RFC 3261 §14.1)")
    func beforeAck() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.send(peer.request("INVITE", to: node, body: peer.sdp()), to: node)
        network.run(for: .milliseconds(100))
        let key = try #require(node.incoming.first)
        node.order { $0.hold(key, true, at: network.now, into: &$1) }
        network.run(for: .milliseconds(100))
        #expect(peer.last("INVITE") == nil)
        peer.learnTag()
        peer.send(peer.request("ACK", to: node), to: node)
        network.run(for: .milliseconds(100))
        #expect(peer.last("INVITE")?.body.contains("a=sendonly") == true)
    }

    @Test("a challenge is answered once; without credentials it is a refusal", arguments: [true, false])
    func challenge(hasCredentials: Bool) throws {
        let credentials = hasCredentials ? DigestCredentials(username: "u", password: "p") : nil
        let talk = try Talk(isOurs: true, credentials: credentials)
        talk.peer.script = { peer, received in
            guard received.title == "INVITE" else { return }
            guard received.value(.proxyAuthorization).isEmpty else {
                return peer.reply("200 OK", to: received, body: peer.sdp(["recvonly"]))
            }
            peer.reply("407 No", to: received, headers: ["Proxy-Authenticate: Digest realm=\"r\", nonce=\"1\""])
        }
        talk.hold(true)
        #expect(talk.progress == (hasCredentials ? [.heldHere] : [.holdRefused(407)]))
        guard hasCredentials else { return }
        let invite = try #require(talk.peer.last("INVITE"))
        #expect(talk.peer.last("ACK")?.value(.proxyAuthorization) == invite.value(.proxyAuthorization))
        #expect(talk.offers == ["sendonly", "sendonly"])
    }

    @Test("BYE goes out while a re-INVITE is open; its late 2xx is acknowledged and begins nothing", arguments: [0, 1])
    func bye(side: Int) throws {
        let talk = try Talk()
        talk.respond = { _ in nil }
        talk.hold(true)
        let invite = try #require(talk.peer.last("INVITE"))
        if side == 0 {
            talk.node.order {
                $0.hangUp(talk.key, CallEnd(.localHangup, "done"), at: talk.network.now, into: &$1)
            }
        } else {
            talk.peer.cseq += 1
            talk.peer.send(talk.peer.request("BYE", to: talk.node), to: talk.node)
        }
        talk.network.run(for: .milliseconds(100))
        #expect(talk.node.ends[talk.key]?.reason == (side == 0 ? .localHangup : .remoteHangup))
        let (acks, byes) = (talk.peer.all("ACK").count, talk.peer.all("BYE").count)
        talk.peer.reply("200 OK", to: invite, body: talk.peer.sdp(["recvonly"]))
        talk.network.run(for: .seconds(1))
        #expect(talk.peer.all("ACK").count == acks + 1)
        #expect(talk.peer.all("BYE").count == byes)
        talk.network.settle()
        #expect(talk.node.agent.transactionCount == 0)
    }

    @Test("a re-INVITE that rings when its call ends is forgotten in the end")
    func orphan() throws {
        let talk = try Talk()
        talk.respond = { _ in ("180 Ringing", "") }
        talk.hold(true)
        talk.peer.cseq += 1
        talk.peer.send(talk.peer.request("BYE", to: talk.node), to: talk.node)
        talk.network.settle()
        #expect(talk.node.agent.transactionCount == 0)
    }

    @Test(
        "two of ours hold and resume at once over a lossy network: both end as ordered",
        arguments: 1...20 as ClosedRange<UInt64>)
    func lossy(seed: UInt64) throws {
        let network = VirtualNetwork(seed: seed, .init(loss: 0.15, duplication: 0.1, delayMs: 1...100))
        let (alice, bob) = (network.node("alice"), network.node("bob"))
        let key = network.dial(alice, bob)
        network.run(for: .seconds(20))
        let other = try #require(bob.incoming.first, "seed \(seed)")
        #expect(alice.agent.state(of: key) == .answered, "seed \(seed)")
        #expect(bob.agent.state(of: other) == .answered, "seed \(seed)")
        alice.order { $0.hold(key, true, at: network.now, into: &$1) }
        bob.order { $0.hold(other, true, at: network.now, into: &$1) }
        network.run(for: .seconds(60))
        #expect(alice.ends[key] == nil && bob.ends[other] == nil, "seed \(seed)")
        #expect(alice.plans[key]?.last?.direction == .inactive, "seed \(seed)")
        #expect(bob.plans[other]?.last?.direction == .inactive, "seed \(seed)")
        alice.order { $0.hold(key, false, at: network.now, into: &$1) }
        bob.order { $0.hold(other, false, at: network.now, into: &$1) }
        network.run(for: .seconds(60))
        #expect(alice.ends[key] == nil && bob.ends[other] == nil, "seed \(seed)")
        #expect(alice.plans[key]?.last?.direction == .sendrecv, "seed \(seed)")
        #expect(bob.plans[other]?.last?.direction == .sendrecv, "seed \(seed)")
    }
}
