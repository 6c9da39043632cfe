import Core
import Support
import Testing

private func parsed(_ text: String) throws -> Message {
    try Message(parsing: Array(text.replacing("\n", with: "\r\n").utf8), framing: .datagram)
}

/// A request with one thing after another changed.
private struct Request {
    var method = "INVITE"
    var cseq = "1 INVITE"
    var uri = "sip:bob@example.com"
    var via = "SIP/2.0/UDP client.example.com:5060;branch=z9hG4bK74bf9"
    var toTag = ""
    var fromTag = ";tag=9fxced"
    var callID = "a@b"

    var message: Message {
        get throws {
            try parsed(
                """
                \(method) \(uri) SIP/2.0
                Via: \(via)
                Max-Forwards: 70
                From: <sip:alice@example.com>\(fromTag)
                To: <sip:bob@example.com>\(toTag)
                Call-ID: \(callID)
                CSeq: \(cseq)
                Content-Length: 0


                """)
        }
    }

    var key: TransactionKey? { get throws { TransactionKey(request: try message) } }

    func with(_ change: (inout Request) -> Void) -> Request {
        var copy = self
        change(&copy)
        return copy
    }
}

private let modern = Request()
private let old = Request(via: "SIP/2.0/UDP client.example.com:5060;branch=1")

@Suite("Which transaction a message belongs to (RFC 3261 §17.1.3, §17.2.3)")
struct TransactionKeyTests {
    /// Rows: what changes; whether it is still the same transaction.
    @Test(
        "requests with the magic cookie: branch, sent-by and method",
        arguments: [
            (modern, true),
            (modern.with { ($0.method, $0.cseq) = ("ACK", "1 ACK") }, true),
            (modern.with { ($0.method, $0.cseq) = ("CANCEL", "1 CANCEL") }, false),
            (modern.with { ($0.method, $0.cseq) = ("BYE", "1 BYE") }, false),
            (modern.with { $0.via = "SIP/2.0/UDP client.example.com:5060;branch=z9hG4bK74bfA" }, false),
            (modern.with { $0.via = "SIP/2.0/UDP client.example.com:5062;branch=z9hG4bK74bf9" }, false),
            (modern.with { $0.via = "SIP/2.0/UDP other.example.com;branch=z9hG4bK74bf9" }, false),
            (modern.with { $0.via = "SIP/2.0/UDP CLIENT.example.com ;rport;branch=z9hG4bK74bf9" }, true),
            (modern.with { $0.via += ", SIP/2.0/UDP lower.example.com;branch=z9hG4bK1" }, true),
            (modern.with { ($0.uri, $0.callID, $0.toTag, $0.cseq) = ("sip:x@y", "z", ";tag=1", "9 INVITE") }, true),
        ])
    fileprivate func server(request: Request, same: Bool) throws {
        let key = try request.key
        #expect(key != nil)
        #expect((try modern.key == key) == same)
    }

    @Test(
        "requests without it: the fields of RFC 2543",
        arguments: [
            (old, true),
            (old.with { ($0.method, $0.cseq, $0.toTag) = ("ACK", "1 ACK", ";tag=314159") }, true),
            (old.with { ($0.method, $0.cseq) = ("CANCEL", "1 CANCEL") }, false),
            (old.with { $0.cseq = "2 INVITE" }, false),
            (old.with { $0.callID = "A@b" }, false),
            (old.with { $0.fromTag = ";tag=9fxceD" }, false),
            (old.with { $0.fromTag = "" }, false),
            (old.with { $0.uri = "sip:bob@example.com;x=1" }, false),
            (old.with { $0.via = "SIP/2.0/UDP client.example.com:5060" }, false),
            (old.with { $0.via = "SIP/2.0/TCP client.example.com:5060;branch=1" }, false),
            (old.with { $0.via = "SIP/2.0/UDP client.example.com:5060;branch=z9hG4bK" }, false),
        ])
    fileprivate func server2543(request: Request, same: Bool) throws {
        let key = try request.key
        #expect(key != nil)
        #expect((try old.key == key) == same)
    }

    @Test("the To tag tells other methods of RFC 2543 apart")
    func toTag2543() throws {
        let bye = old.with { ($0.method, $0.cseq, $0.toTag) = ("BYE", "2 BYE", ";tag=1") }
        #expect(try bye.key == bye.key)
        #expect(try bye.key != bye.with { $0.toTag = ";tag=2" }.key)
    }

    @Test("a CANCEL names the INVITE it means (§9.2)", arguments: [modern, old])
    fileprivate func cancelled(invite: Request) throws {
        let cancel = try invite.with { ($0.method, $0.cseq) = ("CANCEL", "1 CANCEL") }.message
        #expect(try TransactionKey(cancelledBy: cancel) == invite.key)
        #expect(try TransactionKey(request: cancel) != invite.key)
    }

    @Test("responses: branch and CSeq method; a server key is never equal")
    func client() throws {
        func response(_ branch: String, _ cseq: String) throws -> TransactionKey? {
            TransactionKey(
                response: try parsed(
                    """
                    SIP/2.0 200 OK
                    Via: SIP/2.0/UDP client.example.com:5060\(branch);received=192.0.2.1
                    From: <sip:alice@example.com>;tag=9fxced
                    To: <sip:bob@example.com>;tag=1
                    Call-ID: a@b
                    CSeq: \(cseq)
                    Content-Length: 0


                    """))
        }
        let branch = Branch("z9hG4bK74bf9")
        #expect(try response(";branch=z9hG4bK74bf9", "1 INVITE") == TransactionKey(client: branch, method: .invite))
        #expect(try response(";branch=z9hG4bK74bf9", "1 CANCEL") == TransactionKey(client: branch, method: .cancel))
        #expect(try response(";branch=z9hG4bK74bf9", "1 X") == TransactionKey(client: branch, method: Method("X")))
        #expect(try response(";branch=z9hG4bK74bfA", "1 INVITE") != TransactionKey(client: branch, method: .invite))
        #expect(try response("", "1 INVITE") == nil)
        #expect(try modern.key != TransactionKey(client: branch, method: .invite))
    }

    @Test("the torture messages give a key or none, and never a trap")
    func torture() {
        for name in Fixtures.names(in: "rfc4475", suffix: ".dat") {
            guard let message = try? Message(parsing: Fixtures.bytes(name), framing: .datagram) else { continue }
            let key = message.isRequest ? TransactionKey(request: message) : TransactionKey(response: message)
            #expect(key != nil || message.topVia == nil || !message.faults.isEmpty || message.callID == nil, "\(name)")
        }
    }
}
