import Core
import Testing

private typealias Machine = NonInviteClientTransaction
private typealias Output = NonInviteClientTransaction.Output

private let bye = Array("BYE".utf8)

private func start(reliable: Bool = false, sendLimit: UInt16 = .max) -> Machine {
    var out: [Output] = []
    let machine = Machine(request: bye, reliable: reliable, sendLimit: sendLimit, at: .zero, into: &out)
    #expect(out == [.send(bye)])
    return machine
}

private func drive(_ machine: inout Machine, until end: Int64 = .max) -> [Step<Output>] {
    run(&machine, until: end, deadline: \.deadline) { $0.advance(to: $1, into: &$2) }
}

private func feed(_ machine: inout Machine, _ status: Int, at now: Instant = .zero) -> [Output] {
    var out: [Output] = []
    machine.receive(status: status, at: now, into: &out)
    return out
}

/// The states of Figure 6, reached the shortest way.
private enum Figure6: CaseIterable {
    case trying, proceeding, completed, terminated

    var machine: Machine {
        var machine = start()
        var out: [Output] = []
        switch self {
        case .trying: break
        case .proceeding: machine.receive(status: 100, at: .zero, into: &out)
        case .completed: machine.receive(status: 200, at: .zero, into: &out)
        case .terminated: machine.transportError(at: .zero, into: &out)
        }
        return machine
    }
}

@Suite("Non-INVITE client transaction (RFC 3261 §17.1.2)")
struct NonInviteClientTransactionTests {
    @Test("Timer E doubles up to T2; Timer F gives up at 64·T1 (§17.1.2.2)")
    func timersEAndF() {
        var machine = start()
        let sends: [Int64] = [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]
        #expect(
            drive(&machine) == sends.map { Step($0, .send(bye)) } + [Step(32000, .timedOut), Step(32000, .terminated)])
    }

    @Test("over a reliable transport only Timer F runs")
    func timerFReliable() {
        var machine = start(reliable: true)
        #expect(drive(&machine) == [Step(32000, .timedOut), Step(32000, .terminated)])
    }

    @Test("after a provisional response Timer E fires every T2")
    func timerEInProceeding() {
        var machine = start()
        #expect(drive(&machine, until: 600) == [Step(500, .send(bye))])
        #expect(feed(&machine, 100, at: ms(600)) == [.deliver(status: 100)])
        #expect(machine.hasProvisional)
        let steps = drive(&machine)
        #expect(steps.map(\.at) == [1500, 5500, 9500, 13500, 17500, 21500, 25500, 29500, 32000, 32000])
        #expect(steps.suffix(2).map(\.output) == [.timedOut, .terminated])
    }

    @Test("a CANCEL is sent at 0, .5, 1.5, 3.5, 7.5, 11.5 s and no more; Timer F goes on")
    func sendLimit() {
        var machine = start(sendLimit: CancelGate.sendLimit)
        #expect(drive(&machine).map(\.at) == [500, 1500, 3500, 7500, 11500, 32000, 32000])
        var once = start(sendLimit: 1)
        #expect(drive(&once).map(\.at) == [32000, 32000])
    }

    @Test("Timer K is T4 over UDP and absorbs retransmitted responses")
    func timerK() {
        var machine = start()
        #expect(feed(&machine, 200, at: ms(700)) == [.deliver(status: 200)])
        #expect(feed(&machine, 200, at: ms(1200)) == [])
        #expect(drive(&machine) == [Step(5700, .terminated)])
    }

    @Test("Timer K is zero over a reliable transport")
    func timerKReliable() {
        var machine = start(reliable: true)
        #expect(feed(&machine, 481) == [.deliver(status: 481), .terminated])
        #expect(machine.deadline == nil)
    }

    @Test(
        "every cell of Figure 6: state and response",
        arguments: [
            (Figure6.trying, 100, [Output.deliver(status: 100)]),
            (.trying, 200, [.deliver(status: 200)]),
            (.trying, 481, [.deliver(status: 481)]),
            (.proceeding, 100, [.deliver(status: 100)]),
            (.proceeding, 202, [.deliver(status: 202)]),
            (.proceeding, 503, [.deliver(status: 503)]),
            (.completed, 100, []), (.completed, 200, []), (.completed, 500, []),
            (.terminated, 100, []), (.terminated, 200, []), (.terminated, 500, []),
            (.trying, 0, []), (.proceeding, 700, []), (.completed, 99, []), (.terminated, -1, []),
        ])
    fileprivate func responses(state: Figure6, status: Int, expected: [Output]) {
        var machine = state.machine
        #expect(feed(&machine, status) == expected)
        #expect(machine.isTerminated == (state == .terminated))
    }

    @Test(
        "every cell of Figure 6: state and transport error",
        arguments: [
            (Figure6.trying, [Output.transportFailed, .terminated]), (.proceeding, [.transportFailed, .terminated]),
            (.completed, []), (.terminated, []),
        ])
    fileprivate func transportErrors(state: Figure6, expected: [Output]) {
        var machine = state.machine
        var out: [Output] = []
        machine.transportError(at: ms(1), into: &out)
        #expect(out == expected)
        #expect(machine.isTerminated == (state == .terminated || !expected.isEmpty))
    }

    @Test("a request that has become needless is not sent again, and its response is still taken")
    func stopSending() {
        for state in [Figure6.trying, .proceeding] {
            var machine = state.machine
            machine.stopSending()
            var answered = machine
            #expect(drive(&machine) == [Step(32000, .timedOut), Step(32000, .terminated)])
            #expect(feed(&answered, 200) == [.deliver(status: 200)])
        }
    }

    @Test("an early wake-up does nothing", arguments: Figure6.allCases)
    fileprivate func spuriousWakeUp(state: Figure6) {
        var machine = state.machine
        var out: [Output] = []
        machine.advance(to: ms(499), into: &out)
        #expect(out.isEmpty)
    }

    @Test("the machine is small")
    func size() {
        #expect(MemoryLayout<Machine>.size <= 112)
    }
}
