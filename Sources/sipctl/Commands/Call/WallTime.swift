internal import Core
internal import IO

/// A moment of the wall clock, in UTC.
struct WallTime: Sendable {
    private let seconds: Int64
    private let milliseconds: Int

    init(seconds: Int64, nanoseconds: Int32) { (self.seconds, milliseconds) = (seconds, Int(nanoseconds) / 1_000_000) }

    static var now: WallTime {
        let (seconds, nanoseconds) = SystemClock.wallClock()
        return WallTime(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// `12:34:56.789`.
    var clock: String {
        let day = seconds % 86_400
        return "\(Self.two(day / 3600)):\(Self.two(day / 60 % 60)):\(Self.two(day % 60)).\(Self.three(milliseconds))"
    }

    /// `2026-01-31T12:34:56.789Z` (RFC 3339).
    var rfc3339: String {
        let (year, month, day) = civil(seconds / 86_400)
        return "\(year)-\(Self.two(month))-\(Self.two(day))T\(clock)Z"
    }

    /// The date of a day counted from 1970-01-01 in the proleptic Gregorian calendar: years begin in March, so that the day of
    /// the leap year comes last.
    private func civil(_ days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }

    private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    private static func three(_ value: Int) -> String {
        value < 10 ? "00\(value)" : value < 100 ? "0\(value)" : "\(value)"
    }
}
