import Core
import Testing

@Suite("Header values (RFC 3261 §20, §25)")
struct HeaderValueTests {
    @Test(
        "addresses: display name, URI, parameters (§20.10)",
        arguments: [
            ("sip:a@h;tag=1", nil, "sip:a@h", "1"), ("<sip:a@h;x=1>;tag=1", nil, "sip:a@h;x=1", "1"),
            ("A  B <sip:a@h>", "A  B", "sip:a@h", nil),
            ("\"A \\\\ \\\"B\\\"\"<sip:a@h> ; Tag = x ;y", "A \\ \"B\"", "sip:a@h", "x"),
            ("\"\" <sip:a@h>", "", "sip:a@h", nil),
            ("<tel:+1-2;phone-context=x>;tag=t", nil, "tel:+1-2;phone-context=x", "t"),
            ("tel:+12;tag=t", nil, "tel:+12", "t"),
            ("Caller<sip:h>", "Caller", "sip:h", nil), ("\"a\r\n b\" <sip:h>", "a b", "sip:h", nil),
            ("<urn:service:sos>", nil, "urn:service:sos", nil),
        ] as [(String, String?, String, String?)])
    func addresses(text: String, name: String?, uri: String, tag: String?) throws {
        let address = try #require(NameAddr(text))
        #expect(address.displayName?.text == name && address.uri.text == uri && address.tag == tag.map { Tag($0) })
        #expect(NameAddr(address.bytes)?.bytes == address.bytes)
    }

    @Test(
        "what is no address",
        arguments: [
            "", "a", "<sip:a@h", "sip:a@h>", "A, B <sip:a@h>", "\"A <sip:a@h>", "<sip:a@h>x", "<sip:a@h>;",
            "<sip:a@h>;;x", "<sip:a@h>;=x", "<sip:a@h>;x=",
            "< sip:a@h>", "<sip:a@h >", "sip:a@h?x=1", "<>", "\"A\"", "\"A\" sip:a@h", "*", "<sip:a@h>, <sip:b@h>",
            "a@h", "<a@h>", "http:x%", "SI12+.0.0.1:5%%%",
        ])
    func noAddress(text: String) { #expect(NameAddr(text) == nil) }

    @Test("Via with space everywhere the grammar allows it (§20.42)")
    func via() throws {
        let via = try #require(
            Via("SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1;rport"))
        #expect(via.transport == .udp && via.host == Host("first.example.com") && via.port == 4000)
        #expect(
            via.ttl == 16 && via.maddr?.ip == IPAddress("224.2.0.1") && via.rport == .requested && via.received == nil)
        #expect(via.branch == Branch("z9hG4bKa7c6a8dlze.1") && via.branch?.hasMagicCookie == true)
        let other = try #require(Via("SIP/2.0/tls-sctp [2001:DB8::1];received=2001:db8::2;rport=5061"))
        #expect(other.transport == nil && other.rport == .value(5061) && other.received == IPAddress("2001:db8::2"))
        #expect(other.description == "SIP/2.0/tls-sctp [2001:db8::1];received=2001:db8::2;rport=5061")
        #expect(Branch("z9hG4bK").hasMagicCookie == false && Branch("Z9HG4BKx").hasMagicCookie)
    }

    @Test(
        "what is no Via",
        arguments: [
            "", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/2.0UDP h", "SIP/2.0/ h", "/2.0/UDP h", "SIP/2.0/UDP h;",
            "SIP/2.0/UDP h;;branch=x", "SIP/2.0/UDP h:x",
            "SIP/2.0/UDP h:70000", "SIP/2.0/UDP h;branch=", "SIP/2.0/UDP h x", "SIP/2.0/UDP h, SIP/2.0/UDP g",
            "SIP/2.0/UDP [::1",
        ])
    func noVia(text: String) { #expect(Via(text) == nil) }

    @Test("CSeq and RAck: numbers and their limits (S11, S12)")
    func numbers() {
        #expect(CSeq("314159 INVITE") == CSeq(314_159, .invite))
        #expect(CSeq("0009\r\n  INVITE") == CSeq(9, .invite))
        #expect(CSeq("2147483647 invite") == CSeq(2_147_483_647, .other(Array("invite".utf8))))
        #expect(CSeq("000000000000000000000000000000001 ACK") == CSeq(1, .ack))
        for text in [
            "", "1", "INVITE", "1INVITE", "-1 INVITE", "2147483648 INVITE", "99999999999999999999 A", "1 INVITE x",
            "1 ", " 1 A",
        ] {
            #expect(CSeq(text) == nil, "\(text)")
        }
        #expect(RAck(Array("1 314159 INVITE".utf8)) == RAck(1, CSeq(314_159, .invite)))
        for text in ["", "1", "1 2", "1 INVITE", "x 1 INVITE", "4294967296 1 INVITE"] {
            #expect(RAck(Array(text.utf8)) == nil, "\(text)")
        }
    }

    @Test("methods are case-sensitive tokens (§7.1; S14, S23)")
    func methods() {
        #expect(Method.allKnown.count == 14)
        for method in Method.allKnown {
            #expect(Method(method.token) == method && Method(method.description.lowercased()) != method)
            #expect(Method(method.description + "X").token.text == method.description + "X")
            #expect(Method(String(method.description.dropLast())) != method)
        }
        #expect(Method("\0\0ACK") != .ack && Method("ACK\0") != .ack)
    }

    @Test("header names in any case, long and compact; names are told apart exactly (§7.3.1, §7.3.3; S6, S7)")
    func names() {
        for name in HeaderName.allCases where name != .other {
            let text = "\(name.canonical)"
            #expect(
                HeaderName(text) == name && HeaderName(text.lowercased()) == name
                    && HeaderName(text.uppercased()) == name)
            #expect(HeaderName(text + "x") != name && HeaderName(String(text.dropLast())) != name || name == .to)
            #expect(HeaderName(text.replacing("-", with: "\r")) == .other || !text.contains("-"))
        }
        let compact: [(String, HeaderName)] = [
            ("a", .acceptContact), ("b", .referredBy), ("c", .contentType), ("d", .requestDisposition),
            ("e", .contentEncoding), ("f", .from), ("i", .callID),
            ("j", .rejectContact), ("k", .supported), ("l", .contentLength), ("m", .contact), ("n", .identityInfo),
            ("o", .event), ("r", .referTo),
            ("s", .subject), ("t", .to), ("u", .allowEvents), ("v", .via), ("x", .sessionExpires), ("y", .identity),
        ]
        for (letter, name) in compact { #expect(HeaderName(letter) == name && HeaderName(letter.uppercased()) == name) }
        for letter in ["g", "h", "p", "q", "w", "z", "", "1"] { #expect(HeaderName(letter) == .other) }
    }

    @Test(
        "IP addresses in place agree with the reader of whole strings",
        arguments: [
            "192.0.2.1", "0.0.0.0", "255.255.255.255", "256.0.0.1", "1.2.3", "1.2.3.4.5", "1..3.4", "01.2.3.4",
            "0001.2.3.4", "::", "::1", "1::", "1::2::3",
            "2001:db8::10:5070", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8",
            "::ffff:192.0.2.1", "::1.2.3", "1:", ":1", ":::",
            "12345::", "g::", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:1", "",
        ])
    func ipAddresses(text: String) {
        let bytes = Array(text.utf8)
        #expect(IPAddress.parse(bytes.span, 0..<bytes.count) == IPAddress(text))
    }
}
