import Core
import Testing

@Suite("InboundGate: who is let in while there is no room")
struct InboundGateRoomTests {
    private static let trunk: InboundTrunk = {
        var trunk = InboundTrunk("ST_a")
        trunk.numbers = ["+15550100"]
        return trunk
    }()

    private func gate(_ edit: (inout InboundGate.Policy) -> Void = { _ in }) -> InboundGate {
        var policy = InboundGate.Policy()
        edit(&policy)
        let table = RoutingTable(inbound: [Self.trunk], rules: [DispatchRule("SDR_1", .direct(roomName: "r"))])
        return InboundGate(
            table, policy, key: Array(repeating: 7, count: 32), numberKey: [1], seed: (1, 2))
    }

    private func verdict(
        _ gate: inout InboundGate, to number: String = "+15550100", short: Shortage? = nil
    ) throws -> InboundGate.Verdict {
        let lines = [
            "INVITE sip:\(number)@h SIP/2.0", "v: SIP/2.0/UDP h;branch=z9hG4bK1", "f: <sip:1@h>;tag=1",
            "t: <sip:\(number)@h>", "i: 1", "CSeq: 1 INVITE", "", "",
        ]
        let invite = try Message(parsing: Array(lines.joined(separator: "\r\n").utf8), framing: .datagram)
        let peer = SocketAddress(.loopback, 5060)
        return gate.decide(
            invite, from: Flow(.udp, local: peer, remote: peer), callID: "SCL_1", random: (1, 2), short: short,
            at: .zero)
    }

    @Test("callers of a trunk get 503 with Retry-After; strangers learn nothing of it")
    func shortage() throws {
        var gate = gate { $0.retryAfter = .seconds(42) }
        guard case .admit = try verdict(&gate) else { return #expect(Bool(false)) }
        guard case .refuse(let refusal, let response?, TrunkID("ST_a")) = try verdict(&gate, short: .calls(3)) else {
            return #expect(Bool(false))
        }
        #expect(refusal == .overloaded(.calls(3), .seconds(42)))
        #expect(response.status == 503 && response.headers.map(\.1) == ["42"])
        guard case .refuse(let stranger, _, nil) = try verdict(&gate, to: "+1999", short: .calls(3)) else {
            return #expect(Bool(false))
        }
        #expect(stranger.isStranger)
    }

    @Test("calls of trunks that sip_trunk_ids does not name go to another server")
    func trunks() throws {
        var gate = gate { $0.trunks = [TrunkID("ST_b")] }
        guard case .refuse(.trunkElsewhere(TrunkID("ST_a")), let response?, _) = try verdict(&gate) else {
            return #expect(Bool(false))
        }
        #expect(response.status == 503)
        var policy = InboundGate.Policy()
        policy.trunks = [TrunkID("ST_a")]
        gate.use(policy)
        guard case .admit = try verdict(&gate) else { return #expect(Bool(false)) }
    }

    @Test("a policy that is read anew refuses otherwise from then on")
    func policy() throws {
        var gate = gate()
        guard case .refuse(_, .some, _) = try verdict(&gate, to: "+1999") else { return #expect(Bool(false)) }
        var policy = InboundGate.Policy()
        policy.refusals.strangers = .silence
        gate.use(policy)
        guard case .refuse(_, nil, _) = try verdict(&gate, to: "+1999") else { return #expect(Bool(false)) }
    }
}
