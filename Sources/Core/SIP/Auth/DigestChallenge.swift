/// Who asks for credentials: the user agent server (401) or a proxy (407) (RFC 3261 §22).
package enum DigestTarget: Hashable, Sendable { case server, proxy }

/// A hash of digest authentication with its `-sess` variant (RFC 7616 §3.3, RFC 8760 §2.1).
package struct DigestAlgorithm: Hashable, Sendable {
    package var hash: HashFunction
    /// The hash of the credentials also covers the first nonce and cnonce (RFC 7616 §3.4.2).
    package var isSession: Bool

    package init(_ hash: HashFunction, isSession: Bool = false) { (self.hash, self.isSession) = (hash, isSession) }

    /// The algorithm that a token names, whatever its case; nil when we do not have it.
    package init?(token: some Sequence<UInt8>) {
        let name = String(decoding: Array(token), as: UTF8.self).lowercased()
        let isSession = name.hasSuffix("-sess")
        switch isSession ? String(name.dropLast(5)) : name {
        case "md5": self.init(.md5, isSession: isSession)
        case "sha-256": self.init(.sha256, isSession: isSession)
        case "sha-512-256": self.init(.sha512t256, isSession: isSession)
        default: return nil
        }
    }

    /// The token in a message (RFC 7616 §6.1).
    package var token: [UInt8] {
        let name =
            switch hash {
            case .md5: "MD5"
            case .sha256: "SHA-256"
            case .sha512t256: "SHA-512-256"
            }
        return Array((isSession ? name + "-sess" : name).utf8)
    }

    /// What we prefer, the highest first: SHA-256 before SHA-512-256, which fewer peers have, before MD5.
    var strength: Int {
        switch hash {
        case .sha256: 3
        case .sha512t256: 2
        case .md5: 1
        }
    }
}

/// A digest challenge (RFC 7616 §3.3). Values are without their quotes and escapes.
package struct DigestChallenge: Hashable, Sendable {
    /// The quality of protection that a response gives (RFC 7616 §3.4).
    package enum QOP: Hashable, Sendable {
        /// No qop in the challenge: the response of RFC 2069.
        case none
        case auth
        case authInt
    }

    package var realm: [UInt8]
    package var nonce: [UInt8]
    package var opaque: [UInt8]?
    package var algorithm: DigestAlgorithm
    /// The algorithm as the challenge spells it; nil when it names none, which means MD5.
    package var algorithmToken: [UInt8]?
    package var qop: QOP
    /// Whether only the nonce was at fault: the same credentials may be tried again.
    package var stale: Bool

    /// Why a challenge cannot be answered.
    package enum Fault: Error, Hashable, Sendable {
        case unknownScheme([UInt8])
        case missingParameter(String)
        case unknownAlgorithm([UInt8])
        case unknownQOP([UInt8])

        /// What is at fault, for a person.
        package var sentence: String {
            switch self {
            case .unknownScheme(let scheme): "scheme \(scheme.text) is not supported"
            case .missingParameter(let name): "\(name) is missing"
            case .unknownAlgorithm(let token): "algorithm \(token.text) is not supported"
            case .unknownQOP(let value): "qop \(value.text) is not supported"
            }
        }
    }

    /// Reads the challenges of one WWW-Authenticate or Proxy-Authenticate value. RFC 3261 §20.44 has one in each, RFC 9110 §11.6.1
    /// allows a list. What cannot be answered is listed with its reason.
    package static func parse(_ value: some Sequence<UInt8>) -> [Result<DigestChallenge, Fault>] {
        var scanner = AuthScanner(Array(value))
        return scanner.challenges().map { raw in
            Result { () throws(Fault) in try DigestChallenge(raw) }
        }
    }

    private init(_ raw: AuthScanner.Challenge) throws(Fault) {
        guard raw.scheme[...].equalsIgnoringCase("Digest".utf8) else { throw .unknownScheme(raw.scheme) }
        guard let realm = raw["realm"] else { throw .missingParameter("realm") }
        guard let nonce = raw["nonce"] else { throw .missingParameter("nonce") }
        algorithmToken = raw["algorithm"]
        guard let algorithm = DigestAlgorithm(token: algorithmToken ?? Array("MD5".utf8)), algorithm.hash.isAvailable
        else {
            throw .unknownAlgorithm(algorithmToken ?? [])
        }
        (self.realm, self.nonce, self.algorithm, opaque) = (realm, nonce, algorithm, raw["opaque"])
        qop = try Self.chooseQOP(raw["qop"])
        stale = raw["stale"].map { $0[...].equalsIgnoringCase("true".utf8) } ?? false
    }

    /// auth before auth-int: it survives a body that something on the way rewrites.
    private static func chooseQOP(_ value: [UInt8]?) throws(Fault) -> QOP {
        guard let value else { return .none }
        let options = value.split(separator: UInt8(ascii: ",")).map(\.trimmingSpaces)
        if options.isEmpty { return .none }
        if options.contains(where: { $0.equalsIgnoringCase("auth".utf8) }) { return .auth }
        if options.contains(where: { $0.equalsIgnoringCase("auth-int".utf8) }) { return .authInt }
        throw .unknownQOP(value)
    }
}
