import Core
import Testing

@Suite("What routing reads of an INVITE")
struct CallFactsTests {
    private static func facts(_ lines: String...) throws -> CallFacts {
        let head = ["Via: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1", "Max-Forwards: 70", "CSeq: 1 INVITE"]
        let text = ([lines[0]] + head + lines.dropFirst() + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
        let message = try Message(parsing: Array(text.utf8), framing: .datagram)
        let remote = try #require(SocketAddress("203.0.113.9:5061"))
        return CallFacts(message, from: Flow(.tls, local: remote, remote: remote))
    }

    @Test("users, hosts, source and headers, compact names in their long form")
    func reads() throws {
        let facts = try Self.facts(
            "INVITE sip:+15550199@b.example SIP/2.0", "f: \"A\" <sip:%2b15550123;phone-context=x@A.example>;tag=t1",
            "t: <sip:+15550100@b.example>", "i: c1@a", "X-Two: one\r\n  two")
        #expect(facts.fromUser == "+15550123" && facts.fromHost == "a.example" && facts.fromTag == Tag("t1"))
        #expect(facts.toUser == "+15550100" && facts.toHost == "b.example" && facts.requestUser == "+15550199")
        #expect(facts.called == "+15550100" && facts.caller == "+15550123" && !facts.isAnonymous)
        #expect(facts.source == IPAddress("203.0.113.9") && facts.transport == .tls && facts.callID == CallID("c1@a"))
        #expect(facts.headers.contains(HeaderField("To", "<sip:+15550100@b.example>")))
        #expect(facts.headers.contains(HeaderField("X-Two", "one two")))
    }

    @Test("tel URIs, a To without user, and callers without a number")
    func others() throws {
        let tel = try Self.facts(
            "INVITE tel:+1-555-0199 SIP/2.0", "From: <tel:+1-555-0123;ext=7>;tag=1", "To: <sip:b.example>", "Call-ID: c"
        )
        #expect(tel.fromUser == "+1-555-0123" && tel.fromHost.isEmpty)
        #expect(tel.toUser.isEmpty && tel.called == "+1-555-0199")
        let anonymous = try Self.facts(
            "INVITE sip:b.example SIP/2.0", "From: <sip:Anonymous@anonymous.invalid>;tag=1", "To: <sip:b.example>",
            "Call-ID: c")
        #expect(anonymous.isAnonymous && anonymous.called.isEmpty)
        let broken = try Self.facts("INVITE sip:b.example SIP/2.0", "From: <<", "To: ,", "Call-ID: c")
        #expect(broken.isAnonymous && broken.called.isEmpty)
    }
}
