/// Finds the header fields of a message in one pass and checks those that decide how it is handled.
struct MessageParser {
    private let framing: Framing
    private var headers: [Header] = []
    private var faults: [Fault] = []
    private var startLine = StartLine()
    private var key = KeyFields()
    /// The number of control characters that the line ends account for.
    private var lineEndBytes = 0
    private var hasControls = false

    /// Room for the header fields of nearly every message, so that the array is allocated once.
    private static let usualHeaders = 32

    static func parse(_ bytes: [UInt8], _ framing: Framing) throws(ParseError) -> MessageContents {
        guard bytes.count <= MessageLimits.messageBytes else {
            throw ParseError(.messageTooLarge, offset: MessageLimits.messageBytes)
        }
        var parser = MessageParser(framing: framing)
        let body = try parser.parse(bytes.span)
        if parser.faults.count > 1 { parser.faults.sort { $0.offset < $1.offset } }
        return MessageContents(
            bytes: bytes, headers: parser.headers, faults: parser.faults, startLine: parser.startLine, key: parser.key,
            body: body, hasControls: parser.hasControls)
    }

    private init(framing: Framing) { self.framing = framing }

    private mutating func parse(_ bytes: Span<UInt8>) throws(ParseError) -> Range<Int> {
        headers.reserveCapacity(Self.usualHeaders)
        var index = 0
        // Empty lines before the start line are to be ignored (RFC 3261 §7.5).
        while index < bytes.count, bytes[index] == 0x0d || bytes[index] == 0x0a { index &+= 1 }
        lineEndBytes = index
        let line = lineEnd(bytes, from: index)
        if line.end &- index > MessageLimits.headerLineBytes { note(Fault(.headerLineTooLong, offset: index)) }
        if let fault = try startLine.parse(bytes, index, to: line.end) { note(fault) }
        index = line.next
        let isComplete = parseHeaders(bytes, &index)
        checkControls(bytes, to: index)
        checkPresence(at: index)
        return isComplete ? bodyRange(bytes, from: index) : index..<index
    }

    private mutating func note(_ fault: Fault) { faults.append(fault) }

    /// The end of the line that begins or goes on at `start`, and the start of the next line.
    @inline(always)
    private mutating func lineEnd(_ bytes: Span<UInt8>, from start: Int) -> (end: Int, next: Int) {
        let feed = bytes.firstIndex(of: 0x0a, from: start, to: bytes.count)
        guard feed < bytes.count else { return (feed, feed) }
        let end = feed > start && bytes[feed &- 1] == 0x0d ? feed &- 1 : feed
        lineEndBytes &+= feed &+ 1 &- end
        return (end, feed &+ 1)
    }

    /// Reads header fields up to the empty line and moves behind it. False when there is no empty line.
    private mutating func parseHeaders(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x0a || byte == 0x0d && index &+ 1 < bytes.count && bytes[index &+ 1] == 0x0a {
                lineEndBytes &+= byte == 0x0a ? 1 : 2
                index &+= byte == 0x0a ? 1 : 2
                return true
            }
            guard headers.count < MessageLimits.headerFields else {
                note(Fault(.tooManyHeaders, offset: index))
                return false
            }
            parseHeader(bytes, &index)
        }
        note(Fault(.unfinishedHeader, offset: bytes.count))
        return false
    }

    /// Reads one header field with its continuation lines and moves behind it.
    @inline(always)
    private mutating func parseHeader(_ bytes: Span<UInt8>, _ index: inout Int) {
        let nameStart = index
        var nameEnd: Int
        var start: Int
        var name: HeaderName
        if let found = HeaderName.beforeColon(bytes, from: nameStart) {
            (name, nameEnd, start) = (found.name, found.colon, found.colon &+ 1)
        } else {
            nameEnd = bytes.endOfRun(.token, from: nameStart, to: bytes.count)
            start = nameEnd
            while start < bytes.count, isBlank(bytes[start]) { start &+= 1 }
            guard start < bytes.count, bytes[start] == UInt8(ascii: ":"), nameEnd > nameStart else {
                return skipMalformedHeader(bytes, &index, from: nameStart)
            }
            start &+= 1
            name = HeaderName.known(bytes, from: nameStart, to: nameEnd)
        }
        while start < bytes.count, isBlank(bytes[start]) { start &+= 1 }
        var line = lineEnd(bytes, from: start)
        var isFolded = false
        while line.next < bytes.count, bytes[line.next] <= 0x20, isBlank(bytes[line.next]) {
            (isFolded, hasControls) = (true, true)
            line = lineEnd(bytes, from: line.next)
        }
        index = line.next
        var end = line.end
        while end > start, bytes[end &- 1] <= 0x20, bytes[end &- 1].isIn(.lws) { end &-= 1 }
        if isFolded { skipLWS(bytes, &start, to: end) }
        headers.append(Header(name, Extent(nameStart, nameEnd), Extent(start, end), isFolded: isFolded))
        if name != .other { check(name, bytes, nameStart, start, end) }
        if index &- nameStart > MessageLimits.headerLineBytes { note(Fault(.headerLineTooLong, offset: nameStart)) }
    }

    /// Notes a line that is no header field and moves behind it and its continuation lines.
    private mutating func skipMalformedHeader(_ bytes: Span<UInt8>, _ index: inout Int, from start: Int) {
        var line = lineEnd(bytes, from: start)
        let colon = bytes.firstIndex(of: UInt8(ascii: ":"), from: start, to: line.end)
        if bytes[start] == 0x20 || bytes[start] == 0x09 {
            note(Fault(.continuationWithoutHeader, offset: start))
        } else {
            note(Fault(colon == line.end ? .missingColon : .malformedHeaderName, offset: start))
        }
        while line.next < bytes.count, isBlank(bytes[line.next]) {
            line = lineEnd(bytes, from: line.next)
        }
        index = line.next
    }

    @inline(always)
    private mutating func check(_ name: HeaderName, _ bytes: Span<UInt8>, _ nameStart: Int, _ start: Int, _ end: Int) {
        let isFirst = key.present.insert(name)
        if !isFirst, name.mayOccurOnce { return noteDuplicate(name, bytes, nameStart, start, end) }
        do throws(ParseError) {
            try key.read(name, bytes, start, end, isFirst: isFirst, of: startLine)
        } catch {
            note(error)
        }
    }

    private mutating func noteDuplicate(
        _ name: HeaderName, _ bytes: Span<UInt8>, _ nameStart: Int, _ start: Int, _ end: Int
    ) {
        guard name == .contentLength, let length = try? parseNumber(bytes, start, end, .malformedContentLength),
            length != key.contentLength
        else { return note(Fault(.duplicateHeader, offset: nameStart)) }
        note(Fault(.conflictingContentLength, offset: start))
    }

    private mutating func checkPresence(at end: Int) {
        if !key.present.contains(.via) { note(Fault(.missingVia, offset: end)) }
        if !key.present.contains(.from) { note(Fault(.missingFrom, offset: end)) }
        if !key.present.contains(.to) { note(Fault(.missingTo, offset: end)) }
        if !key.present.contains(.callID) { note(Fault(.missingCallID, offset: end)) }
        if !key.present.contains(.cseq) { note(Fault(.missingCSeq, offset: end)) }
    }

    /// Finds control characters in the header, by counting first: line ends are the only ones that are usual.
    private mutating func checkControls(_ bytes: Span<UInt8>, to end: Int) {
        let others = bytes.count(to: end) { $0 < 0x20 } &- lineEndBytes
        guard others > 0 else { return }
        hasControls = true
        guard bytes.count(to: end, where: { $0 == 0x09 }) < others else { return }
        for header in headers {
            for index in header.nameRange where bytes[index] < 0x20 {
                return note(Fault(.controlCharacter, offset: index))
            }
            var index = header.value.lowerBound
            while index < header.value.upperBound {
                let byte = bytes[index]
                if byte == 0x0d, index &+ 1 < end, bytes[index &+ 1] == 0x0a {
                    index &+= 2
                } else if byte == UInt8(ascii: "\\") {
                    // A quoted pair may hold any but CR and LF.
                    index &+= index &+ 1 < end && (bytes[index &+ 1] == 0x0d || bytes[index &+ 1] == 0x0a) ? 1 : 2
                } else if byte < 0x20 && byte != 0x09 && byte != 0x0a {
                    return note(Fault(.controlCharacter, offset: index))
                } else {
                    index &+= 1
                }
            }
        }
    }

    private mutating func bodyRange(_ bytes: Span<UInt8>, from start: Int) -> Range<Int> {
        let available = bytes.count &- start
        guard let length = key.contentLength else {
            return framing == .stream ? start..<start : start..<bytes.count
        }
        if length <= available { return start..<(start &+ length) }
        note(Fault(.bodyShorterThanContentLength, offset: bytes.count))
        return start..<bytes.count
    }
}
