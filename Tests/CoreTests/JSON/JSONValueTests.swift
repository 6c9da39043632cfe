import Core
import Support
import Testing

@Suite("JSONValue and JSONWriter (RFC 8259)")
struct JSONValueTests {
    private func read(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test("values keep their order and their text")
    func values() throws {
        let value = try read(#" {"b": [1, -2.5e+3, true, null], "a": "\u00e9\ud83d\ude00\n\/", "b": {}} "#)
        #expect(value.members?.map(\.key.text) == ["b", "a", "b"])
        #expect(value["b"]?.elements?.first?.integer == 1)
        #expect(value["b"]?.elements?[1] == .number(Array("-2.5e+3".utf8)))
        #expect(value["a"]?.bytes?.text == "é😀\n/")
        #expect(value["c"] == nil)
    }

    @Test(
        "what is no JSON, and where",
        arguments: [
            ("", 0), ("{", 1), ("[1,]", 3), ("01", 1), ("1.", 2), ("-", 1), ("1e", 2), ("tru", 0), ("\"a", 2),
            ("\"\u{1}\"", 1),
            (#""\x""#, 2), (#""\ud800""#, 7), (#""\udc00""#, 7), (#"{"a" 1}"#, 5), ("{a:1}", 1), ("1 2", 2), ("[1", 2),
        ])
    func malformed(text: String, offset: Int) {
        #expect(throws: JSONValue.Malformed(offset: offset)) { try read(text) }
    }

    @Test("nesting is bounded")
    func nesting() throws {
        let depth = JSONValue.maximumDepth
        #expect(throws: Never.self) {
            try read(String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1))
        }
        #expect(throws: JSONValue.Malformed.self) { try read(String(repeating: "[", count: 100_000)) }
        #expect(throws: JSONValue.Malformed.self) { try JSONValue(parsing: [0x22, 0xff, 0x22]) }
    }

    @Test("any bytes survive writing and reading")
    func roundTrip() throws {
        var random = SeededRandom(seed: 8259)
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: length % 2 == 0 ? 0...255 : 0...127, using: &random) }
            var writer = JSONWriter()
            writer.beginArray()
            writer.string(bytes)
            writer.string(bytes)
            writer.endArray()
            #expect(try JSONValue(parsing: writer.bytes).elements?.map(\.bytes) == [bytes, bytes])
        }
    }

    @Test(
        "base64 (RFC 4648 §10)",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func base64Vectors(plain: String, encoded: String) {
        #expect(base64(Array(plain.utf8)).text == encoded)
        #expect(base64Decoded(Array(encoded.utf8))?.text == plain)
        #expect(base64Decoded(Array(encoded.filter { $0 != "=" }.utf8))?.text == plain)
    }

    @Test("what is no base64", arguments: ["A", "Zg=", "Zh==", "Zg==Zg==", "Z g=", "Zm9v=", "===="])
    func base64Malformed(text: String) { #expect(base64Decoded(Array(text.utf8)) == nil) }
}
