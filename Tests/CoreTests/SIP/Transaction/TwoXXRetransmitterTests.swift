import Core
import Testing

private typealias Output = TwoXXRetransmitter.Output

private let ok = Array("200".utf8)

@Suite("Retransmission of 2xx by the UAS core (RFC 3261 §13.3.1.4)")
struct TwoXXRetransmitterTests {
    @Test("T1 doubling up to T2, given up at 64·T1")
    func schedule() {
        var machine = TwoXXRetransmitter(response: ok, at: .zero)
        let steps: [Step<Output>] = run(&machine, deadline: \.deadline) { $0.advance(to: $1, into: &$2) }
        let sends: [Int64] = [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]
        #expect(steps == sends.map { Step($0, .send(ok)) } + [Step(32000, .gaveUp)])
        #expect(machine.isDone)
    }

    @Test("the ACK ends it; a second one does nothing")
    func stops() {
        var machine = TwoXXRetransmitter(response: ok, at: .zero)
        var out: [Output] = []
        machine.advance(to: ms(500), into: &out)
        #expect(out == [.send(ok)])
        machine.stop()
        machine.stop()
        #expect(machine.isDone && machine.deadline == nil)
        machine.advance(to: ms(40000), into: &out)
        #expect(out == [.send(ok)])
    }

    @Test("an early wake-up does nothing")
    func spuriousWakeUp() {
        var machine = TwoXXRetransmitter(response: ok, at: .zero)
        var out: [Output] = []
        machine.advance(to: ms(499), into: &out)
        #expect(out.isEmpty)
    }

    @Test("a T1 longer than T2 is not shortened on the first retransmission")
    func longT1() {
        var machine = TwoXXRetransmitter(
            response: ok, timers: TransactionTimers(t1: .seconds(1), t2: .seconds(2)), at: .zero)
        let steps: [Step<Output>] = run(&machine, until: 10000, deadline: \.deadline) { $0.advance(to: $1, into: &$2) }
        #expect(steps.map(\.at) == [1000, 3000, 5000, 7000, 9000])
    }
}
