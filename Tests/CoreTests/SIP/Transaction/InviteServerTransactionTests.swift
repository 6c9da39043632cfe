import Core
import Testing

private typealias Machine = InviteServerTransaction
private typealias Output = InviteServerTransaction.Output

private func drive(_ machine: inout Machine, until end: Int64 = .max) -> [Step<Output>] {
    run(&machine, until: end, deadline: \.deadline) { $0.advance(to: $1, into: &$2) }
}

private func start(reliable: Bool = false) -> Machine { Machine(reliable: reliable, at: .zero) }

private func bytes(_ status: Int) -> [UInt8] { Array("\(status)".utf8) }

private func answer(_ machine: inout Machine, _ status: Int, at now: Instant = .zero) -> [Output] {
    var out: [Output] = []
    machine.respond(status: status, bytes(status), at: now, into: &out)
    return out
}

private func acknowledge(_ machine: inout Machine, at now: Instant = .zero) -> [Output] {
    var out: [Output] = []
    machine.receiveAck(at: now, into: &out)
    return out
}

private func retransmit(_ machine: inout Machine, at now: Instant = .zero) -> [Output] {
    var out: [Output] = []
    machine.receiveRetransmit(at: now, into: &out)
    return out
}

/// The states of Figure 7 of RFC 6026, reached the shortest way.
private enum Figure7: CaseIterable {
    case proceeding, ringing, accepted, completed, confirmed, terminated

    var machine: Machine {
        var machine = start()
        switch self {
        case .proceeding: break
        case .ringing: _ = answer(&machine, 180)
        case .accepted: _ = answer(&machine, 200)
        case .completed: _ = answer(&machine, 486)
        case .confirmed:
            _ = answer(&machine, 486)
            _ = acknowledge(&machine)
        case .terminated:
            _ = answer(&machine, 200)
            _ = drive(&machine)
        }
        return machine
    }
}

@Suite("INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §7.1)")
struct InviteServerTransactionTests {
    @Test("a 100 goes out after 200 ms of silence, once (§17.2.1)")
    func sendsTrying() {
        var machine = start()
        #expect(machine.lastStatus == 0)
        #expect(drive(&machine) == [Step(200, .sendTrying(after: .milliseconds(200)))])
        #expect(machine.lastStatus == 100)
        #expect(machine.isPending)
    }

    @Test("no 100 when the user was faster", arguments: [100, 180, 200, 486])
    func noTrying(status: Int) {
        var machine = start()
        #expect(answer(&machine, status, at: ms(199)) == [.send(bytes(status))])
        #expect(drive(&machine, until: 300) == [])
    }

    @Test("Timer G doubles up to T2; Timer H gives up at 64·T1")
    func timersGAndH() {
        var machine = start()
        _ = answer(&machine, 486)
        let sends: [Int64] = [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]
        #expect(
            drive(&machine) == sends.map { Step($0, .send(bytes(486))) } + [
                Step(32000, .timedOut), Step(32000, .terminated),
            ])
    }

    @Test("over a reliable transport only Timer H runs")
    func timerHReliable() {
        var machine = start(reliable: true)
        _ = answer(&machine, 486)
        #expect(drive(&machine) == [Step(32000, .timedOut), Step(32000, .terminated)])
    }

    @Test("the ACK stops Timers G and H; Timer I is T4 over UDP")
    func timerI() {
        var machine = start()
        _ = answer(&machine, 486)
        #expect(drive(&machine, until: 600) == [Step(500, .send(bytes(486)))])
        #expect(acknowledge(&machine, at: ms(600)) == [.confirmed])
        #expect(acknowledge(&machine, at: ms(700)) == [])
        #expect(drive(&machine) == [Step(5600, .terminated)])
    }

    @Test("Timer I is zero over a reliable transport")
    func timerIReliable() {
        var machine = start(reliable: true)
        _ = answer(&machine, 486)
        #expect(acknowledge(&machine) == [.confirmed, .terminated])
    }

    @Test("Timer L is 64·T1 on every transport; nothing is retransmitted (RFC 6026 §8.7)", arguments: [true, false])
    func timerL(reliable: Bool) {
        var machine = start(reliable: reliable)
        #expect(answer(&machine, 200, at: ms(3000)) == [.send(bytes(200))])
        #expect(drive(&machine) == [Step(35000, .terminated)])
        #expect(machine.lastStatus == 200)
    }

    @Test("after a 2xx a retransmitted INVITE is absorbed, the user's 2xx pass, and so does each ACK (RFC 6026 §7.1)")
    func accepted() {
        var machine = start()
        _ = answer(&machine, 200)
        #expect(retransmit(&machine, at: ms(500)) == [])
        #expect(answer(&machine, 200, at: ms(500)) == [.send(bytes(200))])
        #expect(acknowledge(&machine, at: ms(600)) == [.confirmed])
        #expect(acknowledge(&machine, at: ms(700)) == [.confirmed])
        #expect(retransmit(&machine, at: ms(31999)) == [])
        #expect(!machine.isTerminated)
    }

    @Test(
        "every cell of Figure 7: state and response of the user",
        arguments: [
            (Figure7.proceeding, 180, true), (.proceeding, 200, true), (.proceeding, 486, true),
            (.ringing, 183, true), (.ringing, 200, true), (.ringing, 603, true),
            (.accepted, 180, false), (.accepted, 200, true), (.accepted, 487, false),
            (.completed, 180, false), (.completed, 200, false), (.completed, 487, false),
            (.confirmed, 180, false), (.confirmed, 200, false), (.confirmed, 487, false),
            (.terminated, 180, false), (.terminated, 200, false), (.terminated, 487, false),
        ])
    fileprivate func responses(state: Figure7, status: Int, sent: Bool) {
        var machine = state.machine
        let before = machine.lastStatus
        #expect(answer(&machine, status) == (sent ? [.send(bytes(status))] : []))
        #expect(machine.lastStatus == (sent ? status : before))
    }

    @Test(
        "every cell of Figure 7: state and retransmitted INVITE",
        arguments: [
            (Figure7.proceeding, [Output.sendTrying(after: .zero)]), (.ringing, [.send(bytes(180))]), (.accepted, []),
            (.completed, [.send(bytes(486))]), (.confirmed, []), (.terminated, []),
        ])
    fileprivate func retransmissions(state: Figure7, expected: [Output]) {
        var machine = state.machine
        #expect(retransmit(&machine) == expected)
    }

    @Test("a retransmitted INVITE brings the 100 early, and then it is not sent again")
    func tryingEarly() {
        var machine = start()
        #expect(retransmit(&machine, at: ms(50)) == [.sendTrying(after: .zero)])
        #expect(machine.lastStatus == 100)
        #expect(machine.deadline == nil)
    }

    @Test(
        "every cell of Figure 7: state and ACK",
        arguments: [
            (Figure7.proceeding, [Output]()), (.ringing, []), (.accepted, [.confirmed]), (.completed, [.confirmed]),
            (.confirmed, []), (.terminated, []),
        ])
    fileprivate func acknowledgements(state: Figure7, expected: [Output]) {
        var machine = state.machine
        #expect(acknowledge(&machine) == expected)
    }

    @Test(
        "every cell of Figure 7: state and transport error; the state never changes (RFC 6026 §7.1)",
        arguments: [
            (Figure7.proceeding, [Output.transportFailed]), (.ringing, [.transportFailed]),
            (.accepted, [.transportFailed]), (.completed, [.transportFailed]), (.confirmed, []), (.terminated, []),
        ])
    fileprivate func transportErrors(state: Figure7, expected: [Output]) {
        var machine = state.machine
        let deadline = machine.deadline
        var out: [Output] = []
        machine.transportError(at: ms(1), into: &out)
        #expect(out == expected)
        #expect(machine.deadline == deadline)
    }

    @Test("an early wake-up does nothing", arguments: Figure7.allCases)
    fileprivate func spuriousWakeUp(state: Figure7) {
        var machine = state.machine
        var out: [Output] = []
        machine.advance(to: ms(199), into: &out)
        #expect(out.isEmpty)
    }

    @Test("the machine is small")
    func size() {
        #expect(MemoryLayout<Machine>.size <= 144)
    }
}
