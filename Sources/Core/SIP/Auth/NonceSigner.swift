/// Makes nonces and tells its own from others without remembering one: time, random bits and a signature over both and the
/// source (RFC 7616 §3.3, nonce). A nonce shows what it was made for; only who has the key can make one.
package struct NonceSigner: Sendable {
    /// What a nonce is worth.
    package enum Verdict: Hashable, Sendable {
        /// Ours, for this source, not expired.
        case valid(Nonce)
        /// Ours and for this source, but too old.
        case expired
        /// Not signed with our key for this source.
        case foreign
    }

    /// A nonce of ours, as the replay check knows it.
    package struct Nonce: Hashable, Sendable {
        /// Part of the signature: as random as the key is secret.
        package var id: UInt64
        /// When it was made, in milliseconds of the clock that `nonce` was given.
        package var issuedMs: Int64

        package init(id: UInt64, issuedMs: Int64) { (self.id, self.issuedMs) = (id, issuedMs) }
    }

    private static let timeLength = 6
    private static let randomLength = 8
    private static let signatureLength = 16
    private static let length = timeLength + randomLength + signatureLength
    /// How far the clocks of two threads may be apart.
    private static let skewMs: Int64 = 1000

    private let key: [UInt8]
    private let lifetimeMs: Int64

    /// - Parameters:
    ///   - key: secret, at least 16 bytes.
    ///   - lifetime: how long a nonce may be used.
    package init(key: [UInt8], lifetime: Duration) {
        precondition(key.count >= 16, "a short key can be guessed")
        self.key = key
        lifetimeMs = lifetime.milliseconds
    }

    /// A nonce in base64. `random` makes those of one millisecond and source differ.
    package func nonce(for source: IPAddress, random: UInt64, at now: Instant) -> [UInt8] {
        let bytes =
            bigEndian(UInt64(bitPattern: now.milliseconds), Self.timeLength) + bigEndian(random, Self.randomLength)
        return base64(bytes + signature(bytes, source))
    }

    /// What the nonce that came back from `source` is worth.
    package func verdict(_ nonce: [UInt8], from source: IPAddress, at now: Instant) -> Verdict {
        guard nonce.count == Self.length / 3 * 4, let bytes = base64Decoded(nonce), bytes.count == Self.length else {
            return .foreign
        }
        let (content, given) = (bytes[..<(Self.timeLength + Self.randomLength)], bytes.suffix(Self.signatureLength))
        guard constantTimeEqual(signature(content, source), given) else { return .foreign }
        let issued = Int64(content.prefix(Self.timeLength).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        let age = now.milliseconds &- issued
        guard age >= -Self.skewMs, age < lifetimeMs else { return .expired }
        return .valid(Nonce(id: given.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }, issuedMs: issued))
    }

    /// A value that every challenge made with this key carries (RFC 7616 §3.3, opaque).
    package var opaque: [UInt8] { base64(HMAC.sha256(key: key, "opaque".utf8).prefix(12)) }

    private func signature(_ content: some Collection<UInt8>, _ source: IPAddress) -> [UInt8] {
        let message = Array("nonce".utf8) + content + bigEndian(source.high, 8) + bigEndian(source.low, 8)
        return Array(HMAC.sha256(key: key, message).prefix(Self.signatureLength))
    }
}

/// The low `count` bytes of a number, the most significant first.
private func bigEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
}
