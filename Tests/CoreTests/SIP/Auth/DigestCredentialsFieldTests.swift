import Core
import Testing

private let hash = String(repeating: "0a", count: 16)
private let rest = "realm=\"r\", nonce=\"n\", uri=\"sip:a\", response=\"\(hash)\""

@Suite("DigestCredentialsField (RFC 7616 §3.4)")
struct DigestCredentialsFieldTests {
    private typealias Fault = DigestCredentialsField.Fault

    private func parse(_ value: String) -> Result<DigestCredentialsField?, Fault> {
        Result { () throws(Fault) in try DigestCredentialsField.parse(value.utf8) }
    }

    @Test(
        "the credentials of RFC 7616 §3.9.1",
        arguments: [
            (
                DigestAlgorithm(.md5), "8ca523f5e9506fed4657c9700eebdbec"
            ),
            (
                DigestAlgorithm(.sha256),
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
            ),
        ])
    func example(algorithm: DigestAlgorithm, response: String) throws {
        let value = """
            Digest username="Mufasa",
                realm="http-auth@example.org",
                uri="/dir/index.html",
                algorithm=\(algorithm.token.text),
                nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                nc=00000001,
                cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                qop=auth,
                response="\(response)",
                opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
            """
        let field = try #require(try parse(value).get())
        let use = try #require(field.use)
        #expect(use.nonceCount == 1)
        #expect(field.algorithm == algorithm)
        let ha1 = DigestResponse.ha1(
            algorithm.hash, username: field.username, realm: field.realm, password: Array("Circle of Life".utf8))
        let computed = DigestResponse(
            algorithm: algorithm, qop: .auth, nonce: field.nonce, nonceCount: use.nonceCount, cnonce: use.cnonce
        ).value(ha1: ha1, request: DigestRequest(method: "GET".utf8, uri: field.uri))
        #expect(computed.text == response)
        #expect(field.response == computed)
    }

    @Test("username* of RFC 7616 §3.9.2, and in other charsets not (RFC 5987 §3.2)")
    func extended() throws {
        let field = try #require(try parse("Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, \(rest)").get())
        #expect(field.username.text == "Jäsøn Doe")
        for name in ["iso-8859-1''J", "UTF-8'J", "UTF-8''%C3", "UTF-8''%4", "UTF-8''%zz", "J", "UTF-8''%+1", ""] {
            #expect(parse("Digest username*=\(name), \(rest)") == .failure(.malformedUsername), "\(name)")
        }
    }

    @Test(
        "what is refused, and why",
        arguments: [
            ("Digest", Fault.missingParameter("username")),
            ("Digest username=\"a\"", .missingParameter("realm")),
            ("Digest username=\"a\", realm=\"r\"", .missingParameter("nonce")),
            ("Digest username=\"a\", realm=\"r\", nonce=\"n\"", .missingParameter("uri")),
            ("Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\"", .missingParameter("response")),
            ("Digest username=\"a\", username=\"a\", \(rest)", .repeatedParameter("username")),
            ("Digest username=\"a\", X=1, x=2, \(rest)", .repeatedParameter("x")),
            ("Digest username=\"a\", username*=UTF-8''a, \(rest)", .twoUsernames),
            ("Digest username*=UTF-8''a, userhash=true, \(rest)", .twoUsernames),
            ("Digest username=\"a\", userhash=TRUE, \(rest)", .unaskedUserhash),
            ("Digest username=\"a\", algorithm=AKAv1-MD5, \(rest)", .unofferedAlgorithm(Array("AKAv1-MD5".utf8))),
            ("Digest username=\"a\", algorithm=SHA-256, \(rest)", .malformedResponse),
            ("Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"0a\"", .malformedResponse),
            (
                "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"\(hash.dropLast())g\"",
                .malformedResponse
            ),
            ("Digest username=\"a\", qop=auth-int, \(rest)", .unofferedQOP(Array("auth-int".utf8))),
            ("Digest username=\"a\", qop=auth, \(rest)", .missingParameter("nc")),
            ("Digest username=\"a\", qop=auth, nc=00000001, \(rest)", .missingParameter("cnonce")),
            ("Digest username=\"a\", qop=auth, nc=1, cnonce=\"c\", \(rest)", .malformedNonceCount),
            ("Digest username=\"a\", qop=auth, nc=00000000, cnonce=\"c\", \(rest)", .malformedNonceCount),
            ("Digest username=\"a\", qop=auth, nc=0000000A, cnonce=\"c\", \(rest)", .malformedNonceCount),
            ("Digest username=\"a\", qop=auth, nc=-0000001, cnonce=\"c\", \(rest)", .malformedNonceCount),
            ("Digest username=\"a\", qop=auth, nc=100000000, cnonce=\"c\", \(rest)", .malformedNonceCount),
            ("Digest username=\"\(String(repeating: "a", count: 5000))\", \(rest)", .tooLong),
        ])
    func faults(value: String, fault: DigestCredentialsField.Fault) { #expect(parse(value) == .failure(fault)) }

    @Test(
        "what is no answer to a challenge",
        arguments: ["", "Basic abc", "Bearer x", ",,,", "=", "\"", "Digest username=\"a\", nonce=\"\", response=\"\""])
    func nothing(value: String) { #expect(parse(value) == .success(nil)) }

    @Test("spaces, case, userhash=false and upper-case hex are read; nc without qop is passed over")
    func lenient() throws {
        let value =
            "digest USERNAME = \"a\\\"b\" ,userhash=false,nc=7,realm=\"r\",nonce=\"n\",uri=\"sip:a\",response=\"\(hash.uppercased())\""
        let field = try #require(try parse(value).get())
        #expect(field.username.text == "a\"b")
        #expect(field.response.text == hash)
        #expect(field.use == nil)
    }
}
