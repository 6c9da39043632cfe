/// The digest credentials of one Authorization or Proxy-Authorization value, as the client wrote them (RFC 7616 §3.4). Values are
/// without their quotes and escapes.
package struct DigestCredentialsField: Hashable, Sendable {
    /// What is wrong with credentials, in the words of RFC 7616 §3.4: the proper response is 400 (Bad Request).
    package enum Fault: Error, Hashable, Sendable {
        case tooLong
        case missingParameter(String)
        case repeatedParameter(String)
        /// `response` is no hash of the algorithm in hex.
        case malformedResponse
        /// `nc` is not eight digits of lower-case hex (RFC 7616 §3.4, 8LHEX), or 0.
        case malformedNonceCount
        /// `username*` is no ext-value in UTF-8 (RFC 5987 §3.2).
        case malformedUsername
        /// `username` and `username*` in one value, or `username*` that is said to be hashed.
        case twoUsernames
        /// `userhash=true` where no challenge of ours asks for it.
        case unaskedUserhash
        /// A quality of protection that no challenge of ours offers.
        case unofferedQOP([UInt8])
        case unofferedAlgorithm([UInt8])

        /// What is at fault, for a person.
        package var sentence: String {
            switch self {
            case .tooLong: "the credentials are longer than \(DigestCredentialsField.longest) bytes"
            case .missingParameter(let name): "\(name) is missing"
            case .repeatedParameter(let name): "\(name) is there twice"
            case .malformedResponse: "response is no hash in hex"
            case .malformedNonceCount: "nc is not eight hex digits above 0"
            case .malformedUsername: "username* is not UTF-8 in percent signs"
            case .twoUsernames: "the user is named twice"
            case .unaskedUserhash: "userhash was not asked for"
            case .unofferedQOP(let value): "qop \(value.text) was not offered"
            case .unofferedAlgorithm(let token): "algorithm \(token.text) was not offered"
            }
        }
    }

    /// The longest value that is read, in bytes.
    static let longest = 4096

    package var username: [UInt8]
    package var realm: [UInt8]
    package var nonce: [UInt8]
    package var uri: [UInt8]
    /// In lower case.
    package var response: [UInt8]
    package var algorithm: DigestAlgorithm
    package var opaque: [UInt8]?
    /// Nil without qop: the response of RFC 2069.
    package var use: Use?

    /// What goes with a quality of protection.
    package struct Use: Hashable, Sendable {
        /// How often the client used the nonce, this time included; above 0.
        package var nonceCount: UInt32
        package var cnonce: [UInt8]
    }
}

extension DigestCredentialsField {
    /// Reads a header value; nil when it holds no answer to a challenge: another scheme, or digest credentials with an empty
    /// response, as a client sends that was not yet challenged (RFC 8760 §2.7).
    package static func parse(_ value: some Collection<UInt8>) throws(Fault) -> DigestCredentialsField? {
        guard value.count <= longest else { throw .tooLong }
        var scanner = AuthScanner(Array(value))
        guard let raw = scanner.challenges().first, raw.scheme[...].equalsIgnoringCase("Digest".utf8) else {
            return nil
        }
        if raw["response"]?.isEmpty ?? false { return nil }
        return try DigestCredentialsField(raw)
    }

    /// The realm that a value is for, however faulty the rest is.
    static func realm(_ value: some Collection<UInt8>) -> [UInt8]? {
        var scanner = AuthScanner(Array(value.prefix(longest)))
        return scanner.challenges().first?["realm"]
    }

    private init(_ raw: AuthScanner.Challenge) throws(Fault) {
        try Self.refuseRepetition(raw)
        if raw["userhash"]?[...].equalsIgnoringCase("true".utf8) ?? false {
            throw raw["username*"] == nil ? .unaskedUserhash : .twoUsernames
        }
        username = try Self.username(raw)
        realm = try Self.required("realm", raw)
        nonce = try Self.required("nonce", raw)
        uri = try Self.required("uri", raw)
        response = try Self.required("response", raw).lowercasedBytes
        opaque = raw["opaque"]
        let token = raw["algorithm"] ?? Array("MD5".utf8)
        guard let named = DigestAlgorithm(token: token), named.hash.isAvailable else {
            throw .unofferedAlgorithm(token)
        }
        algorithm = named
        guard response.count == algorithm.hash.byteCount * 2, response.allSatisfy(Self.isHexDigit) else {
            throw .malformedResponse
        }
        use = try Self.use(raw)
    }

    /// A value that two readers would understand differently is none.
    private static func refuseRepetition(_ raw: AuthScanner.Challenge) throws(Fault) {
        var seen: [[UInt8]] = []
        for (name, _) in raw.parameters {
            let name = name.lowercasedBytes
            if seen.contains(name) { throw .repeatedParameter(name.text) }
            seen.append(name)
        }
    }

    private static func required(_ name: String, _ raw: AuthScanner.Challenge) throws(Fault) -> [UInt8] {
        guard let value = raw[name] else { throw .missingParameter(name) }
        return value
    }

    private static func username(_ raw: AuthScanner.Challenge) throws(Fault) -> [UInt8] {
        guard let extended = raw["username*"] else { return try required("username", raw) }
        guard raw["username"] == nil else { throw .twoUsernames }
        let parts = extended.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].equalsIgnoringCase("UTF-8".utf8) else { throw .malformedUsername }
        var name: [UInt8] = []
        var index = parts[2].startIndex
        while index < parts[2].endIndex {
            guard parts[2][index] == UInt8(ascii: "%") else {
                name.append(parts[2][index])
                index += 1
                continue
            }
            let digits = parts[2][index...].dropFirst().prefix(2)
            guard digits.count == 2, digits.allSatisfy({ isHexDigit($0.lowercased) }),
                let byte = UInt8(digits.text, radix: 16)
            else { throw .malformedUsername }
            name.append(byte)
            index += 3
        }
        guard String(validating: name, as: UTF8.self) != nil else { throw .malformedUsername }
        return name
    }

    private static func use(_ raw: AuthScanner.Challenge) throws(Fault) -> Use? {
        guard let qop = raw["qop"] else { return nil }
        guard qop[...].equalsIgnoringCase("auth".utf8) else { throw .unofferedQOP(qop) }
        let text = try required("nc", raw)
        let cnonce = try required("cnonce", raw)
        guard text.count == 8, text.allSatisfy(isHexDigit), let count = UInt32(text.text, radix: 16), count > 0 else {
            throw .malformedNonceCount
        }
        return Use(nonceCount: count, cnonce: cnonce)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
