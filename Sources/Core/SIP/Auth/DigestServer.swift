/// The server of digest authentication (RFC 7616, RFC 8760, RFC 3261 §22): makes challenges and checks the credentials that answer
/// them. Nothing is kept for a client that was only challenged; the counts of nonces in use are kept in bounded memory.
///
/// Which requests are challenged is the caller's decision. CANCEL cannot be (RFC 3261 §22.1), nor can ACK, which carries the
/// credentials of its INVITE again and must not be checked: its count would look like a replay.
package struct DigestServer: Sendable {
    /// How far `uri` may differ from the Request-URI (RFC 8760 §2.6 item 6: proxies rewrite the Request-URI).
    package enum URIMatch: Hashable, Sendable {
        /// They are equivalent (RFC 3261 §19.1.4).
        case equivalent
        /// They name the same user or number, or `uri` names none. Hosts, ports and parameters may differ.
        case sameUser
    }

    package struct Policy: Hashable, Sendable {
        /// Offered in this order, the preferred first; those that libcrypto refuses (MD5 under FIPS 140) are left out.
        package var algorithms: [HashFunction] = [.sha256, .md5]
        package var nonceLifetime: Duration = .seconds(300)
        package var uriMatch = URIMatch.sameUser
        /// Whether a client may leave qop out (RFC 3261 §22.4 item 8). It can then use a nonce only once.
        package var acceptsWithoutQOP = true
        /// Nonces in use whose counts are remembered, 32 bytes each.
        package var rememberedNonces = 8192

        package init() {}
    }

    /// A request that should prove who sends it.
    package struct Attempt: Sendable {
        /// `method` and `uri` are those of the request line.
        package var request: DigestRequest
        /// The values of Authorization and Proxy-Authorization: clients answer a 401 or 407 with either.
        package var credentials: [[UInt8]]
        /// Where the request came from. A nonce is good for the address it was given to.
        package var source: IPAddress
        package var realm: [UInt8]

        package init(request: DigestRequest, credentials: [[UInt8]], source: IPAddress, realm: [UInt8]) {
            (self.request, self.credentials, self.source, self.realm) = (request, credentials, source, realm)
        }
    }

    package enum Verdict: Hashable, Sendable {
        /// `username` has the password.
        case accepted(username: [UInt8])
        /// Answer 401 or 407 with the values of `challenges`, which gets `stale` of the reason.
        case challenge(Reason)
        /// Answer 400 (Bad Request) (RFC 7616 §3.4, §3.4.6).
        case malformed(Fault)
    }

    /// Why a request is challenged.
    package enum Reason: Hashable, Sendable {
        /// No credentials for the realm.
        case noCredentials
        /// No such user, or not the password.
        case wrongCredentials
        /// A nonce that we did not make, or not with this key, or not for this source; or an opaque of another.
        case foreignNonce
        case expiredNonce
        /// The password is right and the count was used before, or the nonce's counts were forgotten.
        case replay
        /// No qop, where the policy wants one.
        case noQOP

        /// Whether the nonce is at fault, so that the client need not ask for the password again (RFC 7616 §3.3, stale).
        package var isStale: Bool {
            switch self {
            case .foreignNonce, .expiredNonce, .replay: true
            case .noCredentials, .wrongCredentials, .noQOP: false
            }
        }

        /// Whether to count it against the source. The source has then received a nonce of ours, so that nobody can forge
        /// its address to get it locked out.
        package var isFailure: Bool { self == .wrongCredentials }

        /// What was at fault, for a person.
        package var sentence: String {
            switch self {
            case .noCredentials: "no credentials for the realm"
            case .wrongCredentials: "wrong user name or password"
            case .foreignNonce: "a nonce that was not given to this source"
            case .expiredNonce: "an expired nonce"
            case .replay: "a nonce count that was used before"
            case .noQOP: "no qop"
            }
        }
    }

    package enum Fault: Error, Hashable, Sendable {
        case credentials(DigestCredentialsField.Fault)
        /// `uri` is for another user than the Request-URI.
        case uriMismatch(uri: [UInt8])

        /// What is at fault, for a person.
        package var sentence: String {
            switch self {
            case .credentials(let fault): fault.sentence
            case .uriMismatch(let uri): "the credentials are for \(uri.text), not for the Request-URI"
            }
        }
    }

    private let policy: Policy
    private let signer: NonceSigner
    private let opaque: [UInt8]
    private let offered: [HashFunction]
    private var uses: NonceUses

    /// `key` is secret: at least 16 bytes of the system's random source. Servers with the same key take each other's nonces, and
    /// could not see each other's replays: give each its own, or share one server.
    package init(key: [UInt8], policy: Policy = Policy()) {
        self.policy = policy
        signer = NonceSigner(key: key, lifetime: policy.nonceLifetime)
        opaque = signer.opaque
        offered = policy.algorithms.filter(\.isAvailable)
        uses = NonceUses(capacity: policy.rememberedNonces)
    }

    /// The values of as many WWW-Authenticate (401) or Proxy-Authenticate (407) header fields, in this order (RFC 8760 §2.3).
    /// `random` is fresh for each call.
    package func challenges(
        realm: [UInt8], for source: IPAddress, stale: Bool = false, random: UInt64, at now: Instant
    ) -> [[UInt8]] {
        let nonce = signer.nonce(for: source, random: random, at: now)
        return offered.map { hash in
            var out = AuthWriter()
            out.quoted("realm", realm)
            out.quoted("nonce", nonce)
            out.quoted("opaque", opaque)
            // Not quoted, as RFC 7616 §3.3 has it; stale likewise.
            out.bare("algorithm", DigestAlgorithm(hash).token)
            out.quoted("qop", Array("auth".utf8))
            if stale { out.bare("stale", Array("true".utf8)) }
            return out.bytes
        }
    }

    /// Checks the credentials of a request against the users who may send it, one for a trunk. The first credentials for the
    /// realm decide; those of other realms are for others on the way (RFC 3261 §22.3).
    package mutating func check(
        _ attempt: Attempt, users: [DigestCredentials], at now: Instant
    ) -> Verdict {
        do throws(Fault) {
            guard let field = try credentials(of: attempt) else { return .challenge(.noCredentials) }
            guard isFor(attempt.request.uri, field.uri) else { throw .uriMismatch(uri: field.uri) }
            return verdict(field, attempt, users, now)
        } catch {
            return .malformed(error)
        }
    }

    private func credentials(of attempt: Attempt) throws(Fault) -> DigestCredentialsField? {
        var fault: DigestCredentialsField.Fault?
        for value in attempt.credentials {
            do throws(DigestCredentialsField.Fault) {
                guard let field = try DigestCredentialsField.parse(value), field.realm == attempt.realm else {
                    continue
                }
                // A -sess variant is never offered: it saves a server nothing that has the password.
                guard offered.contains(field.algorithm.hash), !field.algorithm.isSession else {
                    throw .unofferedAlgorithm(field.algorithm.token)
                }
                return field
            } catch {
                guard DigestCredentialsField.realm(value) ?? attempt.realm == attempt.realm else { continue }
                fault = fault ?? error
            }
        }
        if let fault { throw .credentials(fault) }
        return nil
    }

    private mutating func verdict(
        _ field: DigestCredentialsField, _ attempt: Attempt, _ users: [DigestCredentials], _ now: Instant
    ) -> Verdict {
        guard field.use != nil || policy.acceptsWithoutQOP else { return .challenge(.noQOP) }
        switch signer.verdict(field.nonce, from: attempt.source, at: now) {
        case .foreign:
            // The response is not looked at: an answer that depended on it would confirm guesses that nobody counts.
            return .challenge(.foreignNonce)
        case .expired:
            return .challenge(isRight(field, attempt.request, users) ? .expiredNonce : .wrongCredentials)
        case .valid(let nonce):
            guard isRight(field, attempt.request, users) else { return .challenge(.wrongCredentials) }
            // Deviation: RFC 7616 §3.4 wants opaque back; clients that leave it out lose nothing by it.
            guard field.opaque ?? opaque == opaque else { return .challenge(.foreignNonce) }
            guard uses.take(nonce, count: field.use?.nonceCount ?? 1) else { return .challenge(.replay) }
            return .accepted(username: field.username)
        }
    }

    /// Whether the response is that of the named user. An unknown name costs the same time as a wrong password.
    private func isRight(
        _ field: DigestCredentialsField, _ request: DigestRequest, _ users: [DigestCredentials]
    ) -> Bool {
        let user = users.first { $0.username == field.username && ($0.realm ?? field.realm) == field.realm }
        let ha1 = DigestResponse.ha1(
            field.algorithm.hash, username: field.username, realm: field.realm, password: user?.password ?? opaque)
        let response = DigestResponse(
            algorithm: field.algorithm, qop: field.use == nil ? .none : .auth, nonce: field.nonce,
            nonceCount: field.use?.nonceCount ?? 0, cnonce: field.use?.cnonce ?? [])
        let covered = DigestRequest(method: request.method, uri: field.uri)
        return constantTimeEqual(response.value(ha1: ha1, request: covered), field.response) && user != nil
    }

    private func isFor(_ requestURI: [UInt8], _ uri: [UInt8]) -> Bool {
        if uri == requestURI { return true }
        switch policy.uriMatch {
        case .equivalent:
            guard let uri = SIPURI(uri), let requestURI = SIPURI(requestURI) else { return false }
            return uri.isEquivalent(to: requestURI)
        case .sameUser:
            if let uri = SIPURI(uri), uri.user == nil { return true }
            guard let user = Self.user(uri) else { return false }
            return user == Self.user(requestURI)
        }
    }

    /// The user of a SIP URI, the number of a tel URI without its parameters; nil when there is none.
    private static func user(_ uri: [UInt8]) -> [UInt8]? {
        if let uri = SIPURI(uri) { return uri.user }
        guard uri.prefix(4).equalsIgnoringCase("tel:") else { return nil }
        return Array(uri.dropFirst(4).prefix { $0 != UInt8(ascii: ";") })
    }
}
