/// Reads JSON text from left to right (RFC 8259).
struct JSONReader {
    private let text: [UInt8]
    private var index = 0

    init(text: [UInt8]) { self.text = text }

    mutating func document() throws(JSONValue.Malformed) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard index == text.count else { throw malformed }
        return value
    }

    private var malformed: JSONValue.Malformed { JSONValue.Malformed(offset: min(index, text.count)) }

    private var next: UInt8? { index < text.count ? text[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONValue.Malformed) -> JSONValue {
        skipSpace()
        guard depth < JSONValue.maximumDepth, let byte = next else { throw malformed }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONValue.Malformed) -> JSONValue {
        guard text[index...].starts(with: word.utf8) else { throw malformed }
        index += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(JSONValue.Malformed) -> JSONValue {
        index += 1
        var members: [JSONValue.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw malformed }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw malformed }
            members.append(JSONValue.Member(key: key, value: try value(depth: depth + 1)))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw malformed }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONValue.Malformed) -> JSONValue {
        index += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw malformed }
        return .array(elements)
    }

    /// `[-] int [frac] [exp]` (§6).
    private mutating func number() throws(JSONValue.Malformed) -> JSONValue {
        let start = index
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return .number(Array(text[start..<index]))
    }

    private mutating func digits() throws(JSONValue.Malformed) {
        let start = index
        while let byte = next, byte.isIn(.digit) { index += 1 }
        guard index > start else { throw malformed }
    }

    private mutating func string() throws(JSONValue.Malformed) -> [UInt8] {
        index += 1
        var out: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard (try? UTF8Span(validating: out.span)) != nil else { throw malformed }
                return out
            case UInt8(ascii: "\\"): try escape(into: &out)
            case 0..<0x20: throw JSONValue.Malformed(offset: index - 1)
            default: out.append(byte)
            }
        }
        throw malformed
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONValue.Malformed) {
        guard let byte = next else { throw malformed }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0c)
        case UInt8(ascii: "n"): out.append(0x0a)
        case UInt8(ascii: "r"): out.append(0x0d)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"): try unicode(into: &out)
        default: throw JSONValue.Malformed(offset: index - 1)
        }
    }

    /// `\uXXXX`, and the second half of a surrogate pair; half a pair alone is no character (§8.2).
    private mutating func unicode(into out: inout [UInt8]) throws(JSONValue.Malformed) {
        var code = try hex4()
        if (0xd800..<0xdc00).contains(code) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw malformed }
            let low = try hex4()
            guard (0xdc00..<0xe000).contains(low) else { throw malformed }
            code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw malformed }
        out += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    }

    private mutating func hex4() throws(JSONValue.Malformed) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next?.hexDigitValue else { throw malformed }
            code = code << 4 | UInt32(digit)
            index += 1
        }
        return code
    }
}
