/// A point on a monotonic clock whose origin nobody may rely on. Always an argument, never read inside Core or Media.
package struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the clock's origin.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The clock's origin: where virtual clocks begin.
    package static let zero = Instant(nanoseconds: 0)

    /// Whole milliseconds since the origin, rounded down.
    package var milliseconds: Int64 { nanoseconds / 1_000_000 }

    package static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

    package static func + (instant: Self, duration: Duration) -> Self {
        Instant(nanoseconds: instant.nanoseconds &+ duration.nanoseconds)
    }

    package static func - (instant: Self, duration: Duration) -> Self {
        Instant(nanoseconds: instant.nanoseconds &- duration.nanoseconds)
    }

    /// The time from `b` to `a`; negative when `a` is earlier.
    package static func - (a: Self, b: Self) -> Duration { .nanoseconds(a.nanoseconds &- b.nanoseconds) }
}

extension Duration {
    /// Whole nanoseconds; wraps beyond 292 years.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }

    /// Whole milliseconds, rounded towards zero.
    package var milliseconds: Int64 { nanoseconds / 1_000_000 }

    /// Seconds as a floating-point number, for display and statistics.
    package var inSeconds: Double { Double(nanoseconds) / 1e9 }
}

/// The earliest of some optional instants; nil when none is set.
package func earliest(_ instants: Instant?...) -> Instant? {
    var result: Instant?
    for case let instant? in instants where result.map({ instant < $0 }) ?? true { result = instant }
    return result
}

/// The earlier of two optional instants; nil when neither is set. Does not allocate.
package func earliest(_ a: Instant?, _ b: Instant?) -> Instant? {
    guard let a else { return b }
    guard let b else { return a }
    return min(a, b)
}
