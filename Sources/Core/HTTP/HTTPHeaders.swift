/// Header fields in the order of the message (RFC 9110 §5). Names are compared without the case of ASCII letters.
///
/// Values are text for the control plane, not for packets: bytes that are not UTF-8 are shown as U+FFFD.
package struct HTTPHeaders: Hashable, Sendable {
    /// One field line.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    package private(set) var fields: [Field] = []

    package init(_ fields: KeyValuePairs<String, String> = [:]) {
        self.fields = fields.map { Field(name: $0.key, value: $0.value) }
    }

    /// Adds a field line after the others.
    package mutating func add(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }

    /// Puts one field line in the place of all of this name.
    package mutating func set(_ name: String, _ value: String) {
        fields.removeAll { $0.name.utf8.equalsIgnoringCase(name.utf8) }
        add(name, value)
    }

    /// The value of the first line of this name; nil when there is none.
    package subscript(_ name: StaticString) -> String? {
        fields.first { $0.name.utf8.equalsIgnoringCase(name) }?.value
    }

    /// Whether there is a line of this name.
    package func contains(_ name: String) -> Bool {
        fields.contains { $0.name.utf8.equalsIgnoringCase(name.utf8) }
    }

    /// The values of all lines of this name.
    package func values(_ name: StaticString) -> [String] {
        fields.filter { $0.name.utf8.equalsIgnoringCase(name) }.map(\.value)
    }

    /// The elements of a list-based field in lower case, over all its lines (RFC 9110 §5.6.1). Not for values with quotes.
    package func list(_ name: StaticString) -> [String] {
        values(name).flatMap { $0.utf8.split(separator: UInt8(ascii: ",")) }
            .map { String(decoding: Self.trimmed($0).lowercasedBytes, as: UTF8.self) }
            .filter { !$0.isEmpty }
    }

    /// A field value without the white space around it (RFC 9110 §5.5).
    package static func trimmed<Bytes: BidirectionalCollection<UInt8>>(_ value: Bytes) -> Bytes.SubSequence {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        var rest = value[...]
        while let first = rest.first, isSpace(first) { rest = rest.dropFirst() }
        while let last = rest.last, isSpace(last) { rest = rest.dropLast() }
        return rest
    }
}

extension UInt8 {
    /// Whether the byte may stand in a token of HTTP (RFC 9110 §5.6.2), which allows more than one of SIP.
    package var isHTTPToken: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5e...0x60, 0x7c, 0x7e: true
        default: false
        }
    }
}
