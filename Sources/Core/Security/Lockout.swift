/// What a source may get wrong.
package enum GuessKind: Hashable, Sendable, CaseIterable { case authentication, pin }

/// When wrong guesses lock a source out, and for how long.
package struct LockoutPolicy: Hashable, Sendable {
    /// Wrong guesses in a row that cost nothing. Each one more locks the source out.
    package var free = 5
    /// The first lock; each further one lasts twice as long as the one before.
    package var first: Duration = .seconds(30)
    package var longest: Duration = .seconds(3600)
    /// How long after the last wrong guess, or the end of the lock, all is forgotten.
    package var forgetAfter: Duration = .seconds(3600)

    package init() {}
}

/// The wrong guesses of one source and kind.
struct GuessTally: Sendable {
    private var count: UInt16 = 0
    /// When the last lock ends, or of the last guess when that is later; nanoseconds.
    private var until = Int64.min

    init() {}

    /// When the lock ends; nil when there is none.
    func lockEnd(_ policy: LockoutPolicy, at now: Int64) -> Int64? {
        Int(count) > policy.free && until > now ? until : nil
    }

    /// Counts a wrong guess; when the lock that it brought ends, nil when it brought none.
    mutating func fail(_ policy: LockoutPolicy, at now: Int64) -> Int64? {
        if until < now &- policy.forgetAfter.nanoseconds { count = 0 }
        if count < .max { count += 1 }
        let beyond = Int(count) - policy.free
        guard beyond > 0 else {
            until = max(until, now)
            return nil
        }
        let longest = policy.longest.nanoseconds
        var length = policy.first.nanoseconds
        for _ in 1..<beyond where length < longest { length *= 2 }
        until = max(until, now &+ min(length, longest))
        return until
    }
}
