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

    /// The top Via as it stands in the message, be it malformed.
    package var topViaValue: Range<Int>? {
        let parts = contents.key.topViaParts
        guard parts.isPresent else { return values(.via).first }
        var end = parts.valueEnd
        while end > parts.valueStart, contents.bytes[end &- 1].isIn(.lws) { end &-= 1 }
        return parts.valueStart..<end
    }

    /// The Via values below the top one.
    package var lowerVias: ArraySlice<Range<Int>> {
        let isAlone = contents.headers.count { $0.name == .via } == 1
        if isAlone, first(.via)?.upperBound == contents.key.topViaParts.valueEnd { return [] }
        return values(.via).dropFirst()
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
        while let header = nextHeader(.via, &cursor) {
            if let parts = nextVia(&cursor, of: header) { return parts }
            guard cursor.offset == 0 else { return nil }
            cursor.header &+= 1
        }
        return nil
    }

    /// The next address of this name; nil at the end and at a malformed one.
    package func nextAddress(_ name: HeaderName, _ cursor: inout ValueCursor) -> NameAddrParts? {
        while let header = nextHeader(name, &cursor) {
            if let parts = nextAddress(&cursor, of: header) { return parts }
            guard cursor.offset == 0 else { return nil }
            cursor.header &+= 1
        }
        return nil
    }

    private func nextHeader(_ name: HeaderName, _ cursor: inout ValueCursor) -> Header? {
        guard has(name) else { return nil }
        while cursor.header < contents.headers.count {
            if contents.headers[cursor.header].name == name { return contents.headers[cursor.header] }
            cursor.header &+= 1
        }
        return nil
    }

    /// The next Via value within one field; nil at its end, with the cursor ready for another field, and at a malformed
    /// value.
    func nextVia(_ cursor: inout ValueCursor, of header: Header) -> ViaParts? {
        let range = header.value
        guard var index = place(cursor, in: range) else {
            cursor.offset = 0
            return nil
        }
        // The first value was read when the message was parsed.
        if contents.key.topViaParts.isPresent, contents.key.topViaParts.valueStart == index {
            cursor.offset = contents.key.topViaParts.valueEnd &+ 1
            return contents.key.topViaParts
        }
        var parts = ViaParts()
        let bytes = contents.bytes
        guard (try? parts.read(bytes.span, &index, to: range.upperBound)) != nil else { return nil }
        cursor.offset = index &+ 1
        return parts
    }

    /// The next address within one field; nil at its end, with the cursor ready for another field, and at a malformed value.
    func nextAddress(_ cursor: inout ValueCursor, of header: Header) -> NameAddrParts? {
        let range = header.value
        guard var index = place(cursor, in: range) else {
            cursor.offset = 0
            return nil
        }
        if contents.key.contactParts.isPresent, contents.key.contactParts.valueStart == index {
            cursor.offset = contents.key.contactParts.valueEnd &+ 1
            return contents.key.contactParts
        }
        var parts = NameAddrParts()
        let bytes = contents.bytes
        guard (try? parts.read(bytes.span, &index, to: range.upperBound)) != nil else { return nil }
        cursor.offset = index &+ 1
        return parts
    }

    /// Where to go on in a field; nil at its end.
    @inline(always)
    private func place(_ cursor: ValueCursor, in range: Range<Int>) -> Int? {
        if cursor.offset == 0 { return range.lowerBound }
        return cursor.offset <= range.upperBound ? cursor.offset : nil
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
