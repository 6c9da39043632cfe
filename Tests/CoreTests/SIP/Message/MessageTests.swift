import Core
import Testing

/// Joins lines with CRLF and adds the empty line; the body follows as it is.
func sip(_ lines: String..., body: String = "") -> [UInt8] {
    Array((lines.map { $0 + "\r\n" }.joined() + "\r\n" + body).utf8)
}

@Suite("Message (RFC 3261 §7)")
struct MessageTests {
    private let invite = sip(
        "INVITE sip:bob@biloxi.example;transport=tcp SIP/2.0",
        "Via: SIP/2.0/UDP pc33.example:5066;branch=z9hG4bK776;rport",
        "v: SIP/2.0/TCP proxy.example;branch=z9hG4bK1, SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK2",
        "Max-Forwards: 70", "To: Bob <sip:bob@biloxi.example>",
        "f: \"Alice \\\"A\\\"\" <sip:alice@atlanta.example>;tag=19283",
        "i: a84b4c76e66710@pc33", "CSeq: 314159 INVITE", "m: <sip:alice@pc33.example:5066>;expires=60",
        "k: timer,", " 100rel", "Subject:", "X-Odd: 1", "l: 4", body: "test and more")

    @Test("the parts of a request, compact names resolved and the body cut at Content-Length (S3, S7, S8)")
    func request() throws {
        let message = try Message(parsing: invite, framing: .datagram)
        #expect(message.faults == [])
        #expect(message.isRequest && message.method == .invite && message.statusCode == 0)
        #expect(message.string(message.requestURI) == "sip:bob@biloxi.example;transport=tcp")
        #expect(message.requestSIPURI?.parameter("transport") == Array("tcp".utf8))
        #expect(message.callID == CallID("a84b4c76e66710@pc33"))
        #expect(message.cseq == CSeq(314_159, .invite))
        #expect(message.fromTag == Tag("19283") && message.toTag == nil)
        #expect(message.from?.displayName == Array("Alice \"A\"".utf8))
        #expect(message.topVia?.branch == Branch("z9hG4bK776") && message.topVia?.rport == .requested)
        #expect(message.topVia?.port == 5066)
        #expect(message.vias.map(\.description).last == "SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK2")
        #expect(message.values(.supported).map(message.string) == ["timer", "100rel"])
        #expect(message.hasOption("100REL", in: .supported) && !message.hasOption("path", in: .supported))
        #expect(message.first(.subject)?.isEmpty == true)
        #expect(message.headers.filter { $0.name == .other }.map { message.string($0.value) } == ["1"])
        #expect(message.contentLength == 4 && message.maxForwards == 70)
        #expect(message.contact?.parameter("expires") == Array("60".utf8))
        #expect(Array(message.body) == Array("test".utf8))
    }

    @Test("option tags are a list with empty elements, under the compact name too (S16)")
    func options() throws {
        let message = try Message(
            parsing: sip("OPTIONS sip:h SIP/2.0", "Supported: path ,, gruu", "Require: 100rel", "k:"),
            framing: .datagram)
        #expect(message.hasOption("GRUU", in: .supported) && message.hasOption("100rel", in: .require))
        #expect(!message.hasOption("timer", in: .supported) && !message.hasOption("", in: .supported))
        #expect(message.tokens(.supported).map(\.text) == ["path", "gruu"])
    }

    @Test("the parts of a response; a status line without phrase is accepted (S5)")
    func response() throws {
        let message = try Message(
            parsing: sip(
                "SIP/2.0 200", "Via: SIP/2.0/UDP h;branch=z9hG4bK1", "From: <sip:a@h>;tag=1", "To: <sip:b@h>;tag=2",
                "Call-ID: x",
                "CSeq: 1 BYE"), framing: .datagram)
        #expect(message.faults == [] && !message.isRequest && message.statusCode == 200)
        #expect(message.method == .bye && message.requestURI.isEmpty && message.toTag == Tag("2"))
    }
}
