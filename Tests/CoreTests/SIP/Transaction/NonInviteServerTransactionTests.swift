import Core
import Testing

private typealias Machine = NonInviteServerTransaction
private typealias Output = NonInviteServerTransaction.Output

private func drive(_ machine: inout Machine) -> [Step<Output>] {
    run(&machine, deadline: \.deadline) { $0.advance(to: $1, into: &$2) }
}

private func bytes(_ status: Int) -> [UInt8] { Array("\(status)".utf8) }

private func answer(_ machine: inout Machine, _ status: Int, at now: Instant = .zero) -> [Output] {
    var out: [Output] = []
    machine.respond(status: status, bytes(status), at: now, into: &out)
    return out
}

/// The states of Figure 8, reached the shortest way.
private enum Figure8: CaseIterable {
    case trying, proceeding, completed, terminated

    var machine: Machine {
        var machine = Machine(reliable: self == .terminated)
        switch self {
        case .trying: break
        case .proceeding: _ = answer(&machine, 100)
        case .completed, .terminated: _ = answer(&machine, 200)
        }
        return machine
    }
}

@Suite("Non-INVITE server transaction (RFC 3261 §17.2.2, RFC 6026 §8.8)")
struct NonInviteServerTransactionTests {
    @Test("Timer J is 64·T1 over UDP; until then retransmitted requests bring the final response")
    func timerJ() {
        var machine = Machine(reliable: false)
        #expect(machine.deadline == nil)
        #expect(answer(&machine, 200, at: ms(1000)) == [.send(bytes(200))])
        var out: [Output] = []
        machine.receiveRetransmit(at: ms(1500), into: &out)
        #expect(out == [.send(bytes(200))])
        #expect(drive(&machine) == [Step(33000, .terminated)])
    }

    @Test("Timer J is zero over a reliable transport")
    func timerJReliable() {
        var machine = Machine(reliable: true)
        #expect(answer(&machine, 481) == [.send(bytes(481)), .terminated])
        #expect(machine.isTerminated)
        #expect(machine.lastStatus == 481)
    }

    @Test(
        "every cell of Figure 8: state and response of the user",
        arguments: [
            (Figure8.trying, 100, true), (.trying, 200, true), (.trying, 501, true),
            (.proceeding, 183, true), (.proceeding, 200, true), (.proceeding, 500, true),
            (.completed, 100, false), (.completed, 200, false), (.completed, 500, false),
            (.terminated, 100, false), (.terminated, 200, false), (.terminated, 500, false),
        ])
    fileprivate func responses(state: Figure8, status: Int, sent: Bool) {
        var machine = state.machine
        let before = machine.lastStatus
        #expect(answer(&machine, status) == (sent ? [.send(bytes(status))] : []))
        #expect(machine.lastStatus == (sent ? status : before))
    }

    @Test(
        "every cell of Figure 8: state and retransmitted request",
        arguments: [
            (Figure8.trying, [Output]()), (.proceeding, [.send(bytes(100))]), (.completed, [.send(bytes(200))]),
            (.terminated, []),
        ])
    fileprivate func retransmissions(state: Figure8, expected: [Output]) {
        var machine = state.machine
        var out: [Output] = []
        machine.receiveRetransmit(at: ms(1), into: &out)
        #expect(out == expected)
    }

    @Test(
        "every cell of Figure 8: state and transport error; the state never changes (RFC 6026 §8.8)",
        arguments: [
            (Figure8.trying, [Output]()), (.proceeding, [.transportFailed]), (.completed, [.transportFailed]),
            (.terminated, []),
        ])
    fileprivate func transportErrors(state: Figure8, expected: [Output]) {
        var machine = state.machine
        let deadline = machine.deadline
        var out: [Output] = []
        machine.transportError(at: ms(1), into: &out)
        #expect(out == expected)
        #expect(machine.deadline == deadline)
    }

    @Test("an early wake-up does nothing", arguments: Figure8.allCases)
    fileprivate func spuriousWakeUp(state: Figure8) {
        var machine = state.machine
        var out: [Output] = []
        machine.advance(to: ms(31999), into: &out)
        #expect(out.isEmpty)
    }

    @Test("the machine is small")
    func size() {
        #expect(MemoryLayout<Machine>.size <= 64)
    }
}
