/// The productions that several header fields share. Each moves an index forward and throws at the byte that is wrong.

/// Moves past `LWS`. The line ends of folding count as such: the value was cut out at its true end before.
@inline(always)
func skipLWS(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) {
    while index < end, bytes[index].isIn(.lws) { index &+= 1 }
}

/// Whether the byte is a space or a tab.
@inline(always)
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

/// A copy of a part of a message.
func copy(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> [UInt8] {
    [UInt8](capacity: max(end &- start, 0)) { out in
        var index = start
        while index < end {
            out.append(bytes[index])
            index &+= 1
        }
    }
}

/// Moves past a quoted string, from its opening to behind its closing quote (RFC 3261 §25.1).
func skipQuotedString(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) {
    let start = index
    index &+= 1
    while true {
        index = bytes.endOfRun(.quoted, from: index, to: end)
        guard index < end else { throw ParseError(.unterminatedQuotedString, offset: start) }
        let byte = bytes[index]
        index &+= 1
        if byte == UInt8(ascii: "\"") { return }
        // Control characters are looked for in the whole header at once; line ends here are those of folding.
        if byte == UInt8(ascii: "\\") { index = min(index &+ 1, end) }
    }
}

/// Moves past characters of a class in which `%` begins an escape (RFC 3261 §25.1, `escaped`).
@inline(always)
func skipEscaped(
    _ bytes: Span<UInt8>, _ index: inout Int, to end: Int, _ plain: ByteClass
) throws(ParseError) {
    while true {
        index = bytes.endOfRun(plain, from: index, to: end)
        guard index < end, bytes[index] == UInt8(ascii: "%") else { return }
        guard index &+ 2 < end, bytes[index &+ 1].isIn(.hex), bytes[index &+ 2].isIn(.hex) else {
            throw ParseError(.malformedURI, offset: index)
        }
        index &+= 3
    }
}

/// A parameter of a header field (RFC 3261 §25.1, `generic-param`): where its name and its value are.
struct ParameterParts {
    var name: Extent
    /// With the quotes, when quoted; absent when there is no `=`.
    var value: Extent

    /// Reads one parameter. `index` is behind its semicolon, and behind the parameter and following space afterwards;
    /// `last` is where the parameter itself ends.
    @inline(always)
    static func parse(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int, _ last: inout Int
    ) throws(ParseError) -> ParameterParts {
        // White space is rare around names and values: what is expected is looked for first.
        var start = index
        index = bytes.endOfRun(.token, from: start, to: end)
        if index == start {
            skipLWS(bytes, &index, to: end)
            start = index
            index = bytes.endOfRun(.token, from: start, to: end)
            guard index > start else { throw ParseError(.malformedParameter, offset: index) }
        }
        last = index
        var parts = ParameterParts(name: Extent(start, index), value: .none)
        guard index < end else { return parts }
        if bytes[index] != UInt8(ascii: "=") {
            skipLWS(bytes, &index, to: end)
            guard index < end, bytes[index] == UInt8(ascii: "=") else { return parts }
        }
        index &+= 1
        var value = index
        index = bytes.endOfRun(.value, from: value, to: end)
        if index == value {
            skipLWS(bytes, &index, to: end)
            value = index
            if index < end, bytes[index] == UInt8(ascii: "\"") {
                try skipQuotedString(bytes, &index, to: end)
            } else {
                index = bytes.endOfRun(.value, from: value, to: end)
            }
            guard index > value else { throw ParseError(.malformedParameter, offset: index) }
        }
        last = index
        parts.value = Extent(value, index)
        if index < end, bytes[index] <= 0x20 { skipLWS(bytes, &index, to: end) }
        return parts
    }

    /// The name as a folded word; 0 when it has more than eight letters.
    @inline(always)
    func nameWord(_ bytes: Span<UInt8>) -> UInt64 {
        name.count <= 8 ? bytes.foldedWord(at: name.start, length: name.count) : 0
    }
}

/// The text of a quoted string without quotes and escapes and with folding undone; other bytes as they are.
package func unquoted(_ raw: some Collection<UInt8>) -> [UInt8] {
    guard raw.first == UInt8(ascii: "\""), raw.count >= 2 else { return Array(raw) }
    var text: [UInt8] = []
    text.reserveCapacity(raw.count)
    var isEscaped = false
    for byte in raw.dropFirst().dropLast() {
        if isEscaped || byte != UInt8(ascii: "\\") { text.append(byte) }
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
    }
    return unfolded(text)
}

/// Replaces each line end with the white space around it by one space (RFC 3261 §7.3.1).
package func unfolded(_ raw: some Collection<UInt8>) -> [UInt8] {
    guard raw.contains(where: { $0 == 0x0a || $0 == 0x0d }) else { return Array(raw) }
    var text: [UInt8] = []
    var isInFold = false
    for byte in raw {
        if byte == 0x0a || byte == 0x0d {
            while text.last == 0x20 || text.last == 0x09 { text.removeLast() }
            text.append(0x20)
            isInFold = true
        } else if isInFold, byte == 0x20 || byte == 0x09 {
            continue
        } else {
            isInFold = false
            text.append(byte)
        }
    }
    return text
}

/// The bytes as a quoted string: quotes, backslashes and control characters escaped, line ends and NUL made spaces.
package func quoted(_ text: some Sequence<UInt8>) -> [UInt8] {
    var out: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text {
        if byte == 0x0d || byte == 0x0a || byte == 0 {
            out.append(0x20)
        } else {
            if !byte.isIn(.quoted) { out.append(UInt8(ascii: "\\")) }
            out.append(byte)
        }
    }
    out.append(UInt8(ascii: "\""))
    return out
}
