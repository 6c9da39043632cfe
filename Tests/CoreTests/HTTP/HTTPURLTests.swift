import Core
import Testing

@Suite("URLs of HTTP servers (RFC 9110 §4.2)")
struct HTTPURLTests {
    @Test(
        "what they say",
        arguments: [
            ("http://h", "false h 80  h"), ("https://h", "true h 443  h"), ("HTTP://h:8080/", "false h 8080  h:8080"),
            ("https://h:443/a/b/", "true h 443 /a/b h"), ("http://[::1]:7880", "false ::1 7880  [::1]:7880"),
            ("https://[fe80::1]", "true fe80::1 443  [fe80::1]"),
            ("wss://x.livekit.cloud", "true x.livekit.cloud 443  x.livekit.cloud"),
            ("ws://127.0.0.1:7880", "false 127.0.0.1 7880  127.0.0.1:7880"),
        ])
    func parts(text: String, expected: String) throws {
        let url = try #require(HTTPURL(text))
        #expect("\(url.isSecure) \(url.host) \(url.port) \(url.basePath) \(url.hostField)" == expected)
    }

    @Test(
        "what is none",
        arguments: [
            "", "h", "h:80", "http:/h", "http://", "http://:80", "ftp://h", "http://h:", "http://h:0", "http://h:65536",
            "http://h:8a", "http://u:p@h", "http://h/a?b", "http://h/a#b", "http://h/a b", "http://[1.2.3.4]",
            "http://[::1", "http://[::1]x", "http://a b", "http://h\r\nX: y", "http://h/\r\nX:y", "http://é",
        ])
    func refused(text: String) { #expect(HTTPURL(text) == nil) }
}
