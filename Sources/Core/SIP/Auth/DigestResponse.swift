/// The request that a digest covers.
package struct DigestRequest: Sendable {
    package var method: [UInt8]
    /// The Request-URI as it stands in the request (RFC 3261 §22.4 rule 1).
    package var uri: [UInt8]
    /// Only auth-int reads it.
    package var body: [UInt8]

    package init(method: some Sequence<UInt8>, uri: some Sequence<UInt8>, body: some Sequence<UInt8> = []) {
        (self.method, self.uri, self.body) = (Array(method), Array(uri), Array(body))
    }
}

/// The computation that a client and a server share (RFC 7616 §3.4.1, RFC 8760 §2.6). Results are in lower-case hex.
package struct DigestResponse: Sendable {
    package var algorithm: DigestAlgorithm
    package var qop: DigestChallenge.QOP
    package var nonce: [UInt8]
    /// How often the nonce was used, this time included.
    package var nonceCount: UInt32
    package var cnonce: [UInt8]

    package init(
        algorithm: DigestAlgorithm, qop: DigestChallenge.QOP, nonce: [UInt8], nonceCount: UInt32, cnonce: [UInt8]
    ) {
        (self.algorithm, self.qop) = (algorithm, qop)
        (self.nonce, self.nonceCount, self.cnonce) = (nonce, nonceCount, cnonce)
    }

    /// What a server may keep instead of the password: the hash of user, realm and password, not yet bound to a session.
    package static func ha1(
        _ hash: HashFunction, username: [UInt8], realm: [UInt8], password: [UInt8]
    ) -> [UInt8] {
        hex(hash.digest(of: joined(username, realm, password)))
    }

    /// The value of `response`, from `ha1` of the same hash.
    package func value(ha1: [UInt8], request: DigestRequest) -> [UInt8] {
        let hash = algorithm.hash
        let a1 = algorithm.isSession ? hex(hash.digest(of: joined(ha1, nonce, cnonce))) : ha1
        var a2 = joined(request.method, request.uri)
        if qop == .authInt { a2 = joined(a2, hex(hash.digest(of: request.body))) }
        let ha2 = hex(hash.digest(of: a2))
        guard let token = qop.token else { return hex(hash.digest(of: joined(a1, nonce, ha2))) }
        return hex(hash.digest(of: joined(a1, nonce, nonceCountText, cnonce, token, ha2)))
    }

    /// nc: eight hex digits.
    var nonceCountText: [UInt8] {
        hex((0..<4).map { UInt8(truncatingIfNeeded: nonceCount >> (24 - 8 * UInt32($0))) })
    }
}

extension DigestChallenge.QOP {
    /// The token in a message; nil without qop.
    var token: [UInt8]? {
        switch self {
        case .none: nil
        case .auth: Array("auth".utf8)
        case .authInt: Array("auth-int".utf8)
        }
    }
}

private func joined(_ parts: [UInt8]...) -> [UInt8] { Array(parts.joined(separator: [UInt8(ascii: ":")])) }

private func hex(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] { text.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
    }
    return text
}
