/// A user name and a password. Its descriptions leave the password out.
package struct DigestCredentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package var username: [UInt8]
    package var password: [UInt8]
    /// Only challenges of this realm get these credentials; nil: any realm.
    package var realm: [UInt8]?

    package init(username: [UInt8], password: [UInt8], realm: [UInt8]? = nil) {
        (self.username, self.password, self.realm) = (username, password, realm)
    }

    package init(username: String, password: String, realm: String? = nil) {
        self.init(username: Array(username.utf8), password: Array(password.utf8), realm: realm.map { Array($0.utf8) })
    }

    package var description: String { String(decoding: username, as: UTF8.self) }
    package var debugDescription: String { description }
}

extension DigestCredentials: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: ["username": description]) }
}

/// A header field to put into the request.
package struct DigestAuthorization: Hashable, Sendable {
    /// server: Authorization; proxy: Proxy-Authorization.
    package var target: DigestTarget
    package var value: [UInt8]
}

/// The client of digest authentication for the requests of one dialog or registration (RFC 7616, RFC 8760, RFC 3261 §22).
///
/// Before each new request call `authorize`; it repeats what earlier challenges asked for. When a 401 or 407 comes, `respond` gives
/// the header fields for the request that is sent again: those of every challenge so far, not only of the last.
package struct DigestClient: Sendable {
    /// Why a challenge is not answered.
    package enum Refusal: Error, Hashable, Sendable {
        /// The response holds no challenge at all.
        case noChallenge
        /// None can be answered; the reason of each.
        case unsupported([DigestChallenge.Fault])
        /// The credentials are for another realm; the realms that asked.
        case otherRealm([[UInt8]])
        /// The realm has seen these credentials for this request, and they are not good.
        case rejected(realm: [UInt8])

        /// One sentence for a person.
        package var sentence: String {
            switch self {
            case .noChallenge: "the peer asks for credentials but sends no challenge"
            case .unsupported(let faults):
                "no challenge of the peer can be answered: " + faults.map(\.sentence).joined(separator: "; ")
            case .otherRealm(let realms):
                "the credentials are for another realm than " + realms.map(\.text).joined(separator: ", ")
            case .rejected(let realm): "the realm \(realm.text) rejected the user name or password"
            }
        }
    }

    fileprivate struct Space: Sendable {
        var target: DigestTarget
        var challenge: DigestChallenge
        var nonceCount: UInt32 = 0
        /// The cnonce that a -sess algorithm bound the session to.
        var sessionCnonce: [UInt8]?
        /// How often a challenge was answered for the current request, and how often because of stale=true.
        var answers = 0
        var staleAnswers = 0
    }

    private let credentials: DigestCredentials
    /// One for each realm that asked, in the order they did.
    private var spaces: [Space] = []

    package init(_ credentials: DigestCredentials) { self.credentials = credentials }

    /// The header fields for a new request, from the nonces at hand; none before the first challenge. `cnonce` is fresh for
    /// each call.
    package mutating func authorize(_ request: DigestRequest, cnonce: [UInt8]) -> [DigestAuthorization] {
        for index in spaces.indices { (spaces[index].answers, spaces[index].staleAnswers) = (0, 0) }
        return authorizations(request, cnonce)
    }

    /// The header fields with which to send `request` again after a 401 or 407. `server` and `proxy` are the values of its
    /// WWW-Authenticate and Proxy-Authenticate header fields; a forking proxy may pass on both (RFC 8760 §2.5).
    package mutating func respond(
        server: [[UInt8]] = [], proxy: [[UInt8]] = [], to request: DigestRequest, cnonce: [UInt8]
    ) -> Result<[DigestAuthorization], Refusal> {
        do throws(Refusal) {
            let challenges = [(DigestTarget.server, server), (.proxy, proxy)].flatMap { target, values in
                values.flatMap { DigestChallenge.parse($0) }.map { (target, $0) }
            }
            for (target, challenge) in try choose(among: challenges) { try accept(challenge, from: target) }
        } catch {
            return .failure(error)
        }
        return .success(authorizations(request, cnonce))
    }

    private typealias Parsed = Result<DigestChallenge, DigestChallenge.Fault>

    /// The strongest challenge of each realm; the first of equals, for the server lists what it prefers first (RFC 8760 §2.4).
    private func choose(
        among challenges: [(DigestTarget, Parsed)]
    ) throws(Refusal) -> [(target: DigestTarget, challenge: DigestChallenge)] {
        var chosen: [(target: DigestTarget, challenge: DigestChallenge)] = []
        var faults: [DigestChallenge.Fault] = []
        var otherRealms: [[UInt8]] = []
        for (target, parsed) in challenges {
            switch parsed {
            case .failure(let fault): faults.append(fault)
            case .success(let challenge) where credentials.realm.map { $0 != challenge.realm } ?? false:
                otherRealms.append(challenge.realm)
            case .success(let challenge):
                if let index = chosen.firstIndex(where: { $0.target == target && $0.challenge.realm == challenge.realm }
                ) {
                    let isStronger = challenge.algorithm.strength > chosen[index].challenge.algorithm.strength
                    if isStronger { chosen[index].challenge = challenge }
                } else {
                    chosen.append((target, challenge))
                }
            }
        }
        if !chosen.isEmpty { return chosen }
        throw challenges.isEmpty ? .noChallenge : otherRealms.isEmpty ? .unsupported(faults) : .otherRealm(otherRealms)
    }

    /// Takes a challenge up. One answer for a request and realm is allowed, and one more when only the nonce was stale
    /// (RFC 7616 §3.3; RFC 3261 §22.2 forbids to try rejected credentials again).
    private mutating func accept(_ challenge: DigestChallenge, from target: DigestTarget) throws(Refusal) {
        guard let index = spaces.firstIndex(where: { $0.target == target && $0.challenge.realm == challenge.realm })
        else {
            spaces.append(Space(target: target, challenge: challenge, answers: 1))
            return
        }
        if spaces[index].answers > 0 {
            guard challenge.stale, spaces[index].staleAnswers == 0 else { throw .rejected(realm: challenge.realm) }
            spaces[index].staleAnswers = 1
        }
        spaces[index].answers += 1
        // The count goes with the nonce (RFC 7616 §3.4, nc).
        if spaces[index].challenge.nonce != challenge.nonce {
            (spaces[index].nonceCount, spaces[index].sessionCnonce) = (0, nil)
        }
        spaces[index].challenge = challenge
    }

    private mutating func authorizations(_ request: DigestRequest, _ cnonce: [UInt8]) -> [DigestAuthorization] {
        spaces.indices.map { index in
            DigestAuthorization(
                target: spaces[index].target, value: spaces[index].authorize(request, cnonce, credentials))
        }
    }
}

extension DigestClient.Space {
    fileprivate mutating func authorize(
        _ request: DigestRequest, _ fresh: [UInt8], _ credentials: DigestCredentials
    ) -> [UInt8] {
        nonceCount &+= 1
        let cnonce = challenge.algorithm.isSession ? sessionCnonce ?? fresh : fresh
        sessionCnonce = cnonce
        let response = DigestResponse(
            algorithm: challenge.algorithm, qop: challenge.qop, nonce: challenge.nonce, nonceCount: nonceCount,
            cnonce: cnonce)
        let ha1 = DigestResponse.ha1(
            challenge.algorithm.hash, username: credentials.username, realm: challenge.realm,
            password: credentials.password)
        var out = AuthWriter()
        out.quoted("username", credentials.username)
        out.quoted("realm", challenge.realm)
        out.quoted("nonce", challenge.nonce)
        out.quoted("uri", request.uri)
        out.quoted("response", response.value(ha1: ha1, request: request))
        if let token = challenge.algorithmToken { out.bare("algorithm", token) }
        if let opaque = challenge.opaque { out.quoted("opaque", opaque) }
        if let token = challenge.qop.token {
            // Not quoted here, unlike in the challenge (RFC 3261 §25.1 message-qop).
            out.bare("qop", token)
            out.bare("nc", response.nonceCountText)
        }
        if challenge.qop != .none || challenge.algorithm.isSession { out.quoted("cnonce", cnonce) }
        return out.bytes
    }
}
