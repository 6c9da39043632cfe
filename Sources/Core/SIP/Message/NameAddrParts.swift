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

    /// Reads one value of a list. `index` is behind it and behind following white space afterwards: at a comma or at `end`.
    package static func parse(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int
    ) throws(ParseError) -> NameAddrParts {
        var parts = NameAddrParts()
        skipLWS(bytes, &index, to: end)
        guard index < end else { throw ParseError(.malformedAddress, offset: index) }
        if try parts.parseDisplayName(bytes, &index, to: end) {
            index &+= 1
            parts.uri = try URIParts.parse(bytes, &index, to: end, .delimited)
            guard index < end, bytes[index] == UInt8(ascii: ">") else {
                throw ParseError(.malformedAddress, offset: index)
            }
            index &+= 1
        } else if bytes[index] == UInt8(ascii: "*") {
            parts.isWildcard = true
            index &+= 1
        } else {
            parts.uri = try URIParts.parse(bytes, &index, to: end, .bare)
        }
        skipLWS(bytes, &index, to: end)
        try parts.parseParameters(bytes, &index, to: end)
        guard index == end || bytes[index] == UInt8(ascii: ",") else {
            throw ParseError(.malformedAddress, offset: index)
        }
        return parts
    }

    /// Moves to the `<` behind the display name, if any. False when the value has no angle brackets: then the index has
    /// not moved.
    @inline(__always)
    private mutating func parseDisplayName(
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
        while scan < end, bytes[scan].isIn(.token) || bytes[scan].isIn(.lws) {
            scan &+= 1
            if !bytes[scan &- 1].isIn(.lws) { last = scan }
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

    @inline(__always)
    private mutating func parseParameters(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int
    ) throws(ParseError) {
        let start = index
        var last = start
        while index < end, bytes[index] == UInt8(ascii: ";") {
            index &+= 1
            let parameter = try ParameterParts.parse(bytes, &index, to: end)
            if parameter.isNamed(0x67_6174, length: 3, bytes), !tag.isPresent { tag = parameter.value }
            last = Int(parameter.value.isPresent ? parameter.value.end : parameter.name.end)
        }
        if last > start { parameters = Extent(start, last) }
    }
}
