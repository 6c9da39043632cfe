/// The raw parameters of a header field value, semicolons included, with look-up by name.
package struct Parameters: Hashable, Sendable {
    /// As on the wire, from the first semicolon.
    package var bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// Parameters with commas between them, as challenges and credentials have (RFC 3261 §20.7). Nil when they are malformed.
    package init?(commaSeparated text: some Collection<UInt8>) {
        var ranges: [Range<Int>] = []
        let text = Array(text)
        splitList(text.span, 0..<text.count, into: &ranges)
        bytes = []
        for range in ranges {
            bytes.append(UInt8(ascii: ";"))
            bytes += text[range]
        }
        guard isWellFormed, all.count == ranges.count else { return nil }
    }

    /// The names and the values, unquoted; nil for a parameter without a value. Ends at the first that is malformed.
    package var all: [(name: [UInt8], value: [UInt8]?)] {
        var found: [(name: [UInt8], value: [UInt8]?)] = []
        _ = walk { name, value in found.append((Array(bytes[name]), value.map { unquoted(bytes[$0]) })) }
        return found
    }

    /// The names of the parameters whose values are quoted strings.
    package var quotedNames: [[UInt8]] {
        var found: [[UInt8]] = []
        _ = walk { name, value in
            if let value, bytes[value].first == UInt8(ascii: "\"") { found.append(Array(bytes[name])) }
        }
        return found
    }

    /// Whether all of the bytes follow the grammar.
    package var isWellFormed: Bool { walk { _, _ in } }

    /// The value of a parameter, unquoted; empty when it has none, nil when it is not there. Names ignore case.
    package subscript(_ name: StaticString) -> [UInt8]? {
        var found: [UInt8]?
        _ = walk { at, value in
            if found == nil, bytes[at].equalsIgnoringCase(name) { found = value.map { unquoted(bytes[$0]) } ?? [] }
        }
        return found
    }

    /// Calls back with where each name and value is, quotes included. False when something is malformed.
    private func walk(_ body: (_ name: Range<Int>, _ value: Range<Int>?) -> Void) -> Bool {
        let span = bytes.span
        guard span.count <= Extent.limit else { return false }
        var (index, last) = (0, 0)
        skipLWS(span, &index, to: span.count)
        while index < span.count {
            guard span[index] == UInt8(ascii: ";") else { return false }
            index += 1
            guard let parts = try? ParameterParts.parse(span, &index, to: span.count, &last) else { return false }
            body(parts.name.range, parts.value.optionalRange)
        }
        return true
    }
}
