/// Writes JSON (RFC 8259) into a byte array, for streams of objects where speed matters; commas come by themselves.
///
/// The caller keeps to the order of the grammar: in an object a key before each value. Strings take any bytes: what is not
/// UTF-8 becomes an object `{"base64": "…"}` in place of the string, so that nothing is lost (docs/json.md).
package struct JSONWriter: Sendable {
    /// What has been written so far.
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    /// Goes on at the end of `bytes`.
    package init(appendingTo bytes: [UInt8] = []) { self.bytes = bytes }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }

    package mutating func endObject() { close(UInt8(ascii: "}")) }

    package mutating func beginArray() { open(UInt8(ascii: "[")) }

    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes the key of the next value.
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(name)
        bytes.append("\":")
        needsComma = false
    }

    /// Writes the key of the next value from bytes of the wire; those that are not UTF-8 become U+FFFD.
    package mutating func key(_ name: some Collection<UInt8>) {
        let name = Array(name)
        separate()
        appendQuoted(Self.isUTF8(name) ? name : Array(String(decoding: name, as: UTF8.self).utf8))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string, or `{"base64": "…"}` when the bytes are not UTF-8.
    package mutating func string(_ text: some Collection<UInt8>) {
        let text = Array(text)
        guard Self.isUTF8(text) else {
            beginObject()
            key("base64")
            string(base64(text))
            endObject()
            return
        }
        separate()
        appendQuoted(text)
    }

    package mutating func string(_ text: String) { string(text.utf8) }

    package mutating func string(_ text: StaticString) { text.withUTF8Bytes { string(copy($0, 0, $0.count)) } }

    package mutating func number(_ value: some BinaryInteger) {
        separate()
        bytes.append(decimal: value)
    }

    /// Not a number and infinity, which JSON lacks, become null.
    package mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        bytes += String(value).utf8
    }

    package mutating func null() {
        separate()
        bytes.append("null")
    }

    package mutating func bool(_ value: Bool) {
        separate()
        bytes.append(value ? "true" : "false")
    }

    /// Ends a line of JSON Lines.
    package mutating func endLine() {
        bytes.append(0x0a)
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func appendQuoted(_ text: [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        for (index, byte) in text.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5c || byte == 0x7f {
            bytes += text[start..<index]
            start = index + 1
            appendEscape(of: byte)
        }
        bytes += text[start...]
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(of byte: UInt8) {
        switch byte {
        case 0x22: bytes.append("\\\"")
        case 0x5c: bytes.append("\\\\")
        case 0x0a: bytes.append("\\n")
        case 0x0d: bytes.append("\\r")
        case 0x09: bytes.append("\\t")
        default:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append("\\u00")
            bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    private static func isUTF8(_ text: [UInt8]) -> Bool { (try? UTF8Span(validating: text.span)) != nil }
}
