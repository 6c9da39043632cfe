/// Where the parts of a URI are in a message.
package struct URIParts: Hashable, Sendable {
    package enum Scheme: UInt8, Hashable, Sendable {
        case sip, sips
        /// Any other: only the characters are checked (RFC 3986), the parts below are absent.
        case other
    }

    package var scheme = Scheme.other
    package var whole = Extent.none
    /// As on the wire, escapes included; absent when there is no `@`.
    package var user = Extent.none
    package var password = Extent.none
    package var host = HostParts()
    package var port: UInt16?
    /// From the first semicolon.
    package var parameters = Extent.none
    /// Behind the question mark.
    package var headers = Extent.none

    /// Where a URI stands decides which characters end it.
    enum Context {
        /// Between angle brackets, or the Request-URI.
        case delimited
        /// An `addr-spec` in a header field: semicolon, comma and question mark belong to the field (RFC 3261 §20.10).
        case bare
    }

    /// Reads as much as the grammar of RFC 3261 §25.1 allows; the caller checks what follows.
    mutating func read(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int, _ context: Context
    ) throws(ParseError) {
        let start = index
        if start &+ 5 <= end, bytes.word(at: start, length: 4) | 0x20_2020 == 0x3a70_6973 {
            scheme = .sip
            index &+= 4
        } else if start &+ 6 <= end, bytes.word(at: start, length: 5) | 0x2020_2020 == 0x3a_7370_6973 {
            scheme = .sips
            index &+= 5
        } else {
            try Self.skipAbsoluteURI(bytes, &index, to: end, context)
            whole = Extent(start, index)
            return
        }
        try readUserInfo(bytes, &index, to: end, context)
        try host.read(bytes, &index, to: end)
        port = try parsePort(bytes, &index, to: end)
        if context == .delimited { try readTail(bytes, &index, to: end) }
        whole = Extent(start, index)
    }

    /// Reads `user [":" password] "@"`, or nothing when no `@` follows.
    @inline(always)
    private mutating func readUserInfo(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int, _ context: Context
    ) throws(ParseError) {
        let start = index
        var scan = start
        // Only when `@` follows was this the user: then a wrong escape is one; a host has none anyway.
        try skipEscaped(bytes, &scan, to: end, context == .delimited ? .user : .bareUser)
        let userEnd = scan
        var password = Extent.none
        if scan < end, bytes[scan] == UInt8(ascii: ":") {
            scan &+= 1
            try skipEscaped(bytes, &scan, to: end, .password)
            password = Extent(userEnd &+ 1, scan)
        }
        guard scan < end, bytes[scan] == UInt8(ascii: "@") else { return }
        guard userEnd > start else { throw ParseError(.malformedURI, offset: start) }
        user = Extent(start, userEnd)
        self.password = password
        index = scan &+ 1
    }

    /// Reads `uri-parameters` and `headers`.
    @inline(always)
    private mutating func readTail(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) {
        let start = index
        while index < end, bytes[index] == UInt8(ascii: ";") {
            index &+= 1
            let name = index
            try skipEscaped(bytes, &index, to: end, .uriParameter)
            guard index > name else { throw ParseError(.malformedURI, offset: index) }
            guard index < end, bytes[index] == UInt8(ascii: "=") else { continue }
            index &+= 1
            try skipEscaped(bytes, &index, to: end, .uriParameter)
        }
        if index > start { parameters = Extent(start, index) }
        guard index < end, bytes[index] == UInt8(ascii: "?") else { return }
        index &+= 1
        let first = index
        while true {
            let name = index
            try skipEscaped(bytes, &index, to: end, .uriHeader)
            guard index > name, index < end, bytes[index] == UInt8(ascii: "=") else {
                throw ParseError(.malformedURI, offset: index)
            }
            index &+= 1
            try skipEscaped(bytes, &index, to: end, .uriHeader)
            guard index < end, bytes[index] == UInt8(ascii: "&") else { break }
            index &+= 1
        }
        headers = Extent(first, index)
    }

    /// Moves past `scheme ":" 1*uric` (RFC 3261 §25.1, `absoluteURI`).
    private static func skipAbsoluteURI(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int, _ context: Context
    ) throws(ParseError) {
        let start = index
        guard start < end, bytes[start].isIn(.alpha) else { throw ParseError(.malformedURI, offset: start) }
        while index < end, isSchemeByte(bytes[index]) { index &+= 1 }
        guard index < end, bytes[index] == UInt8(ascii: ":") else { throw ParseError(.malformedURI, offset: index) }
        index &+= 1
        let opaque = index
        try skipEscaped(bytes, &index, to: end, context == .delimited ? .uric : .bareURIC)
        guard index > opaque else { throw ParseError(.malformedURI, offset: index) }
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        byte.isIn(.alpha) || byte.isIn(.digit) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }
}
