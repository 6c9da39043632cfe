import Core
import Testing

private typealias Output = CancelGate.Output
private typealias Answer = CancelGate.Answer

private func drive(_ gate: inout CancelGate, until end: Int64 = .max) -> [Step<Output>] {
    run(&gate, until: end, deadline: \.deadline) { $0.advance(to: $1, into: &$2) }
}

private func hear(_ gate: inout CancelGate, _ status: Int, at now: Instant = .zero) -> [Output] {
    var out: [Output] = []
    gate.receive(status: status, at: now, into: &out)
    return out
}

private func cancel(_ gate: inout CancelGate, at now: Instant = .zero) -> (Answer, [Output]) {
    var out: [Output] = []
    return (gate.cancel(at: now, into: &out), out)
}

/// The states of a gate, reached the shortest way.
private enum GateState: CaseIterable {
    case calling, proceeding, queued, sent, answered, crossed, ended

    var gate: CancelGate {
        var gate = CancelGate()
        switch self {
        case .calling: break
        case .proceeding: _ = hear(&gate, 180)
        case .queued: _ = cancel(&gate)
        case .sent:
            _ = hear(&gate, 180)
            _ = cancel(&gate)
        case .answered: _ = hear(&gate, 200)
        case .crossed:
            _ = cancel(&gate)
            _ = hear(&gate, 200)
        case .ended: _ = hear(&gate, 486)
        }
        return gate
    }
}

@Suite("When a CANCEL is sent (RFC 3261 §9.1)")
struct CancelGateTests {
    @Test("before any provisional response it waits for 500 ms: not at 499, but at 500")
    func grace() {
        var gate = CancelGate()
        #expect(cancel(&gate, at: ms(1000)) == (.queued, []))
        var out: [Output] = []
        gate.advance(to: ms(1499), into: &out)
        #expect(out.isEmpty)
        gate.advance(to: ms(1500), into: &out)
        #expect(out == [.sendCancel])
    }

    @Test("a 100 at 20 ms sends it at 20 ms, and the end of the grace sends no second one")
    func firstProvisional() {
        var gate = CancelGate()
        #expect(cancel(&gate) == (.queued, []))
        #expect(hear(&gate, 100, at: ms(20)) == [.sendCancel])
        #expect(hear(&gate, 180, at: ms(30)) == [])
        #expect(drive(&gate, until: 31999) == [])
    }

    @Test("after a provisional response it is sent at once")
    func atOnce() {
        var gate = CancelGate()
        _ = hear(&gate, 183)
        #expect(cancel(&gate, at: ms(40)) == (.sent, [.sendCancel]))
    }

    @Test("without a grace it waits for the provisional response as §9.1 says")
    func strict() {
        var gate = CancelGate(grace: nil)
        #expect(cancel(&gate) == (.queued, []))
        #expect(gate.deadline == nil)
        #expect(hear(&gate, 100, at: ms(29000)) == [.sendCancel])
    }

    @Test("another grace can be configured")
    func otherGrace() {
        var gate = CancelGate(grace: .seconds(2))
        _ = cancel(&gate)
        #expect(drive(&gate, until: 5000) == [Step(2000, .sendCancel)])
    }

    @Test("a 2xx that crosses the CANCEL is acknowledged and hung up, each of its retransmissions and forks too")
    func crossing() {
        var gate = GateState.sent.gate
        #expect(hear(&gate, 200) == [.stopCancel, .acknowledgeThenBye])
        #expect(hear(&gate, 200) == [.acknowledgeThenBye])
        #expect(hear(&gate, 487) == [])
        #expect(gate.isCancelling)
        #expect(gate.deadline == nil)
    }

    @Test("a 2xx before any provisional response: no CANCEL is sent at all")
    func answeredWhileQueued() {
        var gate = GateState.queued.gate
        #expect(hear(&gate, 200, at: ms(10)) == [.acknowledgeThenBye])
        #expect(drive(&gate) == [])
    }

    @Test("without a final response the INVITE is abandoned 64·T1 after the CANCEL")
    func abandoned() {
        var gate = GateState.queued.gate
        #expect(
            drive(&gate) == [Step(500, .sendCancel), Step(32500, .stopCancel), Step(32500, .abandoned)])
        #expect(cancel(&gate).0 == .ended)
    }

    @Test("the end of the leg stops the CANCEL", arguments: GateState.allCases)
    fileprivate func cleanUp(state: GateState) {
        var gate = state.gate
        var out: [Output] = []
        gate.end(into: &out)
        gate.end(into: &out)
        #expect(out == (state == .sent ? [.stopCancel] : []))
        #expect(gate.deadline == nil)
        #expect(!gate.isCancelling)
    }

    @Test(
        "every state and a wish to cancel; a second wish does nothing",
        arguments: [
            (GateState.calling, Answer.queued, [Output]()), (.proceeding, .sent, [.sendCancel]),
            (.queued, .repeated, []),
            (.sent, .repeated, []), (.answered, .answered, []), (.crossed, .repeated, []), (.ended, .ended, []),
        ])
    fileprivate func cancelling(state: GateState, answer: Answer, expected: [Output]) {
        var gate = state.gate
        #expect(cancel(&gate) == (answer, expected))
        #expect(gate.isCancelling == (state != .answered && state != .ended))
        let second = cancel(&gate)
        #expect(second.0 == (gate.isCancelling ? .repeated : answer))
        #expect(second.1.isEmpty)
    }

    @Test(
        "every state and response",
        arguments: [
            (GateState.calling, 100, [Output]()), (.calling, 200, []), (.calling, 486, []),
            (.proceeding, 180, []), (.proceeding, 200, []), (.proceeding, 486, []),
            (.queued, 100, [.sendCancel]), (.queued, 200, [.acknowledgeThenBye]), (.queued, 486, []),
            (.sent, 180, []), (.sent, 200, [.stopCancel, .acknowledgeThenBye]), (.sent, 487, [.stopCancel]),
            (.answered, 180, []), (.answered, 200, []), (.answered, 486, []),
            (.crossed, 180, []), (.crossed, 200, [.acknowledgeThenBye]), (.crossed, 487, []),
            (.ended, 180, []), (.ended, 200, []), (.ended, 486, []),
            (.queued, 0, []), (.sent, 700, []),
        ])
    fileprivate func responses(state: GateState, status: Int, expected: [Output]) {
        var gate = state.gate
        #expect(hear(&gate, status) == expected)
    }
}
