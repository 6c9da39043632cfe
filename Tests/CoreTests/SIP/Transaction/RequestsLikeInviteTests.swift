import Core
import Support
import Testing

private struct FlowFile: Decodable {
    struct Item: Decodable { var message: String }
    var messages: [Item]
}

private func flow(_ path: String) throws -> [Message] {
    let file: FlowFile = Fixtures.json("flows/\(path)")
    return try file.messages.map { try Message(parsing: Array($0.message.utf8), framing: .datagram) }
}

private func texts(_ message: Message, _ name: HeaderName) -> [String] {
    message.values(name).map { message.string($0) }
}

@Suite("Requests that belong to an INVITE: ACK for a failure, CANCEL")
struct RequestsLikeInviteTests {
    @Test("the example of §17.1.1.3")
    func ackExample() throws {
        let messages = try flow("rfc3261/17.1.1.3.json")
        let (invite, expected) = (messages[0], messages[1])
        var writer = MessageWriter()
        AckForFailure.build(invite: invite, response: expected, into: &writer)
        let ack = try Message(parsing: writer.bytes, framing: .stream)
        #expect(ack.faults.isEmpty)
        #expect(ack.method == .ack && ack.string(ack.requestURI) == expected.string(expected.requestURI))
        for name in [HeaderName.via, .from, .to, .callID, .cseq, .maxForwards] {
            #expect(texts(ack, name) == texts(expected, name))
        }
        #expect(ack.contentLength == 0)
    }

    @Test(
        "the ACKs of RFC 3665 §3.2 and §3.8: and Route",
        arguments: [("3.2", 0, 1, 2), ("3.8", 0, 18, 19)])
    func ackFlow(section: String, invite: Int, response: Int, ack: Int) throws {
        let messages = try flow("rfc3665/\(section).json")
        var writer = MessageWriter()
        AckForFailure.build(invite: messages[invite], response: messages[response], into: &writer)
        let built = try Message(parsing: writer.bytes, framing: .stream)
        for name in [HeaderName.via, .from, .to, .callID, .cseq] {
            #expect(texts(built, name) == texts(messages[ack], name), "\(name)")
        }
        // RFC 3665 leaves Route out of these, against §17.1.1.3.
        #expect(texts(built, .route) == texts(messages[invite], .route) && !texts(built, .route).isEmpty)
        #expect(built.bytes(built.requestURI) == messages[ack].bytes(messages[ack].requestURI))
    }

    @Test("the CANCEL of RFC 3665 §3.8 (§9.1)")
    func cancelFlow() throws {
        let messages = try flow("rfc3665/3.8.json")
        let expected = try #require(messages.first { $0.method == .cancel })
        var writer = MessageWriter()
        CancelBuilder.build(invite: messages[0], into: &writer)
        let built = try Message(parsing: writer.bytes, framing: .stream)
        for name in [HeaderName.via, .from, .to, .callID, .cseq, .route] {
            #expect(texts(built, name) == texts(expected, name), "\(name)")
        }
        #expect(TransactionKey(cancelledBy: built) == TransactionKey(request: messages[0]))
        #expect(built.toTag == nil && !built.has(.contact) && built.body.isEmpty)
    }

    @Test("of an INVITE with several Via values only the top one is copied; Require is not (§9.1)")
    func severalVias() throws {
        let invite = try Message(
            parsing: Array(
                """
                INVITE sip:b@example.com SIP/2.0\r
                Via: SIP/2.0/UDP a.example.com;branch=z9hG4bK1, SIP/2.0/UDP b.example.com;branch=z9hG4bK2\r
                Via: SIP/2.0/UDP c.example.com;branch=z9hG4bK3\r
                Require: 100rel\r
                Proxy-Require: sec-agree\r
                From: <sip:a@example.com>;tag=1\r
                To: <sip:b@example.com>\r
                Call-ID: 1\r
                CSeq: 4 INVITE\r
                Content-Length: 0\r
                \r

                """.utf8), framing: .datagram)
        var writer = MessageWriter()
        CancelBuilder.build(invite: invite, into: &writer)
        #expect(
            writer.bytes.text == """
                CANCEL sip:b@example.com SIP/2.0\r
                Via: SIP/2.0/UDP a.example.com;branch=z9hG4bK1\r
                Max-Forwards: 70\r
                From: <sip:a@example.com>;tag=1\r
                To: <sip:b@example.com>\r
                Call-ID: 1\r
                CSeq: 4 CANCEL\r
                Content-Length: 0\r
                \r

                """)
    }
}
