import Core
import Testing

@Suite("How long a peer of an HTTP server may take")
struct HTTPServerTimingTests {
    private func at(_ seconds: Int64) -> Instant { .zero + .seconds(seconds) }
    private let limits = HTTPServerTiming.Limits(
        idle: .seconds(60), request: .seconds(20), stall: .seconds(30), linger: .seconds(2))

    @Test("a connection that asks nothing ends after the idle time")
    func idle() {
        var timing = HTTPServerTiming(limits, at: .zero)
        #expect(timing.deadline == at(60))
        #expect(timing.advance(to: at(59)) == nil)
        #expect(timing.advance(to: at(60)) == .idle)
        #expect(timing.deadline == nil)
    }

    @Test("one byte now and then does not move the end of a request")
    func slowRequest() {
        var timing = HTTPServerTiming(limits, at: .zero)
        for second in 10..<30 { timing.receiving(at: at(Int64(second))) }
        #expect(timing.deadline == at(30))
        #expect(timing.advance(to: at(30)) == .slowRequest)
    }

    @Test("a handler may take its time; then the idle time begins again")
    func answering() {
        var timing = HTTPServerTiming(limits, at: .zero)
        timing.receiving(at: at(1))
        timing.answering()
        #expect(timing.deadline == nil)
        timing.answered(at: at(1000))
        #expect(timing.deadline == at(1060))
    }

    @Test("a reader that takes some bytes is not stalled, one that takes none is")
    func stall() {
        var timing = HTTPServerTiming(limits, at: .zero)
        timing.receiving(at: .zero)
        timing.answering()
        timing.sent(queued: 100, progress: 5, at: at(0))
        #expect(timing.deadline == at(30))
        timing.sent(queued: 90, progress: 15, at: at(20))
        #expect(timing.advance(to: at(30)) == nil)
        timing.sent(queued: 90, progress: 15, at: at(40))
        #expect(timing.advance(to: at(50)) == .stalled)
        timing.sent(queued: 0, progress: 105, at: at(50))
        #expect(timing.deadline == nil)
    }

    @Test("the last response may be read slowly; without one the linger time ends it")
    func linger() {
        var timing = HTTPServerTiming(limits, at: .zero)
        timing.sent(queued: 100, progress: 0, at: .zero)
        timing.finishing(at: .zero)
        #expect(timing.advance(to: at(2)) == nil)
        timing.sent(queued: 0, progress: 100, at: at(3))
        #expect(timing.deadline == at(4))
        #expect(timing.advance(to: at(4)) == .lingered)
    }
}
