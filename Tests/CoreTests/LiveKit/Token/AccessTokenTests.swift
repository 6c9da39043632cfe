import Testing

@testable import Core

@Suite("Access tokens (RFC 7519; livekit signalling section 2)")
struct AccessTokenTests {
    private let now = Duration.seconds(1_700_000_000)

    private func secret(_ key: String) -> String? { key == "key" ? "secret" : nil }

    private func verify(_ token: String, at time: Duration? = nil) throws(AccessToken.Refusal) -> AccessToken {
        try AccessToken(verifying: token.utf8, now: time ?? now, secret: secret)
    }

    private var sample: AccessToken {
        var token = AccessToken(apiKey: "key", now: now, validity: .seconds(600))
        (token.identity, token.name, token.participantKind) = ("sip_+1", "Phone +1", "sip")
        token.attributes = ["sip.callID": "SCL_1"]
        token.video = VideoGrant()
        token.video?.room = "r"
        token.video?.roomJoin = true
        token.video?.canUpdateOwnMetadata = true
        token.sip = SIPGrant(admin: true)
        token.roomConfig = RoomConfiguration()
        token.roomConfig?.agents = [AgentDispatch()]
        return token
    }

    /// A token with these parts, well signed.
    private func token(_ claims: String, header: String = #"{"alg":"HS256","typ":"JWT"}"#) -> String {
        let input = base64URL(Array(header.utf8)) + [0x2e] + base64URL(Array(claims.utf8))
        return (input + [0x2e] + base64URL(HMAC.sha256(key: "secret".utf8, input))).text
    }

    @Test("A token has the claims in JSON, and its signature over them")
    func signed() {
        var token = AccessToken(apiKey: "key", now: now, validity: .seconds(600))
        token.sip = SIPGrant(admin: true)
        let parts = token.signed(with: "secret").split(separator: ".")
        #expect(base64URLDecoded(parts[0].utf8)?.text == #"{"alg":"HS256","typ":"JWT"}"#)
        #expect(
            base64URLDecoded(parts[1].utf8)?.text
                == #"{"iss":"key","iat":1700000000,"nbf":1700000000,"exp":1700000600,"sip":{"admin":true}}"#)
        #expect(self.token(base64URLDecoded(parts[1].utf8)?.text ?? "") == token.signed(with: "secret"))
    }

    @Test("What is signed is believed")
    func roundTrip() throws {
        #expect(try verify(sample.signed(with: "secret")) == sample)
    }

    @Test("Times have a leeway of a minute")
    func times() throws {
        let signed = sample.signed(with: "secret")
        #expect(throws: AccessToken.Refusal.expired) { try verify(signed, at: now + .seconds(660)) }
        #expect(try verify(signed, at: now + .seconds(659)) == sample)
        #expect(throws: AccessToken.Refusal.notYetValid) { try verify(signed, at: now - .seconds(61)) }
        #expect(try verify(signed, at: now - .seconds(60)) == sample)
    }

    @Test("Every changed character spoils the signature or the form")
    func tampered() {
        let signed = Array(sample.signed(with: "secret").utf8)
        for index in signed.indices where signed[index] != UInt8(ascii: ".") {
            var changed = signed
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(throws: AccessToken.Refusal.self, "\(index)") { try verify(changed.text) }
        }
        #expect(throws: AccessToken.Refusal.signature) { try verify(sample.signed(with: "other")) }
    }

    @Test(
        "Refused tokens",
        arguments: [
            (#"{"iss":"key","exp":1700000600}"#, #"{"alg":"none"}"#, AccessToken.Refusal.algorithm),
            (#"{"iss":"key","exp":1700000600}"#, #"{"alg":"HS512"}"#, .algorithm),
            (#"{"iss":"key"}"#, #"{"alg":"HS256"}"#, .noExpiry),
            (#"{"iss":"key","exp":"never"}"#, #"{"alg":"HS256"}"#, .malformed),
            (#"{"iss":"key","exp":1e300}"#, #"{"alg":"HS256"}"#, .malformed),
            (#"{"iss":"other","exp":1700000600}"#, #"{"alg":"HS256"}"#, .unknownKey),
            (#"{"exp":1700000600}"#, #"{"alg":"HS256"}"#, .unknownKey),
            (#"{"iss":"key","exp":1700000600,"video":{"roomJoin":"yes"}}"#, #"{"alg":"HS256"}"#, .malformed),
            (#"{"iss":"key","exp":1700000600,"video":{"room":true}}"#, #"{"alg":"HS256"}"#, .malformed),
            ("[]", #"{"alg":"HS256"}"#, .unknownKey),
            ("{", #"{"alg":"HS256"}"#, .malformed),
        ])
    func refused(claims: String, header: String, refusal: AccessToken.Refusal) {
        #expect(throws: refusal) { try verify(token(claims, header: header)) }
    }

    @Test("Claims of later versions are ignored")
    func laterClaims() throws {
        let token = try verify(token(#"{"iss":"key","exp":1700000600,"video":{"x":1,"roomList":true},"y":[]}"#))
        #expect(token.video?.roomList == true)
    }

    @Test("A grant covers what it allows")
    func grants() {
        #expect(SIPGrant(admin: true).covers(SIPMethod.listInboundTrunk.grant))
        #expect(!SIPGrant(call: true).covers(SIPMethod.deleteTrunk.grant))
        #expect(!SIPGrant(admin: true).covers(SIPMethod.createParticipant.grant))
    }
}
