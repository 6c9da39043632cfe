internal import Core

/// `RoutingBench ROUNDS KIND [SIZE]`: routes 100 INVITEs a round over SIZE trunks and as many rules (10 000), from the parsed message to
/// the room, and prints the time of one.
///
/// KIND is how the trunks and rules are told apart:
///   numbers    each trunk has a called number, each rule names its trunk
///   addresses  each trunk has an address and serves every number; each rule has a caller and takes calls of every trunk
///   pins       as numbers, but every rule takes calls of every trunk and has a PIN, which the caller enters
///   refused    as addresses, but the call comes from elsewhere
@main
enum RoutingBench {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3, let rounds = Int(arguments[1]), let kind = Kind(rawValue: arguments[2]) else {
            print("usage: RoutingBench ROUNDS numbers|addresses|pins|refused [SIZE]")
            return
        }
        let size = arguments.count > 3 ? Int(arguments[3]) ?? 10_000 : 10_000
        let router = Router(kind.table(size))
        let invites = (0..<100).map { Invite(kind, $0 &* 97 % size) }
        let context = AdmissionContext(callID: "SCL_0123456789ab", suffix: "0123456789ab", numberKey: [1, 2, 3])
        var taken = 0
        let time = ContinuousClock().measure {
            for _ in 0..<rounds {
                for invite in invites where invite.route(router, context) { taken += 1 }
            }
        }
        let nanoseconds = time / .nanoseconds(max(1, rounds * invites.count))
        print("\(kind): \(taken) of \(rounds * invites.count) taken, \(Int(nanoseconds)) ns each")
    }
}

private enum Kind: String {
    case numbers, addresses, pins, refused

    func table(_ size: Int) -> RoutingTable {
        RoutingTable(inbound: (0..<size).map(trunk), rules: (0..<size).map(rule))
    }

    private func trunk(_ index: Int) -> InboundTrunk {
        var trunk = InboundTrunk()
        trunk.id = TrunkID("ST_\(index)")
        switch self {
        case .numbers, .pins: trunk.numbers = [number(index)]
        case .addresses, .refused: trunk.allowedAddresses = [address(index).description]
        }
        return trunk
    }

    private func rule(_ index: Int) -> DispatchRule {
        var rule = DispatchRule()
        (rule.id, rule.room) = (RuleID("SDR_\(index)"), .individual(roomPrefix: "call", noRandomness: false))
        switch self {
        case .numbers: rule.trunkIDs = [TrunkID("ST_\(index)")]
        case .addresses, .refused: rule.callers = [number(index)]
        case .pins: rule.pin = "\(index)"
        }
        return rule
    }
}

/// One INVITE, and what the caller enters.
private struct Invite {
    let message: Message?
    let flow: Flow
    let pin: String

    init(_ kind: Kind, _ index: Int) {
        let text = """
            INVITE sip:\(number(index))@192.0.2.1 SIP/2.0\r
            Via: SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK\(index);rport\r
            Max-Forwards: 70\r
            From: "Caller" <sip:\(number(index))@carrier.example>;tag=t\(index)\r
            To: <sip:\(number(index))@192.0.2.1>\r
            Call-ID: call-\(index)@203.0.113.9\r
            CSeq: 1 INVITE\r
            Contact: <sip:\(number(index))@203.0.113.9:5060>\r
            Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r
            Supported: timer, 100rel\r
            User-Agent: carrier\r
            P-Asserted-Identity: <sip:\(number(index))@carrier.example>\r
            X-Tenant: t\(index)\r
            Content-Length: 0\r
            \r

            """
        message = try? Message(parsing: Array(text.utf8), framing: .datagram)
        let source = kind == .refused ? IPAddress(v4: 1) : address(index)
        flow = Flow(.udp, local: SocketAddress(.loopback, 5060), remote: SocketAddress(source, 5060))
        pin = "\(index)"
    }

    /// Whether the call got into a room.
    func route(_ router: Router, _ context: AdmissionContext) -> Bool {
        guard let message else { return false }
        let facts = CallFacts(message, from: flow)
        guard case .matched(let match) = router.matchTrunk(facts) else { return false }
        var decision = router.chooseRule(facts, match.trunk, .notAsked, context)
        if case .requestPIN = decision { decision = router.chooseRule(facts, match.trunk, .entered(pin), context) }
        if case .accept = decision { return true }
        return false
    }
}

private func number(_ index: Int) -> String { "+1555\(1_000_000 + index)" }

private func address(_ index: Int) -> IPAddress { IPAddress(v4: 0x0a00_0000 + UInt32(truncatingIfNeeded: index)) }
