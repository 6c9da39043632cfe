import Core
import Testing

@Suite("HTTP request targets (RFC 9112 §3.2)")
struct HTTPTargetTests {
    @Test(
        "the path in segments, escapes undone",
        arguments: [
            ("/", []), ("/a", ["a"]), ("/a/b", ["a", "b"]), ("/a/", ["a", ""]), ("//", ["", ""]),
            ("/v1/calls/a%2Fb", ["v1", "calls", "a/b"]), ("/%E2%82%AC", ["€"]), ("/a?b=/c", ["a"]),
            ("http://h:1/x/y", ["x", "y"]), ("HTTPS://h/", []), ("http://h?q", []), ("/.././etc", ["..", ".", "etc"]),
        ])
    func segments(text: String, expected: [String]) throws {
        let target = try #require(HTTPTarget(Array(text.utf8)))
        #expect(target.segments == expected)
        #expect(!target.isAsterisk)
    }

    @Test(
        "the query in items",
        arguments: [
            ("/", []), ("/?", []), ("/?a", ["a="]), ("/?a=1&b=2", ["a=1", "b=2"]), ("/?&&a=1&", ["a=1"]),
            ("/?a=b=c", ["a=b=c"]), ("/?a+b=%2B+%26", ["a b=+ &"]), ("/?=x", ["=x"]),
        ])
    func query(text: String, expected: [String]) throws {
        let target = try #require(HTTPTarget(Array(text.utf8)))
        #expect(target.query.map { "\($0.name)=\($0.value)" } == expected)
    }

    @Test(
        "what is no path of ours",
        arguments: [
            "", "a", "h:80", "http://", "http:///x", "ftp://h/x", "/%", "/%4", "/%zz", "/%00", "/a%0d%0aB", "/%ff",
            "/?%c3",
            "/\u{7f}",
        ])
    func refused(text: String) { #expect(HTTPTarget(Array(text.utf8)) == nil) }

    @Test("the server as a whole")
    func asterisk() { #expect(HTTPTarget([0x2a])?.isAsterisk == true) }

    @Test("what is escaped comes back", arguments: ["", "a b", "a/b?c#d", "%41", "ünï", "+&="])
    func roundTrip(text: String) throws {
        let escaped = HTTPTarget.escaped(text)
        let target = try #require(HTTPTarget(Array("/x\(escaped)?v=\(escaped)".utf8)))
        #expect(target.segments == ["x" + text])
        #expect(target.query("v") == text)
        #expect(target.query("w") == nil)
    }
}
