/// What is known of one source.
struct SourceEntry: Sendable {
    private var buckets: [4 of TokenBucket] = .init(repeating: TokenBucket())
    private var authentication = GuessTally()
    private var pin = GuessTally()
    private(set) var seenAt: Int64
    private var refusedAt = Int64.min
    /// The source counts as proven until then; nanoseconds.
    var provenUntil = Int64.min
    /// The later end of its locks.
    private(set) var lockedUntil = Int64.min

    init(at now: Int64) { seenAt = now }

    func standing(isTrusted: Bool, at now: Int64) -> SourceLimits.Standing {
        isTrusted ? .trusted : provenUntil > now ? .proven : .unknown
    }

    /// Takes a token; nil when there was one, else nanoseconds until there is.
    mutating func take(_ kind: LimitedRequest, _ rate: RateInterval, at now: Int64) -> Int64? {
        buckets[kind.rawValue].take(rate, at: now)
    }

    /// `policy` is that of authentication, and `refusalInterval` is in nanoseconds.
    mutating func decide(
        _ kind: LimitedRequest, _ rate: RateInterval, _ isTrusted: Bool, _ policy: LockoutPolicy,
        _ refusalInterval: Int64, at now: Int64
    ) -> SourceLimits.Verdict {
        seenAt = now
        let wait: Int64
        if !isTrusted, let end = authentication.lockEnd(policy, at: now) {
            wait = end &- now
        } else if let time = take(kind, rate, at: now) {
            wait = time
        } else {
            return .pass
        }
        if refusedAt != .min, now &- refusedAt < refusalInterval { return .drop }
        refusedAt = now
        return .refuse(retryAfter: .seconds(max(1, (wait &+ 999_999_999) / 1_000_000_000)))
    }

    func lockEnd(_ guess: GuessKind, _ policy: SourceLimits.Policy, at now: Int64) -> Int64? {
        switch guess {
        case .authentication: authentication.lockEnd(policy.authentication, at: now)
        case .pin: pin.lockEnd(policy.pin, at: now)
        }
    }

    /// Counts a wrong guess; when the lock ends that it brought.
    mutating func fail(_ guess: GuessKind, _ policy: SourceLimits.Policy, at now: Int64) -> Int64? {
        seenAt = now
        let end =
            switch guess {
            case .authentication: authentication.fail(policy.authentication, at: now)
            case .pin: pin.fail(policy.pin, at: now)
            }
        if let end { lockedUntil = max(lockedUntil, end) }
        return end
    }

    /// Forgets the wrong guesses of this kind.
    mutating func clear(_ guess: GuessKind) {
        switch guess {
        case .authentication: authentication = GuessTally()
        case .pin: pin = GuessTally()
        }
    }
}

/// A table of sources of a fixed size: each has eight places it may be in, whose keys share a cache line.
struct SourceTable: Sendable {
    private static let ways = 8

    /// 0 in a free place.
    private var keys: [UInt64]
    /// By place.
    var entries: [SourceEntry]
    private let seed: (UInt64, UInt64)

    init(capacity: Int, seed: (UInt64, UInt64)) {
        var sets = 1
        while sets * Self.ways < capacity { sets *= 2 }
        keys = Array(repeating: 0, count: sets * Self.ways)
        entries = Array(repeating: SourceEntry(at: .min), count: keys.count)
        self.seed = seed
    }

    /// An IPv4 address under a prefix that IPv6 reserves, or the first 64 bits of an IPv6 address; never 0.
    static func key(_ source: IPAddress) -> UInt64 {
        if let bits = source.v4Bits { return 1 << 32 | UInt64(bits) }
        return source.high == 0 ? 1 : source.high
    }

    /// The key of one caller among those who share a source; of the source itself when the caller is nil.
    func key(_ source: IPAddress, _ caller: [UInt8]?) -> UInt64 {
        guard let caller else { return Self.key(source) }
        var key = scrambled(Self.key(source) ^ seed.1)
        for byte in caller { key = scrambled(key ^ UInt64(byte)) }
        return max(2, key)
    }

    /// Where a source is; nil when it is not there.
    func find(_ key: UInt64) -> Int? {
        let first = set(key)
        let keys = keys.span
        for way in 0..<Self.ways where keys[first &+ way] == key { return first &+ way }
        return nil
    }

    /// Makes room for a source that is not there: a free place, or that of whoever was not seen for longest among the unknown,
    /// then among the proven. With `evictsLocked` also that whose lock ends first; else nil.
    mutating func make(_ key: UInt64, evictsLocked: Bool, at now: Int64) -> Int? {
        let first = set(key)
        var best = first
        var bestRank = (3, Int64.max)
        for place in first..<first + Self.ways {
            let rank = rank(place, at: now)
            if rank < bestRank { (best, bestRank) = (place, rank) }
        }
        guard bestRank.0 < 2 || evictsLocked else { return nil }
        keys[best] = key
        entries[best] = SourceEntry(at: now)
        return best
    }

    /// Who goes first: the lowest.
    private func rank(_ place: Int, at now: Int64) -> (Int, Int64) {
        guard keys[place] != 0 else { return (-1, 0) }
        let entry = entries[place]
        if entry.lockedUntil > now { return (2, entry.lockedUntil) }
        return (entry.provenUntil > now ? 1 : 0, entry.seenAt)
    }

    private func set(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: scrambled(key ^ seed.0)) & (keys.count - 1) & ~(Self.ways - 1)
    }

    private func scrambled(_ value: UInt64) -> UInt64 {
        let (high, low) = value.multipliedFullWidth(by: seed.1 | 1)
        let mixed = (high ^ low) &+ seed.0
        return mixed ^ mixed >> 29
    }
}
