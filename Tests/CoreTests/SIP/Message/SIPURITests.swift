import Core
import Testing

@Suite("SIPURI (RFC 3261 §19.1)")
struct SIPURITests {
    @Test(
        "the parts, and the bytes again",
        arguments: [
            ("sip:alice@atlanta.com", "alice", "atlanta.com", nil, nil),
            ("sip:alice:secretword@atlanta.com;transport=tcp", "alice", "atlanta.com", nil, nil),
            (
                "SIPS:alice@ATLANTA.com?subject=project%20x&priority=urgent", "alice", "atlanta.com", nil,
                "sips:alice@atlanta.com?subject=project%20x&priority=urgent"
            ),
            ("sip:+1-212-555-1212:1234@gateway.com;user=phone", "+1-212-555-1212", "gateway.com", nil, nil),
            ("sip:1212@gateway.com:5070", "1212", "gateway.com", UInt16?.some(5070), nil),
            ("sip:alice@192.0.2.4:0", "alice", "192.0.2.4", 0, nil),
            ("sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com", nil, "atlanta.com", nil, nil),
            ("sip:alice;day=tuesday@atlanta.com", "alice;day=tuesday", "atlanta.com", nil, nil),
            ("sip:a%20b%2f@h", "a b/", "h", nil, nil),
            ("sip:[2001:DB8::0:1]:65535;lr", nil, "[2001:db8::1]", 65535, "sip:[2001:db8::1]:65535;lr"),
            ("sip:1.2.3.4.example", nil, "1.2.3.4.example", nil, nil),
            ("sip:3com.example.", nil, "3com.example.", nil, nil),
            ("sip:host_with_underscores", nil, "host_with_underscores", nil, nil),
            ("sip:a@h;p;q=;r=[x]/:&+$", "a", "h", nil, nil),
        ] as [(String, String?, String, UInt16?, String?)])
    func parts(text: String, user: String?, host: String, port: UInt16?, written: String?) throws {
        let uri = try #require(SIPURI(text))
        #expect(uri.user?.text == user)
        #expect(uri.host.description == host)
        #expect(uri.port == port)
        #expect(uri.description == written ?? text)
        #expect(uri.isSecure == text.lowercased().hasPrefix("sips"))
    }

    @Test(
        "what is no SIP URI",
        arguments: [
            "", "sip", "sip:", "sip:@h", "tel:+1", "sip:a@", "sip:a@h:", "sip:a@h:65536", "sip:a@h:123456789",
            "sip:h:5060x", "sip:a b@h", "sip:a@h ",
            " sip:a@h", "<sip:a@h>", "sip:%4@h", "sip:%zz@h", "sip:a@%41", "sip:a@h;", "sip:a@h;;x", "sip:a@h?",
            "sip:a@h?x", "sip:a@h?x=1&",
            "sip:1.2.3", "sip:256.1.1.1", "sip:1.2.3.4.", "sip:.h", "sip:h..i", "sip:-h", "sip:[::1", "sip:[::g]",
            "sip:[1.2.3.4]x", "sip:2001:db8::1",
            "sip:a@b@c", "sip:a:b:c@d", "sip\u{1a}a@h", "sip:a@h\u{0}",
        ])
    func refused(text: String) { #expect(SIPURI(text) == nil) }

    @Test("parameters by name, in any case")
    func parameters() throws {
        let uri = try #require(SIPURI("sip:h;Transport=TCP;lr;maddr=239.255.255.1;x=%41"))
        #expect(uri.parameter("transport") == Array("TCP".utf8))
        #expect(uri.isLooseRouter && uri.parameter("LR") == [])
        #expect(uri.parameter("x") == Array("A".utf8) && uri.parameter("y") == nil)
        #expect(uri.parameterList.map(\.name.text) == ["Transport", "lr", "maddr", "x"])
    }

    @Test("a user is escaped where it must be, and only there")
    func users() {
        var uri = SIPURI(user: Array("a b@c:d/é".utf8), host: .name(Array("h".utf8)), port: 5061)
        #expect(uri.description == "sip:a%20b%40c%3Ad/%C3%A9@h:5061")
        #expect(uri.user?.text == "a b@c:d/é")
        uri.user = nil
        #expect(uri.description == "sip:h:5061")
        #expect(SIPURI(uri.bytes) == uri)
    }

    // The rows are those of §19.1.4.
    @Test(
        "equivalent URIs (§19.1.4)",
        arguments: [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
            (
                "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x"
            ),
            ("sip:a%2fb@h", "sip:a%2Fb@h"),
        ])
    func equivalent(a: String, b: String) throws {
        let (a, b) = (try #require(SIPURI(a)), try #require(SIPURI(b)))
        #expect(a.isEquivalent(to: b) && b.isEquivalent(to: a))
    }

    @Test(
        "URIs that are not equivalent (§19.1.4)",
        arguments: [
            ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
            ("sip:a@h;x=1", "sip:a@h;x=2"), ("sip:a@h", "sips:a@h"), ("sip:a%2fb@h", "sip:a/b@h"),
            ("sip:a:p@h", "sip:a@h"),
        ])
    func different(a: String, b: String) throws {
        let (a, b) = (try #require(SIPURI(a)), try #require(SIPURI(b)))
        #expect(!a.isEquivalent(to: b) && !b.isEquivalent(to: a))
    }
}
