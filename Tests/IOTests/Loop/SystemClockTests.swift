import Core
import IO
import Testing

@Suite("SystemClock and SystemRandom")
struct SystemClockTests {
    @Test("the monotonic clock never goes back, and the wall clock is its offset away")
    func clocksAgree() {
        let before = SystemClock.now()
        let wall = SystemClock.wallClock()
        let after = SystemClock.now()
        let offset = SystemClock.wallOffset()
        #expect(before <= after)
        let mapped = wall.seconds * 1_000_000_000 + Int64(wall.nanoseconds) - offset
        // The two clocks are read one after the other: a busy machine may lie between.
        #expect(abs(mapped - before.nanoseconds) < 1_000_000_000)
        #expect((0..<1_000_000_000).contains(wall.nanoseconds))
        #expect(wall.seconds > 1_577_836_800)  // 2020-01-01
    }

    @Test("random words differ and cover every bit; bytes come in any number")
    func randomness() {
        var random = SystemRandom()
        let words = (0..<1000).map { _ in random.next() }
        #expect(Set(words).count == words.count)
        #expect(words.reduce(0, |) == .max)
        #expect(words.reduce(.max, &) == 0)
        for count in [0, 1, 7, 8, 9, 300] { #expect(random.bytes(count).count == count) }
    }
}
