/// Where the parts of an address value are in a message.
package struct NameAddrParts: Hashable, Sendable {
    /// With its quotes, when quoted; absent when there is none.
    package var displayName = Extent.none
    package var uri = URIParts()
    /// From the first semicolon behind the address.
    package var parameters = Extent.none
    package var tag = Extent.none
    /// Whether the value is the `*` of a Contact (RFC 3261 §10.2.2).
    package var isWildcard = false
    /// Where the value ends: at a comma or at the end of the field.
    private(set) var valueEnd = 0
    /// Where reading it began.
    private(set) var valueStart = 0

    /// Whether a value has been read.
    package var isPresent: Bool { valueEnd > 0 }

    /// Reads one value of a list. `index` is at a comma or at `end` afterwards. Stays absent when it throws.
    mutating func read(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) {
        valueStart = index
        skipLWS(bytes, &index, to: end)
        guard index < end else { throw ParseError(.malformedAddress, offset: index) }
        if try readDisplayName(bytes, &index, to: end) {
            index &+= 1
            try uri.read(bytes, &index, to: end, .delimited)
            guard index < end, bytes[index] == UInt8(ascii: ">") else {
                throw ParseError(.malformedAddress, offset: index)
            }
            index &+= 1
        } else if bytes[index] == UInt8(ascii: "*") {
            isWildcard = true
            index &+= 1
        } else {
            try uri.read(bytes, &index, to: end, .bare)
        }
        skipLWS(bytes, &index, to: end)
        try readParameters(bytes, &index, to: end)
        guard index == end || bytes[index] == UInt8(ascii: ",") else {
            throw ParseError(.malformedAddress, offset: index)
        }
        valueEnd = index
    }

    /// Moves to the `<` behind the display name, if any. False when the value has no angle brackets: then the index has
    /// not moved.
    @inline(always)
    private mutating func readDisplayName(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int
    ) throws(ParseError) -> Bool {
        let start = index
        if bytes[start] == UInt8(ascii: "<") { return true }
        if bytes[start] == UInt8(ascii: "\"") {
            try skipQuotedString(bytes, &index, to: end)
            displayName = Extent(start, index)
            skipLWS(bytes, &index, to: end)
            guard index < end, bytes[index] == UInt8(ascii: "<") else {
                throw ParseError(.malformedAddress, offset: index)
            }
            return true
        }
        // Tokens with white space between them, up to `<`; a colon says that this was the scheme of a URI.
        var scan = start
        var last = start
        while true {
            scan = bytes.endOfRun(.token, from: scan, to: end)
            if scan > start, !bytes[scan &- 1].isIn(.lws) { last = scan }
            guard scan < end, bytes[scan].isIn(.lws) else { break }
            skipLWS(bytes, &scan, to: end)
        }
        guard scan < end, bytes[scan] == UInt8(ascii: "<") else {
            guard bytes[start] == UInt8(ascii: "*") || scan < end && bytes[scan] == UInt8(ascii: ":") && last == scan
            else { throw ParseError(.malformedAddress, offset: scan) }
            return false
        }
        displayName = Extent(start, last)
        index = scan
        return true
    }

    @inline(always)
    private mutating func readParameters(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int
    ) throws(ParseError) {
        let start = index
        var last = start
        while index < end, bytes[index] == UInt8(ascii: ";") {
            index &+= 1
            let parameter = try ParameterParts.parse(bytes, &index, to: end, &last)
            if parameter.nameWord(bytes) == 0x67_6174, !tag.isPresent { tag = parameter.value }
        }
        if last > start { parameters = Extent(start, last) }
    }
}
