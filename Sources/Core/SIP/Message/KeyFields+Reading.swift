extension KeyFields {
    /// Reads and checks a header field that decides how the message is handled; leaves the others alone (§8.2.2).
    mutating func read(
        _ name: HeaderName, _ bytes: Span<UInt8>, _ start: Int, _ end: Int, of startLine: StartLine
    ) throws(ParseError) {
        switch name {
        case .via: try readVias(bytes, start, end)
        case .from: from = try readAddress(bytes, start, end)
        case .to: to = try readAddress(bytes, start, end)
        case .contact: try readContacts(bytes, start, end)
        case .route, .recordRoute: try readRoutes(bytes, start, end)
        case .callID: try readCallID(bytes, start, end)
        case .cseq: try readCSeq(bytes, start, end, startLine)
        case .maxForwards:
            let hops = try parseNumber(bytes, start, end, .malformedMaxForwards)
            maxForwards = hops <= 255 ? hops : 70
        case .contentLength:
            contentLength = try parseNumber(bytes, start, end, .malformedContentLength)
        case .require, .proxyRequire, .supported, .allow:
            try readTokens(bytes, start, end)
        default: break
        }
    }

    private mutating func readVias(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(ParseError) {
        var index = start
        repeat {
            if index > start { index &+= 1 }
            let via = try ViaParts.parse(bytes, &index, to: end)
            if topVia == nil, !present.contains(.via) { topVia = via }
        } while index < end
    }

    private func readAddress(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(ParseError) -> NameAddrParts {
        var index = start
        let parts = try NameAddrParts.parse(bytes, &index, to: end)
        guard index == end, !parts.isWildcard else { throw ParseError(.malformedAddress, offset: index) }
        return parts
    }

    private mutating func readContacts(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(ParseError) {
        var index = start
        repeat {
            if index > start { index &+= 1 }
            let parts = try NameAddrParts.parse(bytes, &index, to: end)
            if contact == nil, !parts.isWildcard, !present.contains(.contact) { contact = parts }
        } while index < end
    }

    private func readRoutes(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(ParseError) {
        var index = start
        repeat {
            if index > start { index &+= 1 }
            let parts = try NameAddrParts.parse(bytes, &index, to: end)
            guard !parts.isWildcard else { throw ParseError(.malformedAddress, offset: start) }
        } while index < end
    }

    private mutating func readCallID(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(ParseError) {
        var index = start
        while index < end, bytes[index].isIn(.word) || bytes[index] == UInt8(ascii: "@") { index &+= 1 }
        guard index == end, end > start else { throw ParseError(.malformedCallID, offset: index) }
        callID = Extent(start, end)
    }

    private mutating func readCSeq(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ startLine: StartLine
    ) throws(ParseError) {
        let parsed = try CSeq.parse(bytes, from: start, to: end)
        cseq = parsed
        guard startLine.method == nil || startLine.method == parsed.method else {
            throw ParseError(.cseqMethodMismatch, offset: start)
        }
    }

    /// Checks a list of tokens, which may be empty.
    private func readTokens(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(ParseError) {
        var index = start
        while index < end {
            let byte = bytes[index]
            guard byte.isIn(.token) || byte == UInt8(ascii: ",") || byte.isIn(.lws) else {
                throw ParseError(.malformedOptionTag, offset: index)
            }
            index &+= 1
        }
    }
}

/// Reads a number that is the whole value. Saturates at 2^32.
func parseNumber(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ reason: Fault.Reason
) throws(ParseError) -> Int {
    var value = 0
    var index = start
    while index < end, bytes[index].isIn(.digit) {
        value = min(value &* 10 &+ Int(bytes[index] &- 0x30), 1 << 32)
        index &+= 1
    }
    guard index == end, end > start else { throw ParseError(reason, offset: index) }
    return value
}
