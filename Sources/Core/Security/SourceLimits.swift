/// What each source may send, in memory that does not grow: a token bucket for each kind of request, and lock-outs for who guesses
/// passwords or PINs.
///
/// A source is an IPv4 address or an IPv6 /64. Ask `decide` before anything is made for a request; it costs a hash and a look at
/// one cache line. Forged addresses get nothing by being many: all sources together that were not seen before share one
/// bucket, and what they displace are sources that did neither well nor badly.
package struct SourceLimits: Sendable {
    package enum Verdict: Hashable, Sendable {
        case pass
        /// Answer 503 (Service Unavailable) with this Retry-After, in whole seconds. At most once in `refusalInterval` a source.
        case refuse(retryAfter: Duration)
        /// Say nothing.
        case drop
    }

    /// How well a source is known.
    package enum Standing: Int, Hashable, Sendable {
        case unknown
        /// It has authenticated within `provenFor`.
        case proven
        /// Its address alone belongs to a trunk.
        case trusted
    }

    package struct Rates: Hashable, Sendable {
        package var invite: RateLimit
        package var register: RateLimit
        package var options: RateLimit
        package var other: RateLimit

        package init(invite: RateLimit, register: RateLimit, options: RateLimit, other: RateLimit) {
            (self.invite, self.register, self.options, self.other) = (invite, register, options, other)
        }

        /// The same for each kind.
        package init(each: RateLimit) { self.init(invite: each, register: each, options: each, other: each) }
    }

    package struct Policy: Hashable, Sendable {
        package var unknown = Rates(
            invite: RateLimit(perSecond: 5, burst: 20), register: RateLimit(perSecond: 2, burst: 10),
            options: RateLimit(perSecond: 2, burst: 10), other: RateLimit(perSecond: 5, burst: 20))
        package var proven = Rates(each: RateLimit(perSecond: 100, burst: 200))
        /// Nil exempts trusted sources from everything.
        package var trusted: Rates?
        /// Requests of all sources together that were not seen before.
        package var newcomers = RateLimit(perSecond: 200, burst: 400)
        package var provenFor: Duration = .seconds(3600)
        package var refusalInterval: Duration = .seconds(1)
        package var authentication = LockoutPolicy()
        package var pin = LockoutPolicy()
        /// Sources remembered at once, 128 bytes each; rounded up to a power of two, at least 8.
        package var capacity = 4096

        package init() {}
    }

    /// How often each verdict was given.
    package struct Counts: Hashable, Sendable {
        package var passed: UInt64 = 0
        package var refused: UInt64 = 0
        package var dropped: UInt64 = 0
    }

    package private(set) var counts = Counts()

    private let policy: Policy
    /// Four for each standing.
    private let rates: [RateInterval]
    private let newcomerRate: RateInterval
    /// Nanoseconds.
    private let refusalInterval: Int64
    private var newcomers = TokenBucket()
    private var table: SourceTable

    /// `seed` is secret, so that nobody can choose addresses that fall into one place of the table.
    package init(policy: Policy = Policy(), seed: (UInt64, UInt64)) {
        self.policy = policy
        rates = [policy.unknown, policy.proven, policy.trusted ?? policy.proven].flatMap { rates in
            [rates.invite, rates.register, rates.options, rates.other].map { RateInterval($0) }
        }
        newcomerRate = RateInterval(policy.newcomers)
        refusalInterval = policy.refusalInterval.nanoseconds
        table = SourceTable(capacity: policy.capacity, seed: seed)
    }

    /// Whether to take a request. `isTrusted`: a trunk names the address; requests inside a dialog need not ask.
    package mutating func decide(
        _ kind: LimitedRequest, from source: IPAddress, isTrusted: Bool = false, at now: Instant
    ) -> Verdict {
        if isTrusted, policy.trusted == nil {
            counts.passed &+= 1
            return .pass
        }
        let verdict = verdict(kind, SourceTable.key(source), isTrusted, now.nanoseconds)
        switch verdict {
        case .pass: counts.passed &+= 1
        case .refuse: counts.refused &+= 1
        case .drop: counts.dropped &+= 1
        }
        return verdict
    }

    private mutating func verdict(
        _ kind: LimitedRequest, _ key: UInt64, _ isTrusted: Bool, _ now: Int64
    ) -> Verdict {
        guard let place = table.find(key) else {
            if !isTrusted, newcomers.take(newcomerRate, at: now) != nil { return .drop }
            // Where only locked-out sources are, a newcomer is not remembered; the bucket of newcomers holds it.
            if let place = table.make(key, evictsLocked: false, at: now) {
                _ = table.entries[place].take(kind, rate(kind, isTrusted ? .trusted : .unknown), at: now)
            }
            return .pass
        }
        let rate = rate(kind, table.entries[place].standing(isTrusted: isTrusted, at: now))
        return table.entries[place].decide(
            kind, rate, isTrusted, policy.authentication, refusalInterval, at: now)
    }

    private func rate(_ kind: LimitedRequest, _ standing: Standing) -> RateInterval {
        rates[standing.rawValue * LimitedRequest.allCases.count + kind.rawValue]
    }

    // MARK: guesses

    /// Counts a wrong password or PIN. How long the source is now locked out; nil when it is not.
    ///
    /// Only for what proves that the source can receive: a digest with a nonce of ours, a PIN on an answered call. Name the
    /// `caller` where many share the source, as callers do behind a trunk: then only that caller is locked out.
    package mutating func failed(
        _ guess: GuessKind, from source: IPAddress, caller: [UInt8]? = nil, at now: Instant
    ) -> Duration? {
        guard let place = place(source, caller, at: now) else { return nil }
        let end = table.entries[place].fail(guess, policy, at: now.nanoseconds)
        return end.map { .nanoseconds($0 &- now.nanoseconds) }
    }

    /// Forgets the wrong guesses of this kind; who authenticated is `proven` from now on.
    package mutating func succeeded(
        _ guess: GuessKind, from source: IPAddress, caller: [UInt8]? = nil, at now: Instant
    ) {
        let known = guess == .authentication ? place(source, caller, at: now) : table.find(table.key(source, caller))
        guard let known else { return }
        table.entries[known].clear(guess)
        if guess == .authentication {
            table.entries[known].provenUntil = now.nanoseconds &+ policy.provenFor.nanoseconds
        }
    }

    /// How long the source, or this caller of it, is still locked out; nil when it is not. `decide` heeds the lock of
    /// authentication by itself; that of PINs is asked for before the prompt.
    package func lockout(
        _ guess: GuessKind, of source: IPAddress, caller: [UInt8]? = nil, at now: Instant
    ) -> Duration? {
        guard let place = table.find(table.key(source, caller)),
            let end = table.entries[place].lockEnd(guess, policy, at: now.nanoseconds)
        else { return nil }
        return .nanoseconds(end &- now.nanoseconds)
    }

    private mutating func place(_ source: IPAddress, _ caller: [UInt8]?, at now: Instant) -> Int? {
        let key = table.key(source, caller)
        return table.find(key) ?? table.make(key, evictsLocked: true, at: now.nanoseconds)
    }
}
