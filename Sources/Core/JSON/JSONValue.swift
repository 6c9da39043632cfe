/// A JSON value (RFC 8259) read as it stands: members keep their order, numbers their text, strings are UTF-8 bytes.
///
/// For input that must come out as it went in. Where order does not matter, `JSONDecoder` is shorter.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number([UInt8])
    case string([UInt8])
    case array([JSONValue])
    case object([Member])

    package struct Member: Hashable, Sendable {
        package var key: [UInt8]
        package var value: JSONValue
    }

    /// What is wrong with JSON text, and at which byte.
    package struct Malformed: Error, Hashable, Sendable {
        package var offset: Int

        package init(offset: Int) { self.offset = offset }
    }

    /// How deeply values may be nested.
    package static let maximumDepth = 32

    /// Reads text that is one value, with white space around it.
    package init(parsing text: [UInt8]) throws(Malformed) {
        var reader = JSONReader(text: text)
        self = try reader.document()
    }

    /// The value of the first member with this key; nil when there is none, it is null, or this is no object.
    package subscript(_ key: StaticString) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        let value = key.withUTF8Bytes { name in
            members.first { $0.key.elementsEqual(copy(name, 0, name.count)) }?.value
        }
        return value == .null ? nil : value
    }

    /// The bytes of a string, or of an object `{"base64": "…"}`; nil for anything else.
    package var bytes: [UInt8]? {
        if case .string(let text) = self { return text }
        guard case .string(let encoded)? = self["base64"] else { return nil }
        return base64Decoded(encoded)
    }

    /// The value of a number that is an integer.
    package var integer: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text.text)
    }

    package var elements: [JSONValue]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    package var members: [Member]? {
        if case .object(let members) = self { return members }
        return nil
    }
}
