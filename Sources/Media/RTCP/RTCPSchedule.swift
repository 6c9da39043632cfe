package import Core

/// When the next compound packet is due (RFC 3550 §6.2, §6.3) in a session of two.
///
/// Timer reconsideration (§6.3.3) is left out: it protects groups that grow quickly, and a call has two members.
package struct RTCPSchedule: Sendable {
    /// When the next packet is due; nil before the first call of `isDue`.
    package private(set) var due: Instant?
    /// The running average of packet sizes, with UDP and IP headers.
    package private(set) var averageSize = 128.0

    /// Bytes a second for RTCP: 5 % of a 64 kbit/s session (§6.2).
    private static let bandwidth = 400.0
    private static let minimum = 5.0
    private static let members = 2.0
    /// UDP and IPv4 headers (§6.2).
    private static let overhead = 28.0
    /// e - 3/2: what the randomised interval is divided by (§6.3.1).
    private static let compensation = 1.21828

    package init() {}

    /// Whether a packet is due. The first call only sets the timer, to half of the usual interval (§6.2).
    package mutating func isDue(at now: Instant, random: UInt64) -> Bool {
        guard let due else {
            self.due = now + interval(minimum: Self.minimum / 2, random)
            return false
        }
        guard due <= now else { return false }
        self.due = now + interval(minimum: Self.minimum, random)
        return true
    }

    /// Counts a packet that was sent or received.
    package mutating func count(_ bytes: Int) {
        averageSize += (Double(bytes) + Self.overhead - averageSize) / 16
    }

    /// Uniform between half and one and a half of the calculated interval, compensated (§6.3.1).
    private func interval(minimum: Double, _ random: UInt64) -> Duration {
        // Of two members, a sender is half: more than a quarter, so both share the bandwidth alike.
        let calculated = max(minimum, Self.members * averageSize / Self.bandwidth)
        let share = 0.5 + Double(random >> 11) / Double(1 << 53)
        return .nanoseconds(Int64(calculated * share / Self.compensation * 1e9))
    }
}
