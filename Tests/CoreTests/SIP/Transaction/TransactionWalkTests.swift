import Core
import Support
import Testing

private let statuses = [100, 180, 183, 199, 200, 202, 299, 302, 401, 486, 487, 503, 603, 0, 99, 700]

/// Random stimuli at random times: whatever comes, each machine keeps these promises.
@Suite("Transactions under any order of stimuli")
struct TransactionWalkTests {
    /// `terminated` comes once and last; a terminated machine has no deadline and puts nothing out; after `advance` the
    /// deadline lies ahead.
    private func walk<Machine, Output: Equatable>(
        _ machine: inout Machine, seed: UInt64, terminated: Output, isTerminated: (Machine) -> Bool,
        deadline: (Machine) -> Instant?, advance: (inout Machine, Instant, inout [Output]) -> Void,
        stimulate: (inout Machine, Instant, inout SeededRandom, inout [Output]) -> Void
    ) {
        var random = SeededRandom(seed: seed)
        var now = Instant.zero
        var history: [Output] = []
        for _ in 0..<60 {
            now = now + .milliseconds(Int64.random(in: 0...Int64.random(in: 1...9000, using: &random), using: &random))
            let wasTerminated = isTerminated(machine)
            var out: [Output] = []
            advance(&machine, now, &out)
            #expect(deadline(machine).map { $0 > now } ?? true, "seed \(seed)")
            stimulate(&machine, now, &random, &out)
            if wasTerminated { #expect(out.isEmpty, "seed \(seed)") }
            history += out
            #expect(history.filter { $0 == terminated }.count == (isTerminated(machine) ? 1 : 0), "seed \(seed)")
            if isTerminated(machine) { #expect(history.last == terminated && deadline(machine) == nil, "seed \(seed)") }
        }
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func inviteClient(seed: UInt64) {
        var out: [InviteClientTransaction.Output] = []
        var machine = InviteClientTransaction(request: [1], reliable: seed.isMultiple(of: 2), at: .zero, into: &out)
        walk(
            &machine, seed: seed, terminated: .terminated, isTerminated: \.isTerminated, deadline: \.deadline,
            advance: { $0.advance(to: $1, into: &$2) }
        ) { machine, now, random, out in
            if Int.random(in: 0..<20, using: &random) == 0 {
                machine.transportError(at: now, into: &out)
            } else if Int.random(in: 0..<3, using: &random) == 0 {
                machine.receive(status: statuses.randomElement(using: &random) ?? 0, ack: { [2] }, at: now, into: &out)
            }
        }
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func nonInviteClient(seed: UInt64) {
        var out: [NonInviteClientTransaction.Output] = []
        var machine = NonInviteClientTransaction(request: [1], reliable: seed.isMultiple(of: 2), at: .zero, into: &out)
        walk(
            &machine, seed: seed, terminated: .terminated, isTerminated: \.isTerminated, deadline: \.deadline,
            advance: { $0.advance(to: $1, into: &$2) }
        ) { machine, now, random, out in
            if Int.random(in: 0..<20, using: &random) == 0 {
                machine.transportError(at: now, into: &out)
            } else if Int.random(in: 0..<3, using: &random) == 0 {
                machine.receive(status: statuses.randomElement(using: &random) ?? 0, at: now, into: &out)
            }
        }
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func inviteServer(seed: UInt64) {
        var machine = InviteServerTransaction(reliable: seed.isMultiple(of: 2), at: .zero)
        walk(
            &machine, seed: seed, terminated: .terminated, isTerminated: \.isTerminated, deadline: \.deadline,
            advance: { $0.advance(to: $1, into: &$2) }
        ) { machine, now, random, out in
            let status = statuses.filter { $0 >= 100 && $0 < 700 }.randomElement(using: &random) ?? 100
            switch Int.random(in: 0..<8, using: &random) {
            case 0: machine.transportError(at: now, into: &out)
            case 1: machine.respond(status: status, [2], at: now, into: &out)
            case 2: machine.receiveAck(at: now, into: &out)
            case 3: machine.receiveRetransmit(at: now, into: &out)
            default: break
            }
        }
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func nonInviteServer(seed: UInt64) {
        var machine = NonInviteServerTransaction(reliable: seed.isMultiple(of: 2))
        walk(
            &machine, seed: seed, terminated: .terminated, isTerminated: \.isTerminated, deadline: \.deadline,
            advance: { $0.advance(to: $1, into: &$2) }
        ) { machine, now, random, out in
            let status = statuses.filter { $0 >= 100 && $0 < 700 }.randomElement(using: &random) ?? 100
            switch Int.random(in: 0..<8, using: &random) {
            case 0: machine.transportError(at: now, into: &out)
            case 1: machine.respond(status: status, [2], at: now, into: &out)
            case 2: machine.receiveRetransmit(at: now, into: &out)
            default: break
            }
        }
    }
}
