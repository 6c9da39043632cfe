import Media
import Support
import Testing

@Suite("SequenceTracker (RFC 3550 §A.1, §A.3, §A.8)")
struct SequenceTrackerTests {
    private func feed(_ tracker: inout SequenceTracker, _ numbers: some Sequence<Int>) -> [SequenceTracker.Verdict] {
        numbers.map { tracker.receive(SequenceNumber(UInt16(truncatingIfNeeded: $0))) }
    }

    @Test("two packets in sequence make a source; others start its probation again")
    func probation() {
        var tracker = SequenceTracker()
        let verdicts = feed(&tracker, [10, 12, 20, 21, 22])
        #expect(verdicts[0...2].allSatisfy { $0 == .onProbation })
        #expect(verdicts[3] == .valid(0x1_0000 + 21))
        #expect(verdicts[4] == .valid(0x1_0000 + 22))
        #expect(tracker.received == 2)
        #expect(tracker.lost == 0)
    }

    @Test("a wrap extends the number, order within the wrap is kept")
    func wraps() {
        var tracker = SequenceTracker(minimumInSequence: 1)
        let verdicts = feed(&tracker, [65534, 65535, 1, 0, 2])
        let base: Int64 = 0x1_0000
        #expect(
            verdicts == [
                .valid(base + 65534), .valid(base + 65535), .valid(base + 65537), .valid(base + 65536),
                .valid(base + 65538),
            ])
        #expect(tracker.lost == 0)
        let report = tracker.report()
        #expect(report.extendedHighest == 65538)
    }

    @Test("a jump is believed when a second packet follows it")
    func restart() {
        var tracker = SequenceTracker(minimumInSequence: 1)
        let verdicts = feed(&tracker, [100, 101, 20000, 102, 30000, 30001, 30002])
        #expect(verdicts[2] == .suspicious)
        #expect(verdicts[3] == .valid(0x1_0000 + 102))
        #expect(verdicts[4] == .suspicious)
        #expect(verdicts[5] == .restarted(0x1_0000 + 30001))
        #expect(verdicts[6] == .valid(0x1_0000 + 30002))
        #expect(tracker.expected == 2)
    }

    @Test("fraction and number lost, with duplicates making it negative (§A.3)")
    func losses() {
        var tracker = SequenceTracker(minimumInSequence: 1)
        _ = feed(&tracker, (0..<100).filter { $0 % 4 != 3 || $0 == 99 })
        var report = tracker.report()
        #expect(report.cumulative == 24)
        #expect(report.fraction == UInt8(24 * 256 / 100))
        #expect(report.extendedHighest == 99)
        _ = feed(&tracker, [100, 100, 100])
        report = tracker.report()
        #expect(report.fraction == 0)
        #expect(report.cumulative == 22)
        _ = feed(&tracker, Array(repeating: 100, count: 30))
        report = tracker.report()
        #expect(report.cumulative == -8)
    }

    @Test("an interval without packets lost nothing")
    func emptyInterval() {
        var tracker = SequenceTracker(minimumInSequence: 1)
        _ = feed(&tracker, [1, 2])
        _ = tracker.report()
        let report = tracker.report()
        #expect(report.fraction == 0)
    }

    @Test("jitter converges to the mean deviation of transit times (§A.8)")
    func jitter() {
        var tracker = SequenceTracker(minimumInSequence: 1)
        for n in 0..<2000 {
            let arrival = n * 160 + (n % 2) * 40
            tracker.measure(RTPTimestamp(UInt32(n * 160)), arrival: UInt32(arrival))
        }
        #expect((38...41).contains(tracker.jitter), "deviations of 40 units, not \(tracker.jitter)")
        let before = tracker.jitter
        tracker.measure(RTPTimestamp(5_000_000), arrival: 2000 * 160)
        #expect(tracker.jitter == before, "a new time base is no jitter")
    }

    @Test("random streams: what is counted is what was sent", arguments: 0..<20)
    func randomStreams(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var tracker = SequenceTracker(minimumInSequence: 1)
        let start = Int.random(in: 0...65535, using: &random)
        var received = 0
        var highest = 0
        for n in 0..<5000 {
            guard n == 0 || Int.random(in: 0..<10, using: &random) > 0 else { continue }
            let late = n > 200 ? n - Int.random(in: 0..<50, using: &random) : n
            highest = max(highest, late)
            let verdict = tracker.receive(SequenceNumber(UInt16(truncatingIfNeeded: start + late)))
            #expect(verdict == .valid(Int64(0x1_0000 + start + late)), "seed \(seed)")
            received += 1
        }
        #expect(tracker.received == Int64(received))
        #expect(tracker.expected == Int64(highest + 1))
    }
}
