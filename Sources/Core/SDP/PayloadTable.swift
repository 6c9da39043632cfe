/// The payload numbers of a session: what each has been bound to, by us or by the peer (RFC 3264 §8.3.2).
struct PayloadTable: Sendable {
    enum Meaning: Hashable, Sendable {
        case codec(AudioCodec)
        case telephoneEvent(clockRate: Int)
        /// Bound by the peer to something we do not speak.
        case other
    }

    private var meanings: [UInt8: Meaning] = [:]

    /// Remembers a number of a description that was sent or accepted; the first meaning stays.
    mutating func bind(_ payloadType: UInt8, to meaning: Meaning) {
        if meanings[payloadType] == nil { meanings[payloadType] = meaning }
    }

    /// The number for `meaning`: its static one, the one it had, else a free dynamic one from `first` on (96 to 127, RFC 3551 §6);
    /// nil when all are taken.
    mutating func number(for meaning: Meaning, from first: UInt8 = 96) -> UInt8? {
        if case .codec(let codec) = meaning, let number = codec.staticPayloadType { return number }
        if let known = meanings.filter({ $0.value == meaning }).keys.min() { return known }
        let candidates = Array(first...127) + Array(96..<first)
        guard let free = candidates.first(where: { meanings[$0] == nil }) else { return nil }
        meanings[free] = meaning
        return free
    }
}
