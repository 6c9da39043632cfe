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
        LogFormat.utc((seconds, Int32(milliseconds) * 1_000_000))
    }

    private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    private static func three(_ value: Int) -> String {
        value < 10 ? "00\(value)" : value < 100 ? "0\(value)" : "\(value)"
    }
}
