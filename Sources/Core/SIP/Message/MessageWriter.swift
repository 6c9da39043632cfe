/// Writes messages in their one canonical form into a buffer that is kept: long header names, CRLF, no folding,
/// Content-Length always and last.
///
/// A start line, then header fields in the caller's order, then `body`, which ends the message. What is written cannot
/// break out of its line: CR, LF and NUL in a value become spaces.
package struct MessageWriter: Sendable {
    /// What has been written so far.
    package private(set) var bytes: [UInt8] = []

    package init(reserving capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

    /// Forgets what was written and keeps the memory.
    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Writes a request line.
    package mutating func request(_ method: Method, _ uri: some Collection<UInt8>) {
        if case .other(let token) = method { bytes.append(contentsOf: token) } else { bytes.append(method.name) }
        bytes.append(UInt8(ascii: " "))
        let start = bytes.count
        bytes.append(contentsOf: uri)
        blankOut(from: start)
        bytes.append(" SIP/2.0\r\n")
    }

    /// Writes a status line, with the standard's phrase when none is given.
    package mutating func response(_ status: Int, _ reason: StaticString? = nil) {
        statusLine(status)
        bytes.append(reason ?? reasonPhrase(of: status))
        endLine()
    }

    /// Writes a status line with a phrase that came from elsewhere.
    package mutating func response(_ status: Int, phrase: some Collection<UInt8>) {
        statusLine(status)
        let start = bytes.count
        bytes.append(contentsOf: phrase)
        blankOut(from: start)
        endLine()
    }

    /// Writes a header field.
    package mutating func header(_ name: HeaderName, _ value: some Collection<UInt8>) {
        let start = startHeader(name)
        bytes.append(contentsOf: value)
        blankOut(from: start)
        endLine()
    }

    /// Writes a header field.
    package mutating func header(_ name: HeaderName, _ value: String) { header(name, value.utf8) }

    /// Writes a header field whose value is a number.
    package mutating func header(_ name: HeaderName, _ value: some BinaryInteger) {
        _ = startHeader(name)
        bytes.append(decimal: value)
        endLine()
    }

    /// Writes a header field whose name is not in `HeaderName`. Bytes that no name may hold become hyphens.
    package mutating func header(named name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
        for byte in name { bytes.append(byte.isIn(.token) ? byte : UInt8(ascii: "-")) }
        bytes.append(": ")
        let start = bytes.count
        bytes.append(contentsOf: value)
        blankOut(from: start)
        endLine()
    }

    /// Writes a header field whose name is not in `HeaderName`.
    package mutating func header(named name: String, _ value: String) { header(named: name.utf8, value.utf8) }

    /// Copies every field of this name, one line each, in order; folding is undone.
    package mutating func copy(_ name: HeaderName, from message: Message) {
        guard message.has(name) else { return }
        for header in message.headers where header.name == name { copy(header, from: message) }
    }

    /// Copies one header field; its name takes the canonical form when it is a known one.
    package mutating func copy(_ header: Header, from message: Message) {
        // The usual line takes one step: a known name, and nothing in the value that could break out of it.
        if header.name != .other, !message.contents.hasControls {
            let source = message.contents.bytes
            bytes.appendLine(header.name.canonical, source.span, header.value)
            return
        }
        if header.name == .other {
            bytes.append(contentsOf: message.contents.bytes[header.nameRange])
            bytes.append(": ")
        } else {
            _ = startHeader(header.name)
        }
        let start = bytes.count
        if header.isFolded {
            bytes.append(contentsOf: unfolded(message.contents.bytes[header.value]))
        } else {
            bytes.append(contentsOf: message.contents.bytes[header.value])
        }
        blankOut(from: start)
        endLine()
    }

    /// Writes Content-Type when there is one, Content-Length, the empty line and the body: the end of the message.
    package mutating func body(contentType: String? = nil, _ body: some Collection<UInt8> = EmptyCollection()) {
        if let contentType { header(.contentType, contentType) }
        bytes.append("Content-Length: ")
        bytes.append(decimal: body.count)
        bytes.append("\r\n\r\n")
        bytes.append(contentsOf: body)
    }

    /// Writes a whole message anew: start line, every header field in wire order in its canonical form, Content-Length last,
    /// body. What is malformed is copied as it is.
    package mutating func copy(_ message: Message) {
        if message.isRequest {
            request(message.method, message.bytes(message.requestURI))
        } else {
            response(message.statusCode, phrase: message.bytes(message.reasonPhrase))
        }
        for header in message.headers where header.name != .contentLength { copy(header, from: message) }
        body(message.body)
    }

    private mutating func statusLine(_ status: Int) {
        bytes.append("SIP/2.0 ")
        bytes.append(decimal: status)
        bytes.append(UInt8(ascii: " "))
    }

    /// Writes the name and returns where the value starts.
    @inline(always)
    private mutating func startHeader(_ name: HeaderName) -> Int {
        bytes.append(name.canonical)
        bytes.append(": ")
        return bytes.count
    }

    @inline(always)
    private mutating func endLine() { bytes.append("\r\n") }

    /// Replaces what could end the line (CR, LF) or cut it in C programs (NUL) by spaces.
    @inline(always)
    private mutating func blankOut(from start: Int) {
        var found = 0
        for index in start..<bytes.count where Self.breaksLine(bytes[index]) { found &+= 1 }
        guard found > 0 else { return }
        for index in start..<bytes.count where Self.breaksLine(bytes[index]) { bytes[index] = 0x20 }
    }

    @inline(always)
    private static func breaksLine(_ byte: UInt8) -> Bool { byte == 0x0d || byte == 0x0a || byte == 0 }
}
