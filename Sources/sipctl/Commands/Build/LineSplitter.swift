/// Cuts bytes that come piece by piece into lines, with bounded memory.
struct LineSplitter {
    enum Line: Equatable {
        case text([UInt8])
        /// The line was longer than the limit and is lost.
        case tooLong
    }

    /// Bytes of a line: more than any message can become in JSON.
    static let limit = 1 << 20

    /// The number of the line that `next` gave last, from 1.
    private(set) var number = 0
    private var buffer: [UInt8] = []
    private var start = 0
    private var searched = 0
    private var isSkipping = false

    mutating func append(_ bytes: [UInt8]) {
        buffer.removeSubrange(..<start)
        searched -= start
        start = 0
        buffer += bytes
    }

    /// The next line without its end; nil when more bytes are needed, or at the end of the file when none is left.
    mutating func next(isAtEnd: Bool) -> Line? {
        if let feed = buffer[searched...].firstIndex(of: 0x0a) { return take(upTo: feed, next: feed + 1) }
        searched = buffer.count
        if isAtEnd { return start < buffer.count || isSkipping ? take(upTo: buffer.count, next: buffer.count) : nil }
        if buffer.count - start > Self.limit { (isSkipping, start) = (true, buffer.count) }
        return nil
    }

    private mutating func take(upTo end: Int, next: Int) -> Line {
        let line = isSkipping || end - start > Self.limit ? Line.tooLong : .text(Array(buffer[start..<end]))
        (start, searched, isSkipping) = (next, next, false)
        number += 1
        return line
    }
}
