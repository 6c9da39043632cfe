import Core
import Testing

private typealias Machine = InviteClientTransaction
private typealias Output = InviteClientTransaction.Output

private let invite = Array("INVITE".utf8)
private let ack = Array("ACK".utf8)

private func start(reliable: Bool = false, timers: TransactionTimers = .standard) -> Machine {
    var out: [Output] = []
    let machine = Machine(request: invite, reliable: reliable, timers: timers, at: .zero, into: &out)
    #expect(out == [.send(invite)])
    return machine
}

private func drive(_ machine: inout Machine) -> [Step<Output>] {
    run(&machine, deadline: \.deadline) { $0.advance(to: $1, into: &$2) }
}

private func feed(_ machine: inout Machine, _ status: Int, at now: Instant = .zero) -> [Output] {
    var out: [Output] = []
    machine.receive(status: status, ack: { ack }, at: now, into: &out)
    return out
}

/// The states of Figure 5, reached the shortest way.
private enum Figure5: CaseIterable {
    case calling, proceeding, accepted, completed, terminated

    func machine(reliable: Bool = false) -> Machine {
        var machine = start(reliable: reliable)
        var out: [Output] = []
        switch self {
        case .calling: break
        case .proceeding: machine.receive(status: 180, ack: { ack }, at: .zero, into: &out)
        case .accepted: machine.receive(status: 200, ack: { ack }, at: .zero, into: &out)
        case .completed: machine.receive(status: 486, ack: { ack }, at: .zero, into: &out)
        case .terminated: machine.abandon(into: &out)
        }
        return machine
    }
}

@Suite("INVITE client transaction (RFC 3261 §17.1.1, RFC 6026 §7.2)")
struct InviteClientTransactionTests {
    @Test("Timer A doubles without a cap; Timer B gives up at 64·T1 (§17.1.1.2)")
    func timersAAndB() {
        var machine = start()
        #expect(
            drive(&machine) == [500, 1500, 3500, 7500, 15500, 31500].map { Step($0, .send(invite)) } + [
                Step(32000, .timedOut), Step(32000, .terminated),
            ])
        #expect(machine.isTerminated)
    }

    @Test("over a reliable transport only Timer B runs")
    func timerBReliable() {
        var machine = start(reliable: true)
        #expect(drive(&machine) == [Step(32000, .timedOut), Step(32000, .terminated)])
    }

    @Test("T1 scales Timers A and B")
    func largerT1() {
        var machine = start(timers: TransactionTimers(t1: .seconds(1)))
        #expect(drive(&machine).map(\.at) == [1000, 3000, 7000, 15000, 31000, 63000, 64000, 64000])
    }

    @Test("a provisional response stops Timers A and B: ringing has no limit here")
    func proceedingHasNoTimer() {
        var machine = start()
        #expect(feed(&machine, 100, at: ms(300)) == [.deliver(status: 100)])
        #expect(machine.hasProvisional)
        #expect(machine.deadline == nil)
        #expect(feed(&machine, 180, at: ms(900_000)) == [.deliver(status: 180)])
    }

    @Test("Timer D is at least 32 s over UDP", arguments: [(500, 32000), (100, 32000), (1000, 64000)])
    func timerD(t1: Int64, end: Int64) {
        var machine = start(timers: TransactionTimers(t1: .milliseconds(t1)))
        #expect(feed(&machine, 503) == [.sendAck(ack), .deliver(status: 503)])
        #expect(drive(&machine) == [Step(end, .terminated)])
    }

    @Test("Timer D is zero over a reliable transport; the ACK is sent all the same")
    func timerDReliable() {
        var machine = start(reliable: true)
        #expect(feed(&machine, 404) == [.sendAck(ack), .deliver(status: 404), .terminated])
        #expect(machine.deadline == nil)
    }

    @Test("Timer M is 64·T1 on every transport (RFC 6026 §8.4)", arguments: [true, false])
    func timerM(reliable: Bool) {
        var machine = start(reliable: reliable)
        #expect(feed(&machine, 180) == [.deliver(status: 180)])
        #expect(feed(&machine, 200, at: ms(5000)) == [.deliver(status: 200)])
        #expect(feed(&machine, 200, at: ms(5500)) == [.deliver(status: 200)])
        #expect(drive(&machine) == [Step(37000, .terminated)])
    }

    @Test("the ACK is built once; retransmitted finals bring the same bytes and no delivery (§17.1.1.2)")
    func ackIsBuiltOnce() {
        var machine = start()
        var out: [Output] = []
        var built = 0
        for status in [486, 486, 600] {
            machine.receive(
                status: status,
                ack: {
                    built += 1
                    return ack + [UInt8(built)]
                }, at: ms(100), into: &out)
        }
        #expect(out == [.sendAck(ack + [1]), .deliver(status: 486), .sendAck(ack + [1]), .sendAck(ack + [1])])
        #expect(built == 1)
    }

    /// Rows: state; what each class of response brings; which state follows for 1xx, 2xx, 300–699.
    @Test(
        "every cell of Figure 5: state and response",
        arguments: [
            (Figure5.calling, 180, [Output.deliver(status: 180)]),
            (.calling, 200, [.deliver(status: 200)]),
            (.calling, 302, [.sendAck(ack), .deliver(status: 302)]),
            (.proceeding, 183, [.deliver(status: 183)]),
            (.proceeding, 299, [.deliver(status: 299)]),
            (.proceeding, 699, [.sendAck(ack), .deliver(status: 699)]),
            (.accepted, 180, []),
            (.accepted, 200, [.deliver(status: 200)]),
            (.accepted, 487, []),
            (.completed, 180, []),
            (.completed, 200, []),
            (.completed, 487, [.sendAck(ack)]),
            (.terminated, 180, []),
            (.terminated, 200, []),
            (.terminated, 487, []),
        ])
    fileprivate func responses(state: Figure5, status: Int, expected: [Output]) {
        var machine = state.machine()
        #expect(feed(&machine, status) == expected)
        #expect(machine.isTerminated == (state == .terminated))
    }

    @Test("a status that is none changes nothing in any state", arguments: Figure5.allCases, [-1, 0, 99, 700, 1000])
    fileprivate func noStatus(state: Figure5, status: Int) {
        var machine = state.machine()
        let deadline = machine.deadline
        #expect(feed(&machine, status).isEmpty)
        #expect(machine.deadline == deadline)
    }

    @Test(
        "every cell of Figure 5: state and transport error",
        arguments: [
            (Figure5.calling, [Output.transportFailed, .terminated]), (.proceeding, []), (.accepted, []),
            (.completed, [.transportFailed, .terminated]), (.terminated, []),
        ])
    fileprivate func transportErrors(state: Figure5, expected: [Output]) {
        var machine = state.machine()
        var out: [Output] = []
        machine.transportError(at: ms(1), into: &out)
        #expect(out == expected)
        #expect(machine.isTerminated == (state == .terminated || !expected.isEmpty))
        #expect(!machine.isTerminated || machine.deadline == nil)
    }

    @Test("every state and abandon: it ends once", arguments: Figure5.allCases)
    fileprivate func abandon(state: Figure5) {
        var machine = state.machine()
        var out: [Output] = []
        machine.abandon(into: &out)
        machine.abandon(into: &out)
        #expect(out == (state == .terminated ? [] : [.terminated]))
        #expect(machine.deadline == nil)
    }

    @Test("an early or repeated wake-up does nothing", arguments: Figure5.allCases)
    fileprivate func spuriousWakeUp(state: Figure5) {
        var machine = state.machine()
        var out: [Output] = []
        machine.advance(to: ms(499), into: &out)
        machine.advance(to: ms(499), into: &out)
        #expect(out.isEmpty)
    }

    @Test("a wake-up that comes late retransmits once, not once for each interval missed")
    func lateWakeUp() {
        var machine = start()
        var out: [Output] = []
        machine.advance(to: ms(6000), into: &out)
        #expect(out == [.send(invite)])
        #expect(machine.deadline == ms(7000))
    }

    @Test("what a CANCEL needs to know", arguments: Figure5.allCases)
    fileprivate func questions(state: Figure5) {
        let machine = state.machine()
        #expect(machine.hasProvisional == (state == .proceeding))
    }

    @Test("the machine is small")
    func size() {
        #expect(MemoryLayout<Machine>.size <= 128)
    }
}
