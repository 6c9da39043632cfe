extension StartLine {
    /// Reads the first line. Throws when it is nothing like SIP; returns what is wrong with it otherwise.
    mutating func parse(_ bytes: Span<UInt8>, _ start: Int, to end: Int) throws(ParseError) -> Fault? {
        if end &- start >= 4, bytes.word(at: start, length: 4) | 0x20_2020 == 0x2f70_6973 {
            return try parseStatusLine(bytes, start, to: end)
        }
        return try parseRequestLine(bytes, start, to: end)
    }

    /// Reads `SIP-Version SP Status-Code SP Reason-Phrase`; the phrase may be missing with its space.
    private mutating func parseStatusLine(
        _ bytes: Span<UInt8>, _ start: Int, to end: Int
    ) throws(ParseError) -> Fault? {
        var index = bytes.firstIndex(of: 0x20, from: start, to: end)
        let fault = Self.checkVersion(bytes, start, to: index)
        guard index < end else { throw ParseError(.notSIP, offset: start) }
        index &+= 1
        let code = index
        var value = 0
        while index < end, index &- code < 4, bytes[index].isIn(.digit) {
            value = value &* 10 &+ Int(bytes[index] &- 0x30)
            index &+= 1
        }
        guard index > code else { throw ParseError(.notSIP, offset: start) }
        statusCode = value
        guard index &- code == 3, (100...699).contains(value) else {
            return Fault(.statusCodeOutOfRange, offset: code)
        }
        reasonPhrase = Extent(min(index &+ 1, end), end)
        if index < end, bytes[index] != 0x20 { return Fault(.malformedStatusLine, offset: index) }
        return fault
    }

    /// Reads `Method SP Request-URI SP SIP-Version`.
    private mutating func parseRequestLine(
        _ bytes: Span<UInt8>, _ start: Int, to end: Int
    ) throws(ParseError) -> Fault? {
        let methodEnd = bytes.firstIndex(of: 0x20, from: start, to: end)
        guard methodEnd > start, methodEnd < end else { throw ParseError(.notSIP, offset: start) }
        var fault: Fault?
        func note(_ reason: Fault.Reason, _ offset: Int) { fault = fault ?? Fault(reason, offset: offset) }
        for index in start..<methodEnd where !bytes[index].isIn(.token) {
            note(.malformedMethod, index)
            break
        }
        method = Method.known(bytes, from: start, to: methodEnd) ?? .other(copy(bytes, start, methodEnd))

        var uriStart = methodEnd &+ 1
        var lineEnd = end
        if lineEnd > uriStart, isBlank(bytes[lineEnd &- 1]) {
            while lineEnd > uriStart, isBlank(bytes[lineEnd &- 1]) { lineEnd &-= 1 }
            note(.malformedRequestLine, lineEnd)
        }
        if uriStart < lineEnd, isBlank(bytes[uriStart]) {
            note(.malformedRequestLine, uriStart)
            while uriStart < lineEnd, isBlank(bytes[uriStart]) { uriStart &+= 1 }
        }
        guard uriStart < lineEnd else { throw ParseError(.notSIP, offset: start) }

        var version = lineEnd
        while version > uriStart, !isBlank(bytes[version &- 1]) { version &-= 1 }
        var uriEnd = version &- 1
        if version == uriStart || !Self.isVersion(bytes, version, to: lineEnd) {
            if version > uriStart, Self.hasSlash(bytes, version, to: lineEnd) {
                throw ParseError(.notSIP, offset: version)
            }
            note(.missingVersion, lineEnd)
            uriEnd = lineEnd
        } else if let wrong = Self.checkVersion(bytes, version, to: lineEnd) {
            // Outweighs what else is wrong: another version may have another grammar.
            fault = wrong
        }
        if uriEnd > uriStart, isBlank(bytes[uriEnd &- 1]) {
            note(.malformedRequestLine, uriEnd)
            while uriEnd > uriStart, isBlank(bytes[uriEnd &- 1]) { uriEnd &-= 1 }
        }
        requestURI = Extent(uriStart, uriEnd)
        if let wrong = readURI(bytes) { note(wrong.reason, wrong.offset) }
        return fault
    }

    /// Reads the Request-URI, which must not hold headers (RFC 3261 §19.1.1).
    private mutating func readURI(_ bytes: Span<UInt8>) -> Fault? {
        var index = requestURI.start
        let end = requestURI.end
        do throws(ParseError) {
            var parts = URIParts()
            try parts.read(bytes, &index, to: end, .delimited)
            guard index == end else { return Fault(.malformedRequestURI, offset: index) }
            guard !parts.headers.isPresent else {
                return Fault(.malformedRequestURI, offset: parts.headers.start - 1)
            }
            uri = parts
            return nil
        } catch {
            return Fault(.malformedRequestURI, offset: error.offset)
        }
    }

    private static func hasSlash(_ bytes: Span<UInt8>, _ start: Int, to end: Int) -> Bool {
        bytes.firstIndex(of: UInt8(ascii: "/"), from: start, to: end) < end
    }

    /// Whether the text begins like a SIP version, in any case.
    private static func isVersion(_ bytes: Span<UInt8>, _ start: Int, to end: Int) -> Bool {
        end &- start >= 4 && bytes.word(at: start, length: 4) | 0x20_2020 == 0x2f70_6973
    }

    /// The version must be 2.0 (RFC 3261 §7.1).
    private static func checkVersion(_ bytes: Span<UInt8>, _ start: Int, to end: Int) -> Fault? {
        if end &- start == 7, bytes.word(at: start, length: 7) | 0x20_2020 == 0x30_2e32_2f70_6973 { return nil }
        return Fault(.unsupportedVersion, offset: start)
    }
}
