/// Which nonce counts were used, so that none is taken twice (RFC 7616 §3.4, nc), in memory that does not grow.
///
/// A nonce is remembered from its first use. Where there is no room, the oldest is forgotten, and with it every nonce that is no
/// younger: these count as spent from then on. So a replay is never taken, and a client whose nonce was forgotten is told that it
/// is stale. Ask only when the response is right: then nobody without a password fills the table.
package struct NonceUses: Sendable {
    fileprivate struct Use {
        var id: UInt64 = 0
        var issuedMs: Int64 = .min
        /// The highest count so far; 0 in a free place.
        var highest: UInt32 = 0
        /// Bit n: `highest` - n was used. Requests may overtake each other.
        var window: UInt64 = 0
    }

    private static let ways = 4

    /// Sets of `ways` places each.
    private var places: [Use]
    /// For each set: nonces made then or earlier and not in the set are spent.
    private var spentMs: [Int64]

    /// - Parameter capacity: nonces to remember, 32 bytes each; rounded up to a power of two, at least 4.
    package init(capacity: Int) {
        var sets = 1
        while sets * Self.ways < capacity { sets *= 2 }
        places = Array(repeating: Use(), count: sets * Self.ways)
        spentMs = Array(repeating: .min, count: sets)
    }

    /// Takes one use of a nonce; false when this count was used, is 0 or too far behind, or the nonce is spent.
    package mutating func take(_ nonce: NonceSigner.Nonce, count: UInt32) -> Bool {
        guard count > 0 else { return false }
        let set = Int(truncatingIfNeeded: nonce.id) & (spentMs.count - 1)
        let range = set * Self.ways..<(set + 1) * Self.ways
        if let index = range.first(where: { places[$0].highest > 0 && places[$0].id == nonce.id }) {
            return places[index].take(count)
        }
        guard nonce.issuedMs > spentMs[set] else { return false }
        let use = Use(id: nonce.id, issuedMs: nonce.issuedMs, highest: count, window: 1)
        let oldest = range.min { places[$0].issuedMs < places[$1].issuedMs } ?? range.lowerBound
        if places[oldest].issuedMs > nonce.issuedMs {
            spentMs[set] = nonce.issuedMs
        } else {
            spentMs[set] = max(spentMs[set], places[oldest].issuedMs)
            places[oldest] = use
        }
        return true
    }
}

extension NonceUses.Use {
    fileprivate mutating func take(_ count: UInt32) -> Bool {
        if count > highest {
            let ahead = UInt64(count - highest)
            window = ahead < 64 ? window << ahead | 1 : 1
            highest = count
            return true
        }
        let behind = UInt64(highest - count)
        guard behind < 64, window >> behind & 1 == 0 else { return false }
        window |= 1 << behind
        return true
    }
}
