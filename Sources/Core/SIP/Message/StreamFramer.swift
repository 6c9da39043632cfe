/// What a stream carries (RFC 3261 §18.3, RFC 5626 §3.5.1).
package enum Frame: Hashable, Sendable {
    /// One message, from its start line to the end of its body.
    case message([UInt8])
    /// A second line end right behind a first: a double CRLF, to be answered with one.
    case keepAlivePing
    /// A line end between messages: the answer to a ping. The first half of a ping looks the same and is reported
    /// so as well, at once, because more may never come; who waits for no pong ignores it.
    case pong
}

/// Cuts a byte stream into messages by Content-Length.
///
/// What comes out does not depend on how the stream was cut into pieces. An error means that the boundaries are lost and
/// the connection must be closed; the framer then gives nothing more. Each byte of a header is looked at once, however
/// small the pieces are.
package struct StreamFramer: Sendable {
    private var buffer: [UInt8] = []
    /// Where the next frame begins in the buffer.
    private var start = 0
    /// How far the header of the next frame has been looked at: the start of a line that is not complete.
    private var line = 0
    /// How far that line has been searched for its end.
    private var searched = 0
    private var head = HeadScan()
    private var previousWasLineEnd = false
    private var failure: ParseError?

    package init() {}

    /// How many bytes wait for the rest of their message.
    package var pendingBytes: Int { buffer.count - start }

    /// Adds bytes as they were received.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        guard failure == nil else { return }
        if start > 0, start == buffer.count || start > 4096 { compact() }
        buffer.append(contentsOf: bytes)
    }

    /// The next frame; nil when more bytes are needed.
    package mutating func next() throws(ParseError) -> Frame? {
        if let failure { throw failure }
        do throws(ParseError) {
            if head.isEmpty, let lineEnd = takeLineEnd() { return lineEnd }
            return try takeMessage()
        } catch {
            failure = error
            buffer = []
            (start, line, searched) = (0, 0, 0)
            throw error
        }
    }

    /// Takes one line end before a start line.
    private mutating func takeLineEnd() -> Frame? {
        guard start < buffer.count else { return nil }
        let isFeed = buffer[start] == 0x0a
        guard isFeed || buffer[start] == 0x0d && start + 1 < buffer.count && buffer[start + 1] == 0x0a else {
            return nil
        }
        start += isFeed ? 1 : 2
        (line, searched) = (start, start)
        previousWasLineEnd.toggle()
        return previousWasLineEnd ? .pong : .keepAlivePing
    }

    private mutating func takeMessage() throws(ParseError) -> Frame? {
        while head.bodyStart == nil {
            let feed = buffer.span.firstIndex(of: 0x0a, from: searched, to: buffer.count)
            searched = feed
            guard feed - start < MessageLimits.messageBytes else {
                throw ParseError(.messageTooLarge, offset: MessageLimits.messageBytes)
            }
            guard feed - line <= MessageLimits.headerLineBytes else {
                throw ParseError(.headerLineTooLong, offset: line - start)
            }
            guard feed < buffer.count else { return nil }
            let bytes = buffer
            try head.take(bytes.span, line: line..<feed, from: start)
            (line, searched) = (feed + 1, feed + 1)
        }
        guard let end = head.messageEnd else { return nil }
        guard end <= MessageLimits.messageBytes else {
            throw ParseError(.messageTooLarge, offset: MessageLimits.messageBytes)
        }
        guard buffer.count - start >= end else { return nil }
        let message = Array(buffer[start..<(start + end)])
        start += end
        (line, searched) = (start, start)
        head = HeadScan()
        previousWasLineEnd = false
        return .message(message)
    }

    private mutating func compact() {
        buffer.removeSubrange(..<start)
        line -= start
        searched -= start
        start = 0
    }
}

/// What must be known of a header to find the end of its message, gathered line by line.
struct HeadScan: Sendable {
    /// Offsets are from the start of the message.
    private(set) var bodyStart: Int?
    private var contentLength: Int?
    private var lines = 0
    /// A Content-Length field whose continuation lines may follow.
    private var openField: [UInt8]?
    private var openOffset = 0
    /// Where the current header field, with its continuation lines, began.
    private var fieldStart = 0

    /// Whether no line has been seen.
    var isEmpty: Bool { lines == 0 }

    /// The length of the whole message, once its header is complete. Without Content-Length there is no body (§20.14).
    var messageEnd: Int? { bodyStart.map { $0 + (contentLength ?? 0) } }

    /// Takes one line, `line` being its offsets without the line feed.
    mutating func take(_ bytes: Span<UInt8>, line: Range<Int>, from start: Int) throws(ParseError) {
        var end = line.upperBound
        if end > line.lowerBound, bytes[end - 1] == 0x0d { end -= 1 }
        lines += 1
        if lines == 1 {
            try checkStartLine(bytes, line.lowerBound, to: end)
            return
        }
        let isContinuation = end > line.lowerBound && (bytes[line.lowerBound] == 0x20 || bytes[line.lowerBound] == 0x09)
        if isContinuation {
            guard line.upperBound - start - fieldStart <= MessageLimits.headerLineBytes else {
                throw ParseError(.headerLineTooLong, offset: fieldStart)
            }
            if openField != nil { openField? += copy(bytes, line.lowerBound, end) }
            return
        }
        try closeField()
        fieldStart = line.lowerBound - start
        if end == line.lowerBound {
            bodyStart = line.upperBound + 1 - start
            return
        }
        guard lines <= MessageLimits.headerFields + 1 else {
            throw ParseError(.tooManyHeaders, offset: fieldStart)
        }
        openIfContentLength(bytes, line.lowerBound, to: end, from: start)
    }

    /// A first line that is nothing like SIP means that this is no SIP stream, or that its boundaries are lost.
    private func checkStartLine(_ bytes: Span<UInt8>, _ start: Int, to end: Int) throws(ParseError) {
        var startLine = StartLine()
        do throws(ParseError) {
            _ = try startLine.parse(bytes, start, to: end)
        } catch {
            throw ParseError(error.reason, offset: error.offset - start)
        }
    }

    private mutating func openIfContentLength(_ bytes: Span<UInt8>, _ start: Int, to end: Int, from origin: Int) {
        var index = start
        while index < end, bytes[index].isIn(.token) { index += 1 }
        guard HeaderName.known(bytes, from: start, to: index) == .contentLength else { return }
        while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        guard index < end, bytes[index] == UInt8(ascii: ":") else { return }
        openField = copy(bytes, index + 1, end)
        openOffset = index + 1 - origin
    }

    private mutating func closeField() throws(ParseError) {
        guard let field = openField else { return }
        openField = nil
        var (start, end) = (0, field.count)
        while start < end, field[start].isIn(.lws) { start += 1 }
        while end > start, field[end - 1].isIn(.lws) { end -= 1 }
        guard let length = try? parseNumber(field.span, start, end, .malformedContentLength) else {
            throw ParseError(.malformedContentLength, offset: openOffset)
        }
        guard contentLength == nil || contentLength == length else {
            throw ParseError(.conflictingContentLength, offset: openOffset)
        }
        guard length <= MessageLimits.messageBytes else { throw ParseError(.messageTooLarge, offset: openOffset) }
        contentLength = length
    }
}
