/// How often something may happen: `perSecond` in the long run, `burst` at once.
package struct RateLimit: Hashable, Sendable {
    package var perSecond: Double
    package var burst: Int

    /// - Parameters:
    ///   - perSecond: above 0, at most 1,000,000.
    ///   - burst: at least 1.
    package init(perSecond: Double, burst: Int) { (self.perSecond, self.burst) = (perSecond, burst) }
}

/// A `RateLimit` as numbers to reckon with.
struct RateInterval: Sendable {
    let interval: Int64
    /// How far ahead of now the bucket may be.
    let tolerance: Int64

    init(_ limit: RateLimit) {
        interval = Int64(1e9 / min(1e6, max(1e-6, limit.perSecond)))
        tolerance = interval.multipliedReportingOverflow(by: Int64(max(1, min(limit.burst, 1 << 20)) - 1)).partialValue
    }
}

/// A token bucket in eight bytes: when it will be full again (the virtual scheduling algorithm of ITU-T I.371).
struct TokenBucket: Sendable {
    private var fullAt = Int64.min

    init() {}

    /// Takes a token; nil when there was one, else nanoseconds until there is.
    mutating func take(_ rate: RateInterval, at now: Int64) -> Int64? {
        let due = max(fullAt, now)
        let ahead = due &- now
        guard ahead <= rate.tolerance else { return ahead &- rate.tolerance }
        fullAt = due &+ rate.interval
        return nil
    }
}
