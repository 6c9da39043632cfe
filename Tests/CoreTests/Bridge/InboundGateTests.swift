import Testing

@testable import Core

@Suite("InboundGate")
struct InboundGateTests {
    private static let source = IPAddress(v4: 0xc000_0207)
    private static let flow = Flow(
        .udp, local: SocketAddress(IPAddress(v4: 0xc000_0201), 5060), remote: SocketAddress(source, 5060))

    private func invite(to user: String = "+15550100", _ headers: [String] = []) throws -> Message {
        let lines =
            [
                "INVITE sip:\(user)@192.0.2.1 SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bKa",
                "From: <sip:+15550199@192.0.2.7>;tag=a", "To: <sip:\(user)@192.0.2.1>", "Call-ID: c", "CSeq: 1 INVITE",
                "Contact: <sip:a@192.0.2.7>",
            ] + headers + ["Content-Length: 0", "", ""]
        return try Message(parsing: Array(lines.joined(separator: "\r\n").utf8), framing: .datagram)
    }

    private func trunk(_ id: String, _ change: (inout InboundTrunk) -> Void = { _ in }) -> InboundTrunk {
        var trunk = InboundTrunk()
        (trunk.id, trunk.numbers) = (TrunkID(id), ["+15550100"])
        change(&trunk)
        return trunk
    }

    private var lobby: DispatchRule {
        var rule = DispatchRule()
        (rule.id, rule.room) = (RuleID("SDR_a"), .direct(roomName: "lobby"))
        return rule
    }

    private func gate(_ trunks: [InboundTrunk], _ rules: [DispatchRule]) -> InboundGate {
        InboundGate(
            RoutingTable(inbound: trunks, rules: rules), InboundGate.Policy(), key: Array(repeating: 1, count: 32),
            numberKey: [], seed: (1, 2))
    }

    private func decide(
        _ gate: inout InboundGate, _ invite: Message, at now: Instant = .zero
    ) -> InboundGate.Verdict {
        gate.decide(invite, from: Self.flow, callID: "SCL_a", random: (1, 2), at: now)
    }

    @Test("a refusal names the trunk of the call, when one matched")
    func refusals() throws {
        var gate = gate([trunk("ST_a")], [])
        guard case .refuse(let stranger, let response?, nil) = decide(&gate, try invite(to: "+1")) else {
            Issue.record("a call to a number of nobody is refused")
            return
        }
        #expect((stranger.isStranger, response.status) == (true, 403))
        guard case .refuse(let known, let response?, let trunk?) = decide(&gate, try invite()) else {
            Issue.record("a call that no rule takes is refused")
            return
        }
        #expect((known.isStranger, response.status, trunk) == (false, 404, TrunkID("ST_a")))
    }

    @Test(
        "wrong credentials are a failure, and missing ones a question; after too many of them the source is locked out")
    func credentials() throws {
        var gate = gate([trunk("ST_a") { ($0.authUsername, $0.authPassword) = ("u", "right") }], [lobby])
        guard case .challenge(let values, _, isFailure: false, let trunk) = decide(&gate, try invite()) else {
            Issue.record("a call without credentials is asked for them")
            return
        }
        #expect(trunk == TrunkID("ST_a"))
        var client = DigestClient(DigestCredentials(username: "u", password: "wrong"))
        let request = DigestRequest(method: Method.invite.token, uri: Array("sip:+15550100@192.0.2.1".utf8))
        let answer = try client.respond(server: [], proxy: values, to: request, cnonce: [0x61]).get()
        let guess = try invite(to: "+15550100", ["Proxy-Authorization: \(try #require(answer.first).value.text)"])
        var failures = 0
        while case .challenge(_, _, isFailure: true, _) = decide(&gate, guess) {
            failures += 1
            guard failures < 1000 else {
                Issue.record("no end of guesses")
                return
            }
        }
        #expect(failures > 0)
        guard case .refuse(.lockedOut(.authentication, _), _, trunk) = decide(&gate, guess) else {
            Issue.record("a source that guesses is locked out")
            return
        }
    }

    private func taken(_ gate: inout InboundGate) -> InboundGate.Rivals? { gate.takeRivals() }

    @Test("two trunks that match as well are told of once, and again when they have been away")
    func rivals() throws {
        let both = [trunk("ST_b"), trunk("ST_a"), trunk("ST_c") { $0.numbers = ["+1"] }]
        var gate = gate(both, [lobby])
        _ = decide(&gate, try invite(to: "+1"))
        #expect(taken(&gate) == nil)
        _ = decide(&gate, try invite())
        let found = gate.takeRivals()
        let rivals = try #require(found)
        #expect((rivals.taken, rivals.other) == (TrunkID("ST_a"), TrunkID("ST_b")))
        #expect(rivals.sentence.contains("ST_a") && rivals.sentence.contains("ST_b"))
        for _ in 0..<3 { _ = decide(&gate, try invite()) }
        #expect(taken(&gate) == nil)
        gate.use(RoutingTable(inbound: both, rules: [lobby]))
        _ = decide(&gate, try invite())
        #expect(taken(&gate) == nil)
        gate.use(RoutingTable(inbound: [trunk("ST_a")], rules: [lobby]))
        gate.use(RoutingTable(inbound: both, rules: [lobby]))
        _ = decide(&gate, try invite())
        #expect(taken(&gate) != nil)
    }
}

@Suite("RefusalJournal and TurnedAway")
struct RefusalJournalTests {
    private func call(isStranger: Bool) -> TurnedAway { TurnedAway(403, "no-trunk", "why", isStranger: isStranger) }

    @Test("a flood of strangers gets ten records a second, and calls of a trunk still get theirs")
    func flood() {
        var journal = RefusalJournal()
        var written = 0
        for millisecond in 0..<10_000
        where journal.records(call(isStranger: true), at: .zero + .milliseconds(millisecond)) {
            written += 1
        }
        #expect((100...120).contains(written))
        #expect(journal.unrecorded == 10_000 - written)
        let known = (0..<200).allSatisfy { _ in journal.records(call(isStranger: false), at: .zero + .seconds(10)) }
        #expect(known)
    }

    @Test("in ordinary times every refused call gets one")
    func ordinary() {
        var journal = RefusalJournal()
        let all = (0..<600).allSatisfy { journal.records(call(isStranger: true), at: .zero + .seconds($0)) }
        #expect(all && journal.unrecorded == 0)
    }

    @Test("records have the words of other records")
    func words() {
        let away = TurnedAway(.lockedOut(.pin, .seconds(60)), 403, trunk: TrunkID("ST_a"))
        #expect(away.reason.rawValue == "locked_out")
        #expect((away.status, away.trunk, away.isStranger) == (403, TrunkID("ST_a"), true))
    }
}
