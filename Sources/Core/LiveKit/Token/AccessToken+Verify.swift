extension AccessToken {
    /// Why a token is refused.
    package enum Refusal: String, Error, Sendable {
        /// Not three parts of base64 with JSON.
        case malformed
        /// Another algorithm than HS256; `none` above all.
        case algorithm
        /// Nobody has that API key.
        case unknownKey
        case signature
        case expired
        case notYetValid
        /// Without `exp` a token would be good for ever.
        case noExpiry
    }

    /// How far the clocks of two machines may be apart.
    private static let leeway = Duration.seconds(60)
    /// Longer ones are nobody's; headers of HTTP are no longer either.
    private static let maximumLength = 65_536

    /// Reads a token and believes it only when its signature, its times and its issuer are right.
    /// - Parameters:
    ///   - now: since 1970.
    ///   - secret: the API secret of an API key; nil for a key that nobody has.
    package init(
        verifying token: some Collection<UInt8>, now: Duration, secret: (String) -> String?
    ) throws(Refusal) {
        guard token.count <= Self.maximumLength else { throw .malformed }
        let parts = Array(token).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.json(parts[0]), let claims = Self.json(parts[1]),
            let signature = base64URLDecoded(parts[2])
        else { throw .malformed }
        guard header["alg"]?.bytes?.text == "HS256" else { throw .algorithm }
        guard let issuer = claims["iss"]?.bytes?.text, let key = secret(issuer), !key.isEmpty else { throw .unknownKey }
        let expected = HMAC.sha256(key: key.utf8, Array(parts[0]) + [0x2e] + parts[1])
        guard constantTimeEqual(expected, signature) else { throw .signature }
        try self.init(claims, issuer)
        guard expires + Self.leeway > now else { throw .expired }
        if let notBefore, notBefore - Self.leeway > now { throw .notYetValid }
    }

    private static func json(_ part: ArraySlice<UInt8>) -> JSONValue? {
        guard let text = base64URLDecoded(part) else { return nil }
        return try? JSONValue(parsing: text)
    }

    private init(_ claims: JSONValue, _ issuer: String) throws(Refusal) {
        guard let expiry = claims["exp"] else { throw .noExpiry }
        guard let expires = Self.time(expiry) else { throw .malformed }
        self.init(apiKey: issuer, now: .zero, validity: expires)
        notBefore = nil
        if let start = claims["nbf"] {
            guard let time = Self.time(start) else { throw .malformed }
            notBefore = time
        }
        identity = claims["sub"]?.bytes?.text ?? claims["jti"]?.bytes?.text ?? ""
        name = claims["name"]?.bytes?.text ?? ""
        metadata = claims["metadata"]?.bytes?.text ?? ""
        participantKind = claims["kind"]?.bytes?.text ?? ""
        roomPreset = claims["roomPreset"]?.bytes?.text ?? ""
        for member in claims["attributes"]?.members ?? [] { attributes[member.key.text] = member.value.bytes?.text }
        if let grant = claims["video"] {
            guard let video = VideoGrant(grant) else { throw .malformed }
            self.video = video
        }
        if let grant = claims["sip"] {
            sip = SIPGrant(admin: grant["admin"] == .bool(true), call: grant["call"] == .bool(true))
        }
        if let config = claims["roomConfig"] {
            do throws(FieldError) { roomConfig = try RoomConfiguration(json: config) } catch { throw .malformed }
        }
    }

    /// Seconds since 1970, with a fraction perhaps (RFC 7519 §2, NumericDate); within ten thousand years.
    private static func time(_ value: JSONValue) -> Duration? {
        guard case .number(let text) = value, let seconds = Double(text.text), (0...315_576_000_000).contains(seconds)
        else { return nil }
        return .seconds(Int64(seconds))
    }
}
