import Core
import Testing

@Suite("MessageWriter")
struct MessageWriterTests {
    @Test("one canonical form: long names, folding undone, Content-Length last")
    func canonical() throws {
        let message = try Message(
            parsing: sip(
                "INVITE sip:b@h SIP/2.0", "v: SIP/2.0/UDP h;branch=z9hG4bK1,SIP/2.0/UDP g;branch=z9hG4bK2", "f: A",
                "  <sip:a@h>;tag=1",
                "t: <sip:b@h>", "i: x", "CSeq: 1 INVITE", "X-Own: v"), framing: .datagram)
        #expect(message.faults == [])
        var writer = MessageWriter()
        writer.response(180)
        for name in [HeaderName.via, .from, .to, .callID, .cseq] { writer.copy(name, from: message) }
        writer.header(.contentType, "text/plain\r\nEvil: 1")
        writer.header(named: "X-Own", "v")
        writer.body(contentType: nil, Array("hi".utf8))
        #expect(
            writer.bytes
                == sip(
                    "SIP/2.0 180 Ringing", "Via: SIP/2.0/UDP h;branch=z9hG4bK1,SIP/2.0/UDP g;branch=z9hG4bK2",
                    "From: A <sip:a@h>;tag=1", "To: <sip:b@h>", "Call-ID: x", "CSeq: 1 INVITE",
                    "Content-Type: text/plain  Evil: 1",
                    "X-Own: v", "Content-Length: 2", body: "hi"))
    }

    @Test("a start line cannot be broken by its URI")
    func requestLine() {
        var writer = MessageWriter()
        writer.request(.other(Array("DANCE".utf8)), Array("sip:a\r\nb".utf8))
        #expect(writer.bytes.text == "DANCE sip:a  b SIP/2.0\r\n")
    }
}
