/// Cuts a file of messages, one behind the other, into messages: what a capture or a log of SIP leaves behind.
///
/// More tolerant than `StreamFramer`, which must not guess: a message without Content-Length, or with one that is wrong, ends
/// where the next line looks like a start line; what is no message is reported and skipped to such a line. Bytes may
/// be added as they come.
package struct MessageSplitter: Sendable {
    /// A message, or bytes of which none could be made.
    package struct Chunk: Sendable {
        /// Where it begins in the file.
        package var offset: Int
        package var bytes: [UInt8]
        package var message: Result<Message, ParseError>
    }

    private var buffer: [UInt8] = []
    /// Where `buffer` begins in the file.
    private var base = 0
    /// How far the buffer has been consumed.
    private var start = 0
    /// How far the search for an empty line came that found none; it goes on from there.
    private var searched = 0

    package init() {}

    /// Adds bytes of the file.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        if start > 0 {
            buffer.removeSubrange(..<start)
            base += start
            searched = max(searched - start, 0)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next chunk; nil when more bytes are needed, or at the end of the file when there are none left.
    package mutating func next(isAtEnd: Bool) -> Chunk? {
        while start < buffer.count, buffer[start].isIn(.lws) { start += 1 }
        guard start < buffer.count else { return nil }
        guard let end = chunkEnd(isAtEnd: isAtEnd) else { return nil }
        let bytes = Array(buffer[start..<end])
        let chunk = Chunk(offset: base + start, bytes: bytes, message: Self.parse(bytes))
        start = end
        searched = 0
        return chunk
    }

    private static func parse(_ bytes: [UInt8]) -> Result<Message, ParseError> {
        do throws(ParseError) {
            return .success(try Message(parsing: bytes, framing: .datagram))
        } catch {
            return .failure(error)
        }
    }

    /// Where the chunk at `start` ends; nil when that cannot be said yet.
    private mutating func chunkEnd(isAtEnd: Bool) -> Int? {
        guard let line = line(at: start, isAtEnd: isAtEnd) else { return nil }
        guard looksLikeStartLine(line) else { return nextStartLine(from: start, isAtEnd: isAtEnd) }
        guard let bodyStart = headerEnd() else {
            // No empty line: cut off, or another message begins before one.
            return nextStartLine(from: line.upperBound, isAtEnd: isAtEnd)
        }
        // A start line inside the header means that the empty line belongs to another message.
        if let early = startLine(from: line.upperBound, to: bodyStart) { return early }
        guard let length = contentLength(bodyStart) else { return nextStartLine(from: bodyStart - 1, isAtEnd: isAtEnd) }
        return bodyEnd(bodyStart, length, isAtEnd: isAtEnd)
    }

    /// The end of a body with a length: the length is trusted when the file ends there or a message follows.
    private mutating func bodyEnd(_ bodyStart: Int, _ length: Int, isAtEnd: Bool) -> Int? {
        let end = bodyStart + min(length, MessageLimits.messageBytes)
        if end > buffer.count {
            guard isAtEnd else { return nil }
            return startLine(from: bodyStart - 1, to: buffer.count) ?? buffer.count
        }
        var index = end
        while index < buffer.count, buffer[index].isIn(.lws) { index += 1 }
        if index == buffer.count { return end }
        guard let line = line(at: index, isAtEnd: isAtEnd) else { return nil }
        if looksLikeStartLine(line) { return end }
        // A body may hold start lines (message/sipfrag), so this is the second choice.
        return startLine(from: bodyStart - 1, to: end) ?? end
    }

    /// Where the empty line behind the header at `start` ends.
    private mutating func headerEnd() -> Int? {
        var index = max(start, searched)
        while index < buffer.count {
            let feed = buffer.span.firstIndex(of: 0x0a, from: index, to: buffer.count)
            guard feed < buffer.count else { break }
            let next = feed + 1
            if next < buffer.count, buffer[next] == 0x0a { return next + 1 }
            if next + 1 < buffer.count, buffer[next] == 0x0d, buffer[next + 1] == 0x0a { return next + 2 }
            // Two more bytes may complete an empty line.
            if next + 1 < buffer.count { searched = next }
            index = next
        }
        return nil
    }

    private func contentLength(_ bodyStart: Int) -> Int? {
        try? Message(parsing: Array(buffer[start..<bodyStart]), framing: .datagram).contentLength
    }

    /// Where the next start line behind `from` begins, or the end of the file; nil when more bytes are needed to say.
    private func nextStartLine(from: Int, isAtEnd: Bool) -> Int? {
        if let found = startLine(from: from, to: buffer.count) { return found }
        if isAtEnd { return buffer.count }
        // So much without a start line is handed out, so that memory stays bounded.
        return buffer.count - start > 2 * MessageLimits.messageBytes ? start + MessageLimits.messageBytes : nil
    }

    /// Where the first line in a range that looks like a start line begins; a line at the very start is not meant.
    private func startLine(from: Int, to end: Int) -> Int? {
        var index = from
        while index < end {
            let feed = buffer.span.firstIndex(of: 0x0a, from: index, to: end)
            guard feed < end else { return nil }
            index = feed + 1
            guard let line = line(at: index, isAtEnd: true), looksLikeStartLine(line) else { continue }
            return index
        }
        return nil
    }

    /// The line at an index, without its end; nil when it is not complete.
    private func line(at index: Int, isAtEnd: Bool) -> Range<Int>? {
        let feed = buffer.span.firstIndex(of: 0x0a, from: index, to: buffer.count)
        guard feed < buffer.count || isAtEnd || feed - index > MessageLimits.headerLineBytes else { return nil }
        return index..<(feed > index && feed < buffer.count && buffer[feed - 1] == 0x0d ? feed - 1 : feed)
    }

    private func looksLikeStartLine(_ line: Range<Int>) -> Bool {
        let text = buffer[line]
        if text.starts(with: Array("SIP/2.0 ".utf8)) {
            return text.dropFirst(8).prefix(3).allSatisfy { $0.isIn(.digit) } && text.count >= 11
        }
        let method = text.prefix { $0.isIn(.token) }
        guard !method.isEmpty, text.dropFirst(method.count).first == 0x20 else { return false }
        return text.count > method.count + 9 && text.suffix(8).elementsEqual(Array(" SIP/2.0".utf8))
    }
}
