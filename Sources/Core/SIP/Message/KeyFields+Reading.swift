extension KeyFields {
    /// Reads and checks a header field that decides how the message is handled; leaves the others alone (§8.2.2).
    mutating func read(
        _ name: HeaderName, _ bytes: Span<UInt8>, _ start: Int, _ end: Int, isFirst: Bool, of startLine: StartLine
    ) throws(ParseError) {
        switch name {
        case .via: try readVias(bytes, start, end, isFirst)
        case .from: try Self.read(&fromParts, bytes, start, end)
        case .to: try Self.read(&toParts, bytes, start, end)
        case .contact: try readContacts(bytes, start, end, isFirst)
        case .route, .recordRoute: try readRoutes(bytes, start, end)
        case .callID: try readCallID(bytes, start, end)
        case .cseq: try readCSeq(bytes, start, end, startLine)
        case .maxForwards:
            let hops = try parseNumber(bytes, start, end, .malformedMaxForwards)
            maxForwards = hops <= 255 ? hops : 70
        case .contentLength:
            contentLength = try parseNumber(bytes, start, end, .malformedContentLength)
        case .require, .proxyRequire:
            try readTokens(bytes, start, end)
        default: break
        }
    }

    private mutating func readVias(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ isFirst: Bool) throws(ParseError) {
        var index = start
        if isFirst {
            try topViaParts.read(bytes, &index, to: end)
            guard index < end else { return }
            index &+= 1
        }
        while true {
            var via = ViaParts()
            try via.read(bytes, &index, to: end)
            guard index < end else { return }
            index &+= 1
        }
    }

    private static func read(
        _ parts: inout NameAddrParts, _ bytes: Span<UInt8>, _ start: Int, _ end: Int
    ) throws(ParseError) {
        var index = start
        try parts.read(bytes, &index, to: end)
        guard index == end, !parts.isWildcard else { throw ParseError(.malformedAddress, offset: index) }
    }

    private mutating func readContacts(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ isFirst: Bool)
        throws(ParseError)
    {
        var index = start
        if isFirst {
            try contactParts.read(bytes, &index, to: end)
            guard index < end else { return }
            index &+= 1
        }
        while true {
            var parts = NameAddrParts()
            try parts.read(bytes, &index, to: end)
            guard index < end else { return }
            index &+= 1
        }
    }

    private func readRoutes(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(ParseError) {
        var index = start
        while true {
            var parts = NameAddrParts()
            try parts.read(bytes, &index, to: end)
            guard !parts.isWildcard else { throw ParseError(.malformedAddress, offset: start) }
            guard index < end else { return }
            index &+= 1
        }
    }

    private mutating func readCallID(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(ParseError) {
        var index = bytes.endOfRun(.word, from: start, to: end)
        if index < end, bytes[index] == UInt8(ascii: "@"), index > start {
            index = bytes.endOfRun(.word, from: index &+ 1, to: end)
        }
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
        while true {
            index = bytes.endOfRun(.token, from: index, to: end)
            guard index < end else { return }
            guard bytes[index] == UInt8(ascii: ",") || bytes[index].isIn(.lws) else {
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
    var index = start
    var value = Int(bytes.decimal(at: &index, to: end))
    while index < end, bytes[index].isIn(.digit) {
        value = min(value &* 10 &+ Int(bytes[index] &- 0x30), 1 << 32)
        index &+= 1
    }
    guard index == end, end > start else { throw ParseError(reason, offset: index) }
    return value
}
