/// A call that was refused before it was one, as its record tells of it.
package struct TurnedAway: Hashable, Sendable {
    /// Of the response.
    package var status: Int
    package var reason: CallRecord.EndReason
    /// What happened, for the operator.
    package var sentence: String
    /// The trunk that the call comes from, when one matched.
    package var trunk: TrunkID?
    /// Whether the caller has shown no right to call us.
    package var isStranger: Bool

    package init(_ status: Int, _ reason: String, _ sentence: String, trunk: TrunkID? = nil, isStranger: Bool) {
        (self.status, self.sentence, self.trunk, self.isStranger) = (status, sentence, trunk, isStranger)
        // Records say no_trunk where metrics, in LiveKit's words, say no-trunk.
        let words = reason.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
        self.reason = CallRecord.EndReason(rawValue: words.text)
    }

    /// A refusal that was answered with `status`.
    package init(_ refusal: CallRefusal, _ status: Int, trunk: TrunkID?) {
        self.init(status, refusal.label, refusal.sentence, trunk: trunk, isStranger: refusal.isStranger)
    }
}

/// Which of the refused calls get a record: all of them in ordinary times, and in a flood so many that the store and its disk do not
/// notice.
package struct RefusalJournal: Sendable {
    /// Of strangers, together.
    package static let strangers = RateLimit(perSecond: 10, burst: 20)
    /// Of calls that a trunk lets in.
    package static let known = RateLimit(perSecond: 100, burst: 200)

    private let rates = (strangers: RateInterval(Self.strangers), known: RateInterval(Self.known))
    private var strangers = TokenBucket()
    private var known = TokenBucket()
    /// How many got none.
    package private(set) var unrecorded = 0

    package init() {}

    /// Whether to write a record of this one.
    package mutating func records(_ call: TurnedAway, at now: Instant) -> Bool {
        let wait =
            call.isStranger
            ? strangers.take(rates.strangers, at: now.nanoseconds) : known.take(rates.known, at: now.nanoseconds)
        if wait != nil { unrecorded += 1 }
        return wait == nil
    }
}
