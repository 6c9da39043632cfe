import Core
import Support
import Testing

private struct Vectors: Decodable {
    struct Vector: Decodable {
        var source, algorithm, username, realm, password, method, uri, nonce, nc, cnonce, qop, response, ha1: String
        var recomputed_ok: Bool
        var corrected_response: String?
    }
    var vectors: [Vector]
}

private func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

@Suite("DigestResponse (RFC 7616 §3.4)")
struct DigestResponseTests {
    @Test(
        "the examples of RFC 2617 and RFC 7616",
        arguments: Fixtures.json("vectors/digest.json", as: Vectors.self).vectors.indices)
    func vectors(index: Int) throws {
        let vector = Fixtures.json("vectors/digest.json", as: Vectors.self).vectors[index]
        let algorithm = try #require(DigestAlgorithm(token: vector.algorithm.utf8))
        let ha1 = DigestResponse.ha1(
            algorithm.hash, username: Array(vector.username.utf8), realm: Array(vector.realm.utf8),
            password: Array(vector.password.utf8))
        if vector.recomputed_ok { #expect(text(ha1) == vector.ha1) }
        let response = DigestResponse(
            algorithm: algorithm, qop: .auth, nonce: Array(vector.nonce.utf8),
            nonceCount: UInt32(vector.nc, radix: 16) ?? 0,
            cnonce: Array(vector.cnonce.utf8))
        let value = response.value(ha1: ha1, request: DigestRequest(method: vector.method.utf8, uri: vector.uri.utf8))
        #expect(text(value) == vector.corrected_response ?? vector.response)
    }

    @Test(
        "without qop, with auth-int and for sessions (values of an independent implementation)",
        arguments: [
            ("MD5", DigestChallenge.QOP.none, "9e0acbc838e1d9415d7a5fafb83cf306"),
            ("MD5", .auth, "6596c12a4c09449b1456c83ef8f750a8"),
            ("MD5", .authInt, "04429b014cae739ee6ee6cc509dcc185"),
            ("MD5-sess", .auth, "25ea9b13d852a1d9d25fe9e1450c50f8"),
            (
                "SHA-256-sess", .authInt,
                "5161b4d85b0249d66c13670405121ced65ab9554b64fc89ac96e49e7129187d5"
            ),
        ])
    func variants(token: String, qop: DigestChallenge.QOP, expected: String) throws {
        let algorithm = try #require(DigestAlgorithm(token: token.utf8))
        let ha1 = DigestResponse.ha1(
            algorithm.hash, username: Array("alice".utf8), realm: Array("example.com".utf8),
            password: Array("secret".utf8))
        let response = DigestResponse(
            algorithm: algorithm, qop: qop, nonce: Array("n0".utf8), nonceCount: 0x1a, cnonce: Array("c0".utf8))
        let request = DigestRequest(method: "INVITE".utf8, uri: "sip:bob@example.com".utf8, body: "v=0\r\n".utf8)
        #expect(text(response.value(ha1: ha1, request: request)) == expected)
    }
}

@Suite("DigestChallenge (RFC 3261 §20.44, RFC 7616 §3.3)")
struct DigestChallengeTests {
    private func parse(_ value: String) -> [Result<DigestChallenge, DigestChallenge.Fault>] {
        DigestChallenge.parse(value.utf8)
    }

    @Test("all parameters, odd case, spaces and folds, in any order")
    func full() throws {
        let value =
            "DIGEST  Realm=\"at \\\"lanta\\\\\" ,\r\n qop = \"auth,auth-int\", nonce=\"84a4\",opaque=\"\", STALE=TRUE, algorithm=sha-256"
        let challenge = try #require(parse(value).first).get()
        #expect(text(challenge.realm) == "at \"lanta\\")
        #expect(text(challenge.nonce) == "84a4")
        #expect(challenge.opaque == [])
        #expect(challenge.algorithm == DigestAlgorithm(.sha256))
        #expect(challenge.qop == .auth)
        #expect(challenge.stale)
    }

    @Test(
        "what cannot be answered, and why",
        arguments: [
            ("Basic realm=\"a\"", DigestChallenge.Fault.unknownScheme(Array("Basic".utf8))),
            ("Digest nonce=\"a\"", .missingParameter("realm")),
            ("Digest realm=\"a\"", .missingParameter("nonce")),
            ("Digest realm=\"a\", nonce=\"b\", algorithm=AKAv1-MD5", .unknownAlgorithm(Array("AKAv1-MD5".utf8))),
            ("Digest realm=\"a\", nonce=\"b\", qop=\"token\"", .unknownQOP(Array("token".utf8))),
        ])
    func faults(value: String, fault: DigestChallenge.Fault) { #expect(parse(value) == [.failure(fault)]) }

    @Test("several challenges in one value (RFC 9110 §11.6.1), unknown schemes among them")
    func list() {
        let found = parse(
            "Negotiate oRQw==, Digest realm=\"a\", nonce=\"1\", Digest nonce=\"2\", realm=\"b\", algorithm=SHA-256")
        #expect(found.count == 3)
        #expect(found.compactMap { try? $0.get() }.map { text($0.realm) } == ["a", "b"])
    }

    @Test(
        "qop and algorithm choices",
        arguments: [
            ("", DigestChallenge.QOP.none), (", qop=auth", .auth), (", qop=\"auth-int, auth\"", .auth),
            (", qop=\"auth-int\"", .authInt),
            (", qop=\"\"", .none), (", qop=\"AUTH,x\"", .auth),
        ])
    func qops(parameter: String, qop: DigestChallenge.QOP) throws {
        #expect(try parse("Digest realm=\"a\", nonce=\"b\"\(parameter)").first?.get().qop == qop)
    }

    @Test(
        "no input traps",
        arguments: [
            "", ",", "Digest", "Digest realm", "Digest realm=", "Digest realm=\"", "Digest realm=\"\\", "=", "\"",
            "Digest =",
        ])
    func survives(value: String) { _ = parse(value) }

    @Test("random input: no trap, bounded results")
    func random() {
        var random = SeededRandom(seed: 7616)
        let alphabet = Array("Digest realm=\"nonce\\, \t\r\n=qop".utf8)
        for _ in 0..<2000 {
            let value = (0..<Int.random(in: 0...80, using: &random)).compactMap { _ in
                alphabet.randomElement(using: &random)
            }
            #expect(DigestChallenge.parse(value).count <= 16)
        }
        #expect(parse(String(repeating: "Digest a=b,", count: 500)).count == 16)
    }
}

@Suite("DigestClient (RFC 3261 §22, RFC 8760)")
struct DigestClientTests {
    private let invite = DigestRequest(method: "INVITE".utf8, uri: "sip:bob@biloxi.com".utf8, body: "v=0".utf8)
    private let cnonce = Array("0a4f113b".utf8)

    private func client(realm: String? = nil) -> DigestClient {
        DigestClient(DigestCredentials(username: "bob", password: "zanzibar", realm: realm))
    }

    private func challenge(_ realm: String = "biloxi.com", nonce: String = "dcd98b", _ more: String = ", qop=\"auth\"")
        -> [UInt8]
    {
        Array("Digest realm=\"\(realm)\", nonce=\"\(nonce)\"\(more)".utf8)
    }

    private func parameter(_ name: String, of authorization: DigestAuthorization?) -> String? {
        guard let value = authorization.map({ text($0.value) }) else { return nil }
        for part in value.dropFirst("Digest ".count).split(separator: ", ") where part.hasPrefix(name + "=") {
            return String(part.dropFirst(name.count + 1)).replacing("\"", with: "")
        }
        return nil
    }

    @Test("the whole value, for a server with qop (RFC 3665 style)")
    func golden() throws {
        var client = client()
        let more = ", opaque=\"5ccc\", algorithm=MD5, qop=\"auth,auth-int\""
        let values = try client.respond(server: [challenge(more: more)], to: invite, cnonce: cnonce).get()
        #expect(values.map(\.target) == [.server])
        #expect(
            values.first.map { text($0.value) }
                == "Digest username=\"bob\", realm=\"biloxi.com\", nonce=\"dcd98b\", uri=\"sip:bob@biloxi.com\", response=\"f804e5cfbc5d9296eb842f80f899c129\", algorithm=MD5, opaque=\"5ccc\", qop=auth, nc=00000001, cnonce=\"0a4f113b\""
        )
    }

    private func challenge(more: String) -> [UInt8] { challenge("biloxi.com", nonce: "dcd98b", more) }

    @Test("a server without qop and algorithm gets none of them back (RFC 2069)")
    func legacy() throws {
        var client = client()
        let value = try client.respond(server: [challenge(more: "")], to: invite, cnonce: cnonce).get().first
        for name in ["qop", "nc", "cnonce", "algorithm", "opaque"] {
            #expect(parameter(name, of: value) == nil, "\(name)")
        }
        #expect(parameter("response", of: value)?.count == 32)
    }

    @Test("the strongest algorithm wins; of equals the first (RFC 8760 §2.4)")
    func strongest() throws {
        var client = client()
        let offers = ["MD5", "SHA-512-256", "SHA-256", "SHA-256-sess"].map {
            challenge(more: ", algorithm=\($0), qop=\"auth\"")
        }
        let value = try client.respond(server: offers, to: invite, cnonce: cnonce).get().first
        #expect(parameter("algorithm", of: value) == "SHA-256")
        #expect(parameter("response", of: value)?.count == 64)
    }

    @Test("nc counts the uses of a nonce, over requests, and begins again with a new one")
    func nonceCount() throws {
        var client = client()
        #expect(client.authorize(invite, cnonce: cnonce).isEmpty)
        var seen = [
            parameter("nc", of: try client.respond(server: [challenge()], to: invite, cnonce: cnonce).get().first)
        ]
        let bye = DigestRequest(method: "BYE".utf8, uri: "sip:bob@192.0.2.4".utf8)
        seen.append(parameter("nc", of: client.authorize(bye, cnonce: cnonce).first))
        let next = challenge(nonce: "second")
        seen.append(parameter("nc", of: try client.respond(server: [next], to: bye, cnonce: cnonce).get().first))
        #expect(seen == ["00000001", "00000002", "00000001"])
    }

    @Test("rejected credentials are not tried again for the request; stale=true allows one more (RFC 7616 §3.3)")
    func stale() throws {
        var client = client()
        _ = try client.respond(server: [challenge()], to: invite, cnonce: cnonce).get()
        let stale = challenge(nonce: "fresh", ", qop=\"auth\", stale=true")
        _ = try client.respond(server: [stale], to: invite, cnonce: cnonce).get()
        #expect(
            client.respond(server: [stale], to: invite, cnonce: cnonce)
                == .failure(.rejected(realm: Array("biloxi.com".utf8))))
        _ = client.authorize(invite, cnonce: cnonce)
        _ = try client.respond(server: [challenge(nonce: "third")], to: invite, cnonce: cnonce).get()
        let refusal = client.respond(server: [challenge(nonce: "fourth")], to: invite, cnonce: cnonce)
        #expect(refusal == .failure(.rejected(realm: Array("biloxi.com".utf8))))
    }

    @Test("a proxy, then the server behind it: the last request answers both (RFC 3261 §22.3)")
    func proxyThenServer() throws {
        var client = client()
        let first = try client.respond(proxy: [challenge("proxy")], to: invite, cnonce: cnonce).get()
        #expect(first.map(\.target) == [.proxy])
        let second = try client.respond(server: [challenge("proxy")], to: invite, cnonce: cnonce).get()
        #expect(second.map(\.target) == [.proxy, .server])
        #expect(second.map { parameter("nc", of: $0) } == ["00000002", "00000001"])
    }

    @Test("two realms in one response are both answered (RFC 8760 §2.5)")
    func realms() throws {
        var client = client()
        let values = try client.respond(
            server: [challenge("c")], proxy: [challenge("a"), challenge("b")], to: invite, cnonce: cnonce
        )
        .get()
        #expect(values.map { parameter("realm", of: $0) } == ["c", "a", "b"])
    }

    @Test("credentials that are bound to a realm")
    func boundRealm() throws {
        var client = client(realm: "b")
        #expect(
            client.respond(server: [challenge("a")], to: invite, cnonce: cnonce)
                == .failure(.otherRealm([Array("a".utf8)])))
        let values = try client.respond(server: [challenge("a"), challenge("b")], to: invite, cnonce: cnonce).get()
        #expect(values.map { parameter("realm", of: $0) } == ["b"])
    }

    @Test("what cannot be answered says why")
    func refusals() {
        var client = client()
        #expect(client.respond(to: invite, cnonce: cnonce) == .failure(.noChallenge))
        #expect(
            client.respond(server: [Array("Basic realm=\"x\"".utf8)], to: invite, cnonce: cnonce)
                == .failure(.unsupported([.unknownScheme(Array("Basic".utf8))])))
    }

    @Test(
        "each refusal is a sentence",
        arguments: [
            (DigestClient.Refusal.noChallenge, "the peer asks for credentials but sends no challenge"),
            (
                .unsupported([.unknownScheme(Array("Basic".utf8)), .missingParameter("nonce")]),
                "no challenge of the peer can be answered: scheme Basic is not supported; nonce is missing"
            ),
            (
                .unsupported([.unknownAlgorithm(Array("X".utf8)), .unknownQOP(Array("y".utf8))]),
                "no challenge of the peer can be answered: algorithm X is not supported; qop y is not supported"
            ),
            (.otherRealm([Array("a".utf8), Array("b".utf8)]), "the credentials are for another realm than a, b"),
            (.rejected(realm: Array("a".utf8)), "the realm a rejected the user name or password"),
        ])
    func sentences(refusal: DigestClient.Refusal, sentence: String) { #expect(refusal.sentence == sentence) }

    @Test("a -sess algorithm keeps the cnonce of the nonce's first use (RFC 7616 §3.4.2)")
    func session() throws {
        var client = client()
        let sess = challenge(more: ", algorithm=MD5-sess, qop=\"auth\"")
        _ = try client.respond(server: [sess], to: invite, cnonce: Array("one".utf8)).get()
        #expect(parameter("cnonce", of: client.authorize(invite, cnonce: Array("two".utf8)).first) == "one")
    }

    @Test("quotes, backslashes and line ends in names cannot break out")
    func escaping() throws {
        var client = DigestClient(DigestCredentials(username: "b\"o\\b\r\nX: y", password: "p"))
        let value = try #require(try client.respond(server: [challenge()], to: invite, cnonce: cnonce).get().first)
            .value
        #expect(text(value).hasPrefix("Digest username=\"b\\\"o\\\\b  X: y\", realm="))
        #expect(!value.contains(13) && !value.contains(10))
    }

    @Test("the password shows nowhere")
    func redaction() {
        let credentials = DigestCredentials(username: "bob", password: "zanzibar")
        for shown in ["\(credentials)", String(reflecting: credentials), "\(client())", String(reflecting: client())] {
            #expect(!shown.contains("zanzibar") && !shown.contains("122, 97"), "\(shown)")
        }
    }
}
