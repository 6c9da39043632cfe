extension Message {
    /// Whether a header field of this name occurs, be it malformed. Not for `.other`.
    package func has(_ name: HeaderName) -> Bool { contents.key.present.contains(name) }

    /// The value of the first field of this name.
    package func first(_ name: HeaderName) -> Range<Int>? {
        guard has(name) else { return nil }
        for header in contents.headers where header.name == name { return header.value }
        return nil
    }

    /// The values of all fields of this name in order; lists are split at their commas.
    package func values(_ name: HeaderName) -> [Range<Int>] {
        guard has(name) else { return [] }
        var found: [Range<Int>] = []
        let bytes = contents.bytes
        for header in contents.headers where header.name == name {
            if name.isCommaList {
                splitList(bytes.span, header.value, into: &found)
            } else {
                found.append(header.value)
            }
        }
        return found
    }

    /// The value of the first field with this name, which is none of `HeaderName`; the name ignores case.
    package func unknownHeader(named name: StaticString) -> Range<Int>? {
        for header in contents.headers
        where header.name == .other && contents.bytes[header.nameRange].equalsIgnoringCase(name) {
            return header.value
        }
        return nil
    }

    /// Whether a list of tokens (Supported, Require, Allow-Events…) holds this one; option tags ignore case.
    package func hasOption(_ tag: StaticString, in name: HeaderName) -> Bool {
        values(name).contains { contents.bytes[$0].equalsIgnoringCase(tag) }
    }

    /// The tokens of a list in order, as written.
    package func tokens(_ name: HeaderName) -> [[UInt8]] { values(name).map { Array(contents.bytes[$0]) } }

    /// The Via values from the top; ends at the first that is malformed.
    package var vias: [Via] {
        var cursor = ValueCursor()
        var found: [Via] = []
        while let parts = nextVia(&cursor) { found.append(Via(parts, of: contents.bytes)) }
        return found
    }

    /// The addresses of all fields of this name (Contact, Route, Record-Route, Path…) in order, without `*`; ends at the
    /// first that is malformed.
    package func addresses(_ name: HeaderName) -> [NameAddr] {
        var cursor = ValueCursor()
        var found: [NameAddr] = []
        while let parts = nextAddress(name, &cursor) {
            if !parts.isWildcard { found.append(NameAddr(parts, of: contents.bytes)) }
        }
        return found
    }

    /// The value of a header field that is a number of seconds or the like (Expires, Min-SE, RSeq…), parameters
    /// disregarded; nil when there is none, or it is no number below 2^32.
    package func number(_ name: HeaderName) -> UInt32? {
        guard let range = first(name) else { return nil }
        let digits = contents.bytes[range].prefix { $0.isIn(.digit) }
        let rest = contents.bytes[range].dropFirst(digits.count).first
        guard rest == nil || rest == UInt8(ascii: ";") || rest?.isIn(.lws) == true else { return nil }
        return digits.decimalValue().map { UInt32(truncatingIfNeeded: $0) }
    }
}

/// A place in the values of one header name, to walk over them without making a list.
package struct ValueCursor: Sendable {
    /// The header field to look at next.
    fileprivate var header = 0
    /// Where in its value to go on; 0 at the start of a field.
    fileprivate var offset = 0

    package init() {}
}

extension Message {
    /// The next Via value; nil at the end and at a malformed one.
    package func nextVia(_ cursor: inout ValueCursor) -> ViaParts? {
        guard let range = rest(of: .via, &cursor) else { return nil }
        var index = range.lowerBound
        let bytes = contents.bytes
        guard let parts = try? ViaParts.parse(bytes.span, &index, to: range.upperBound) else { return nil }
        advance(&cursor, to: index, range.upperBound)
        return parts
    }

    /// The next address of this name; nil at the end and at a malformed one.
    package func nextAddress(_ name: HeaderName, _ cursor: inout ValueCursor) -> NameAddrParts? {
        guard let range = rest(of: name, &cursor) else { return nil }
        var index = range.lowerBound
        let bytes = contents.bytes
        guard let parts = try? NameAddrParts.parse(bytes.span, &index, to: range.upperBound) else { return nil }
        advance(&cursor, to: index, range.upperBound)
        return parts
    }

    @inline(__always)
    private func rest(of name: HeaderName, _ cursor: inout ValueCursor) -> Range<Int>? {
        guard has(name) else { return nil }
        while cursor.header < contents.headers.count {
            let header = contents.headers[cursor.header]
            if header.name == name {
                return max(header.value.lowerBound, cursor.offset)..<header.value.upperBound
            }
            cursor.header &+= 1
        }
        return nil
    }

    @inline(__always)
    private func advance(_ cursor: inout ValueCursor, to index: Int, _ end: Int) {
        if index < end {
            cursor.offset = index &+ 1
        } else {
            cursor.header &+= 1
            cursor.offset = 0
        }
    }
}

/// Splits a list at the commas outside quotes and angle brackets; values are trimmed, empty ones left out.
func splitList(_ bytes: Span<UInt8>, _ range: Range<Int>, into found: inout [Range<Int>]) {
    var index = range.lowerBound
    let end = range.upperBound
    while index < end {
        skipLWS(bytes, &index, to: end)
        let start = index
        var last = index
        var isInBrackets = false
        while index < end, isInBrackets || bytes[index] != UInt8(ascii: ",") {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\""), !isInBrackets {
                do { try skipQuotedString(bytes, &index, to: end) } catch { index = end }
                last = index
                continue
            }
            if byte == UInt8(ascii: "<") { isInBrackets = true }
            if byte == UInt8(ascii: ">") { isInBrackets = false }
            index &+= 1
            if !byte.isIn(.lws) { last = index }
        }
        if last > start { found.append(start..<last) }
        index &+= 1
    }
}
