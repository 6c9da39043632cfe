package import Core
internal import Synchronization

/// What the media tick of one worker has counted since its start. A value of a few words, so that it is copied without allocating.
package struct MediaFigures: Sendable {
    /// Legs that are open now.
    package var legs = 0
    package var ticks = 0
    /// Ticks that began more than one interval late, and intervals that were given up.
    package var lateTicks = 0
    package var skippedTicks = 0
    /// How late ticks begin now: the latest ones count most; zero while there are none.
    package private(set) var recentLateness = Duration.zero
    /// How late ticks began.
    package var lateness = TimeBuckets()
    /// Interarrival jitter of the streams (RFC 3550 §6.4.1), observed about every five seconds and at the end of each.
    package var jitter = TimeBuckets()
    /// RTP that the sockets took and gave, refused packets included.
    package var packetsSent = 0
    package var packetsReceived = 0
    package var packetsLost = 0
    /// Arrived after their turn.
    package var packetsLate = 0
    package var packetsRefused = 0
    package var framesConcealed = 0

    package init() {}

    /// A tick began so late.
    mutating func noteTick(lateness nanoseconds: Int64) {
        lateness.observe(nanoseconds: nanoseconds)
        recentLateness += (.nanoseconds(nanoseconds) - recentLateness) / 16
    }

    /// The ticks have stopped.
    mutating func noteIdle() { recentLateness = .zero }
}

/// Durations counted by bucket, in place.
package struct TimeBuckets: Sendable {
    /// The upper bounds of all buckets but the last, in nanoseconds: those of `Histogram.Bounds.media`.
    package static let bounds: [Int64] = [
        100_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000, 50_000_000, 100_000_000, 200_000_000,
    ]

    private var buckets = InlineArray<11, Int>(repeating: 0)
    /// All durations together.
    package private(set) var sumNanoseconds: Int64 = 0
    /// The longest since the start.
    package private(set) var largestNanoseconds: Int64 = 0

    package init() {}

    package mutating func observe(nanoseconds: Int64) {
        var index = 0
        while index < Self.bounds.count, nanoseconds > Self.bounds[index] { index += 1 }
        buckets[index] += 1
        sumNanoseconds &+= nanoseconds
        largestNanoseconds = max(largestNanoseconds, nanoseconds)
    }

    /// One count for each bound and one for what is above the last; not cumulative.
    package var counts: [Int] { buckets.indices.map { buckets[$0] } }

    /// The same for metrics, in seconds.
    package var histogram: Histogram { Histogram(.media, counts: counts, sum: Double(sumNanoseconds) / 1e9) }
}

/// Where a worker's figures are read from other threads: written once a tick, so that the lock is practically never waited for.
final class MediaFigureBoard: Sendable {
    private let figures = Mutex(MediaFigures())

    func write(_ figures: MediaFigures) { self.figures.withLock { $0 = figures } }

    func read() -> MediaFigures { figures.withLock { $0 } }
}
