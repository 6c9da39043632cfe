import Core
import Support
import Testing

private let realm = Array("sip.example.com".utf8)
private let source = IPAddress(v4: 0xc000_0201)
private let elsewhere = IPAddress(v4: 0xc000_0202)
private let alice = DigestCredentials(username: "alice", password: "wonder")
private let invite = DigestRequest(method: "INVITE".utf8, uri: "sip:+15550100@sip.example.com".utf8)
private let cnonce = Array("0a4f113b".utf8)

private func server(_ change: (inout DigestServer.Policy) -> Void = { _ in }) -> DigestServer {
    var policy = DigestServer.Policy()
    change(&policy)
    return DigestServer(key: Array(repeating: 7, count: 32), policy: policy)
}

/// A client and the server it talks to, on a virtual clock.
private struct Exchange {
    var server: DigestServer
    var client: DigestClient
    var now = Instant.zero
    var random: UInt64 = 0

    init(_ server: DigestServer, _ credentials: DigestCredentials = alice) {
        self.server = server
        client = DigestClient(credentials)
    }

    mutating func challenges(for source: IPAddress = source, stale: Bool = false) -> [[UInt8]] {
        random += 1
        return server.challenges(realm: realm, for: source, stale: stale, random: random, at: now)
    }

    mutating func check(_ values: [[UInt8]], _ request: DigestRequest = invite, from source: IPAddress = source)
        -> DigestServer.Verdict
    {
        server.check(
            .init(request: request, credentials: values, source: source, realm: realm), users: [alice], at: now)
    }

    /// The credentials for a new challenge.
    mutating func answer(_ request: DigestRequest = invite, stale: Bool = false) throws -> [[UInt8]] {
        try client.respond(server: challenges(stale: stale), to: request, cnonce: cnonce).get().map(\.value)
    }

    /// The credentials for the next request with the nonce at hand.
    mutating func next(_ request: DigestRequest = invite) -> [[UInt8]] {
        client.authorize(request, cnonce: cnonce).map(\.value)
    }
}

@Suite("DigestServer (RFC 7616, RFC 8760 §2.3)")
struct DigestServerTests {
    @Test("one challenge for each algorithm, SHA-256 first, with qop, opaque and the same nonce")
    func challenge() throws {
        let values = server().challenges(realm: Array("a \"b\"".utf8), for: source, random: 1, at: .zero)
        let challenges = try values.map { try #require(DigestChallenge.parse($0).first).get() }
        #expect(values.count == 2)
        #expect(challenges.map(\.algorithm) == [DigestAlgorithm(.sha256), DigestAlgorithm(.md5)])
        #expect(challenges.allSatisfy { $0.qop == .auth && !$0.stale && $0.realm.text == "a \"b\"" })
        #expect(Set(challenges.map(\.nonce)).count == 1)
        #expect(challenges.allSatisfy { $0.opaque?.count == 16 })
        let stale = server().challenges(realm: realm, for: source, stale: true, random: 1, at: .zero)
        #expect(stale.allSatisfy { $0.text.hasSuffix(", stale=true") })
    }

    @Test(
        "what our client answers is accepted once, for each algorithm",
        arguments: [[HashFunction.sha256], [.md5], [.sha512t256], [.sha256, .md5]])
    func accepts(algorithms: [HashFunction]) throws {
        var exchange = Exchange(server { $0.algorithms = algorithms })
        let values = try exchange.answer()
        #expect(exchange.check(values) == .accepted(username: alice.username))
        #expect(exchange.check(values) == .challenge(.replay))
        #expect(exchange.check(exchange.next()) == .accepted(username: alice.username))
    }

    @Test("without credentials, with another scheme, and before the first challenge (RFC 8760 §2.7)")
    func challenged() {
        var exchange = Exchange(server())
        for value in [
            "", "Basic YWxpY2U6d29uZGVy",
            "Digest username=\"alice\", realm=\"sip.example.com\", nonce=\"\", response=\"\"",
            "Digest username=\"alice\", realm=\"other\", nonce=\"x\", uri=\"sip:a\", response=\"\(String(repeating: "0", count: 32))\"",
        ] {
            #expect(exchange.check([Array(value.utf8)]) == .challenge(.noCredentials), "\(value)")
        }
        #expect(exchange.check([]) == .challenge(.noCredentials))
    }

    @Test("wrong password and unknown user look the same, and are failures")
    func wrong() throws {
        for credentials in [("alice", "wunder"), ("bob", "wonder"), ("Alice", "wonder")] {
            var exchange = Exchange(
                server(), DigestCredentials(username: credentials.0, password: credentials.1))
            let verdict = try exchange.check(exchange.answer())
            #expect(verdict == .challenge(.wrongCredentials))
        }
        #expect(DigestServer.Reason.wrongCredentials.isFailure)
        #expect(!DigestServer.Reason.wrongCredentials.isStale)
    }

    @Test("an expired nonce: stale for who has the password, a failure for who has not")
    func expires() throws {
        var exchange = Exchange(server { $0.nonceLifetime = .seconds(60) })
        let values = try exchange.answer()
        exchange.now = Instant.zero + .milliseconds(59_999)
        #expect(exchange.check(values) == .accepted(username: alice.username))
        exchange.now = Instant.zero + .seconds(60)
        #expect(exchange.check(exchange.next()) == .challenge(.expiredNonce))
        var guesser = Exchange(exchange.server, DigestCredentials(username: "alice", password: "guess"))
        let guess = try guesser.answer()
        guesser.now = Instant.zero + .seconds(60)
        #expect(guesser.check(guess) == .challenge(.wrongCredentials))
        let again = try exchange.answer(stale: true)
        #expect(exchange.check(again) == .accepted(username: alice.username))
    }

    @Test("another source, another key and an invented nonce are foreign, whatever the response")
    func foreign() throws {
        var exchange = Exchange(server())
        let values = try exchange.answer()
        #expect(exchange.check(values, from: elsewhere) == .challenge(.foreignNonce))
        #expect(exchange.check(values) == .accepted(username: alice.username))
        var other = Exchange(DigestServer(key: Array(repeating: 8, count: 32)))
        #expect(other.check(exchange.next()) == .challenge(.foreignNonce))
        for nonce in ["x", "", String(repeating: "A", count: 40), String(repeating: "=", count: 40)] {
            var inventor = DigestClient(alice)
            let challenge = Array("Digest realm=\"sip.example.com\", nonce=\"\(nonce)\", qop=\"auth\"".utf8)
            let invented = try inventor.respond(server: [challenge], to: invite, cnonce: cnonce).get().map(\.value)
            #expect(exchange.check(invented) == .challenge(.foreignNonce))
        }
        #expect(DigestServer.Reason.foreignNonce.isStale && !DigestServer.Reason.foreignNonce.isFailure)
    }

    @Test("a changed opaque is foreign; one that is left out is not missed")
    func opaque() throws {
        var exchange = Exchange(server())
        let text = try #require(exchange.answer().first).text
        let start = try #require(text.firstRange(of: "opaque=\"")).upperBound
        let end = try #require(text[start...].firstIndex(of: "\""))
        let changed = text.replacingCharacters(start..<end, with: "x")
        #expect(exchange.check([Array(changed.utf8)]) == .challenge(.foreignNonce))
        let without = text.replacing(", opaque=\"\(text[start..<end])\"", with: "")
        #expect(exchange.check([Array(without.utf8)]) == .accepted(username: alice.username))
    }

    @Test("without qop a nonce is good for one request, and the policy can refuse it (RFC 3261 §22.4 item 8)")
    func legacy() throws {
        var exchange = Exchange(server())
        func legacy() throws -> [[UInt8]] {
            let offered = exchange.challenges().map { Array($0.text.replacing(", qop=\"auth\"", with: "").utf8) }
            return try exchange.client.respond(server: offered, to: invite, cnonce: cnonce).get().map(\.value)
        }
        let values = try legacy()
        #expect(exchange.check(values) == .accepted(username: alice.username))
        #expect(exchange.check(exchange.next()) == .challenge(.replay))
        var strict = Exchange(server { $0.acceptsWithoutQOP = false })
        #expect(strict.check(values) == .challenge(.noQOP))
    }

    @Test(
        "uri and Request-URI (RFC 8760 §2.6 item 6)",
        arguments: [
            ("sip:+15550100@sip.example.com", true, true), ("sip:+15550100@SIP.example.com", true, true),
            ("sip:+15550100@192.0.2.1:5080;transport=tcp", true, false),
            ("sips:+15550100@sip.example.com", true, false),
            ("sip:%2b15550100@sip.example.com", true, false), ("tel:+15550100;phone-context=x", true, false),
            ("sip:sip.example.com", true, false), ("sip:+15550199@sip.example.com", false, false),
            ("tel:+15550199", false, false), ("+15550100", false, false), ("", false, false),
        ])
    func uris(uri: String, isSameUser: Bool, isEquivalent: Bool) throws {
        for (match, expected) in [(DigestServer.URIMatch.sameUser, isSameUser), (.equivalent, isEquivalent)] {
            var exchange = Exchange(server { $0.uriMatch = match })
            let values = try exchange.answer(DigestRequest(method: "INVITE".utf8, uri: uri.utf8))
            let verdict: DigestServer.Verdict =
                expected
                ? .accepted(username: alice.username) : .malformed(.uriMismatch(uri: Array(uri.utf8)))
            #expect(exchange.check(values) == verdict)
        }
    }

    @Test("the method is covered")
    func method() throws {
        var exchange = Exchange(server())
        let values = try exchange.answer()
        let bye = DigestRequest(method: "BYE".utf8, uri: invite.uri)
        #expect(exchange.check(values, bye) == .challenge(.wrongCredentials))
    }

    @Test("credentials of other realms, and broken ones, do not stand in the way of ours (RFC 3261 §22.3)")
    func several() throws {
        var exchange = Exchange(server())
        let ours = try exchange.answer()
        let others = ["Digest realm=\"x\"", "Digest", "Bearer abc"].map { Array($0.utf8) }
        #expect(exchange.check(others + ours) == .accepted(username: alice.username))
        #expect(exchange.check([others[2]]) == .challenge(.noCredentials))
        #expect(exchange.check([others[0]]) == .challenge(.noCredentials), "faulty, but for another realm")
        let fault = DigestServer.Fault.credentials(.missingParameter("username"))
        #expect(exchange.check([Array("Digest realm=\"sip.example.com\"".utf8)]) == .malformed(fault))
    }
}

@Suite("DigestServer against DigestClient, seeded")
struct DigestPairTests {
    @Test("honest requests pass, and no value passes twice", arguments: 1...20)
    func property(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let algorithms = [[HashFunction.sha256, .md5], [.md5], [.md5, .sha512t256]][seed % 3]
        var exchange = Exchange(
            server {
                ($0.algorithms, $0.nonceLifetime) = (algorithms, .seconds(30))
                $0.rememberedNonces = seed.isMultiple(of: 2) ? 4 : 64
            })
        var used: [(values: [[UInt8]], request: DigestRequest)] = []
        for round in 0..<60 {
            exchange.now = exchange.now + .milliseconds(Int.random(in: 1...9000, using: &random))
            let method = ["INVITE", "BYE", "REGISTER"].randomElement(using: &random) ?? "INVITE"
            let request = DigestRequest(method: method.utf8, uri: invite.uri)
            if let old = used.randomElement(using: &random), Bool.random(using: &random) {
                let verdict = exchange.check(old.values, old.request)
                #expect([.challenge(.replay), .challenge(.expiredNonce)].contains(verdict), "seed \(seed)")
            }
            var values = exchange.next(request)
            var verdict = exchange.check(values, request)
            for _ in 0..<2 {
                guard case .challenge(let reason) = verdict else { break }
                #expect(reason.isStale || reason == .noCredentials && round == 0, "seed \(seed): \(reason)")
                values = try exchange.answer(request, stale: reason.isStale)
                verdict = exchange.check(values, request)
            }
            #expect(verdict == .accepted(username: alice.username), "seed \(seed)")
            used.append((values, request))
            // Elsewhere, or for another request, the same credentials are worth nothing.
            #expect(exchange.check(values, request, from: elsewhere) == .challenge(.foreignNonce))
            if method != "BYE" {
                let other = DigestRequest(method: "BYE".utf8, uri: invite.uri)
                #expect(exchange.check(values, other) == .challenge(.wrongCredentials))
            }
        }
    }

    @Test("random damage to credentials: no trap, and never accepted", arguments: 1...4)
    func damage(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var exchange = Exchange(server())
        let good = try #require(exchange.answer().first)
        for _ in 0..<1500 {
            var bytes = good
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                if Bool.random(using: &random) {
                    bytes[index] = UInt8.random(in: 0...255, using: &random)
                } else {
                    bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...40, using: &random)))
                }
                if bytes.isEmpty { break }
            }
            // What is not covered by the response may change: its case, spaces, and the opaque that may be left out.
            if case .accepted = exchange.check([bytes]) {
                let field = try #require(try DigestCredentialsField.parse(bytes))
                let original = try #require(try DigestCredentialsField.parse(good))
                #expect(
                    field.response == original.response && field.nonce == original.nonce && field.uri == original.uri)
            }
        }
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
