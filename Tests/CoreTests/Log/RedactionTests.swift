import Core
import Testing

/// Bytes that count how often they are looked at.
private struct CountedBytes: RandomAccessCollection {
    final class Reads { var count = 0 }

    let bytes: [UInt8]
    let reads = Reads()
    var startIndex: Int { 0 }
    var endIndex: Int { bytes.count }

    subscript(index: Int) -> UInt8 {
        reads.count += 1
        return bytes[index]
    }
}

@Suite("Redaction")
struct RedactionTests {
    @Test(
        "credentials leave a message, everything else stays",
        arguments: [
            ("Authorization: Digest username=\"a\", response=\"f00\"\r\n", "Authorization: [redacted]\r\n"),
            ("proxy-authorization : Digest x\r\nVia: y\r\n", "proxy-authorization : [redacted]\r\nVia: y\r\n"),
            (
                "Authorization: Digest\r\n username=\"a\",\r\n\tresponse=\"b\"\r\nTo: x\r\n",
                "Authorization: [redacted]\r\nTo: x\r\n"
            ),
            ("Authentication-Info: rspauth=\"1\"\n", "Authentication-Info: [redacted]\n"),
            ("WWW-Authenticate: Digest nonce=\"1\"\r\n", "WWW-Authenticate: Digest nonce=\"1\"\r\n"),
            (
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwg\r\n",
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 [redacted]\r\n"
            ),
            (
                "a=ice-pwd:asd88fgpdd777uzjYhagZg\r\na=ice-ufrag:8hhY\r\n",
                "a=ice-pwd:[redacted]\r\na=ice-ufrag:8hhY\r\n"
            ),
            ("k=clear:secret\r\n", "k=[redacted]\r\n"),
            ("INVITE sip:alice:secret@host SIP/2.0\r\n\r\n", "INVITE sip:alice:[redacted]@host SIP/2.0\r\n\r\n"),
            ("\r\nfirst line empty", "\r\nfirst line empty"),
            ("", ""),
        ])
    func message(text: String, expected: String) {
        #expect(String(decoding: Redaction.message(text.utf8), as: UTF8.self) == expected)
    }

    @Test(
        "passwords and tokens leave URIs",
        arguments: [
            ("sip:alice:secret@host:5060;transport=tcp", "sip:alice:[redacted]@host:5060;transport=tcp"),
            ("<SIPS:a:b:c@host>", "<SIPS:a:[redacted]@host>"),
            ("sip:alice@host:5060", "sip:alice@host:5060"),
            ("sip:host:5060", "sip:host:5060"),
            ("sip:host:5060 then me@example.com", "sip:host:5060 then me@example.com"),
            ("redis://:pass@10.0.0.1:6379/0", "redis://:[redacted]@10.0.0.1:6379/0"),
            ("wss://host/rtc?access_token=eyJh.b.c&auto=1", "wss://host/rtc?access_token=[redacted]&auto=1"),
            ("two sip:a:x@h sip:b:y@h", "two sip:a:[redacted]@h sip:b:[redacted]@h"),
            ("nothing here", "nothing here"),
        ])
    func text(text: String, expected: String) {
        #expect(Redaction.text(text) == expected)
    }

    @Test(
        "whatever a stranger writes, each byte is looked at a few times only",
        arguments: [
            "sip:", "sips:", "://", "sip:a", "sip:a@", "sip:a:b@", "access_token=", "sip:access_token=", "password=&",
            "s",
            "sip:sip:@",
        ])
    func isLinear(part: String) {
        let text = CountedBytes(bytes: Array(String(repeating: part, count: 2000).utf8))
        _ = Redaction.uris(text)
        #expect(text.reads.count < 40 * text.count)
    }

    @Test("a token within a URI without a password is found, and a password behind it")
    func tokenInURI() {
        let text = "sip:sip:h?access_token=t,sip:u:p@h sip:h?password=q <sip:a:b@h>"
        #expect(
            Redaction.text(text)
                == "sip:sip:[redacted]@h sip:h?password=[redacted] <sip:a:[redacted]@h>")
        #expect(
            Redaction.text("sip:h?access_token=t&x=sip:u sip:a:b@h").hasPrefix("sip:h?access_token=[redacted]&x=sip:u"))
    }

    @Test("a Redacted value shows in no print, description or dump")
    func redacted() {
        struct Account { let name: String; let password: Redacted<String> }
        let account = Account(name: "alice", password: Redacted("wonderland"))
        var dumped = ""
        dump(account, to: &dumped)
        for text in ["\(account)", "\(account.password)", String(reflecting: account), dumped] {
            #expect(!text.contains("wonderland"))
        }
        #expect(account.password.secret == "wonderland")
    }
}
