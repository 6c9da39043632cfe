/// Observations counted by bucket, for Prometheus. A value owned by one worker; `merge` adds another's.
package struct Histogram: Hashable, Sendable {
    /// The upper bounds of buckets, ascending. What is above the last is counted too.
    package struct Bounds: Hashable, Sendable {
        package let values: [Double]

        package init(_ values: [Double]) { self.values = values }

        /// Steps of a call's set-up, in seconds (livekit/sip: op).
        package static let operation = Bounds([0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 180])
        /// Whole calls, in seconds (livekit/sip: long).
        package static let call = Bounds([1, 10, 60, 600, 1800, 3600, 21_600, 43_200, 86_400])
        /// Descriptions, in bytes (livekit/sip: size).
        package static let size = Bounds([100, 250, 500, 750, 1000, 1250, 1500])
        /// Lateness and jitter of media, in seconds: a frame lasts 0.02.
        package static let media = Bounds([0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2])
        /// Shares of packets, 0 to 1.
        package static let share = Bounds([0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5])
    }

    package let bounds: Bounds
    /// One count for each bound and one for what is above the last; not cumulative.
    package private(set) var counts: [Int]
    package private(set) var sum = 0.0

    package init(_ bounds: Bounds) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.values.count + 1)
    }

    /// What was counted elsewhere; `counts` has one more element than there are bounds.
    package init(_ bounds: Bounds, counts: [Int], sum: Double) {
        precondition(counts.count == bounds.values.count + 1, "a count for each bound and one for what is above")
        (self.bounds, self.counts, self.sum) = (bounds, counts, sum)
    }

    /// The number of observations.
    package var count: Int { counts.reduce(0, +) }

    /// Counts a value; what is not a number is left out.
    package mutating func observe(_ value: Double) {
        guard !value.isNaN else { return }
        var index = 0
        while index < bounds.values.count, value > bounds.values[index] { index += 1 }
        counts[index] += 1
        sum += value
    }

    /// Counts a time in seconds.
    package mutating func observe(_ duration: Duration) { observe(duration.inSeconds) }

    /// Adds what another histogram of the same bounds has counted.
    package mutating func merge(_ other: Self) {
        precondition(bounds == other.bounds, "histograms of one metric share their bounds")
        for index in counts.indices { counts[index] += other.counts[index] }
        sum += other.sum
    }
}
