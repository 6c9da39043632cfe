package import Core

/// Seconds and their fraction as 32 bits each (RFC 3550 §4). The origin is that of the session's clock, not 1900: only differences
/// count, and a host need not know the time of day (§6.4.1).
package struct NTPTimestamp: Hashable, Sendable {
    package var rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package init(_ instant: Instant) {
        let nanoseconds = UInt64(bitPattern: max(instant.nanoseconds, 0))
        let fraction = ((nanoseconds % 1_000_000_000) << 32) / 1_000_000_000
        rawValue = (nanoseconds / 1_000_000_000) << 32 | fraction
    }

    /// The middle 32 bits: 16 of seconds, 16 of fraction, which is what LSR holds.
    package var middle: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 16) }

    /// `duration` in units of 1/65536 s, which is what DLSR holds; clamped.
    package static func shortUnits(_ duration: Duration) -> UInt32 {
        UInt32(clamping: max(duration.nanoseconds, 0) / 1000 * 65536 / 1_000_000)
    }

    /// What a number of 1/65536 s lasts.
    package static func duration(shortUnits: UInt32) -> Duration {
        .nanoseconds((Int64(shortUnits) * 1_000_000_000) >> 16)
    }
}
