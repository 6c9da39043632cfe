/// Lets through as many notices as somebody can read, where anybody can cause any number: a log full of refused strangers hides
/// what matters and fills the disk.
package struct NoticeLimit: Sendable {
    private let rate: RateInterval
    private var bucket = TokenBucket()
    private var leftOut = 0

    package init(_ limit: RateLimit = RateLimit(perSecond: 10, burst: 50)) { rate = RateInterval(limit) }

    /// Whether to tell: the number of notices that were left out since the last one that was told, nil when this one is left out
    /// too.
    package mutating func admit(at now: Instant) -> Int? {
        guard bucket.take(rate, at: now.nanoseconds) == nil else {
            leftOut += 1
            return nil
        }
        defer { leftOut = 0 }
        return leftOut
    }
}
