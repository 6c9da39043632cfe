internal import CHTTPParser
internal import Core

/// One direction of an HTTP/1.1 connection, bytes to events, over libhttp-parser: bounded, and stopped after each message so
/// that pipelined ones wait their turn. Belongs to one thread.
@safe
final class HTTPWireParser {
    /// What one side sends.
    enum Kind { case requests, responses }

    /// The bounds of a message.
    struct Limits: Sendable {
        /// Bytes of the request target, and of the start line with all field names and values.
        var target = 8192
        var head = 16_384
        var fields = 100
        var body = 1 << 20
    }

    /// The start line and the header fields, and what they say about the body and the connection.
    struct Head {
        var method = HTTPMethod.get
        var target: [UInt8] = []
        var status = HTTPStatus(0)
        var version: (major: Int, minor: Int) = (1, 1)
        var headers = HTTPHeaders()
        /// Whether the connection may carry another message after this one.
        var keepsAlive = false
    }

    enum Event {
        case head(Head)
        case body([UInt8])
        case end
    }

    /// Why a message cannot be taken. The parser is of no use afterwards.
    enum Fault: Error, Hashable {
        case malformed(String)
        case unknownMethod, unsupportedVersion, unsupportedCoding
        case targetTooLong, headTooLarge, bodyTooLarge
        /// The stream ended within a message.
        case truncated
    }

    private let limits: Limits
    private let parser: UnsafeMutablePointer<http_parser>
    private var settings = http_parser_settings()
    private let kind: Kind

    private var head = Head()
    private var hasHead = false
    private var isInValue = false
    private var name: [UInt8] = []
    private var value: [UInt8] = []
    private var headBytes = 0
    private var bodyBytes = 0
    private var fault: Fault?
    private var events: [Event] = []
    /// Whether the next response has no body although its head announces one: it answers HEAD.
    var answersHead = false

    init(_ kind: Kind, _ limits: Limits = Limits()) {
        (self.kind, self.limits) = (kind, limits)
        unsafe parser = .allocate(capacity: 1)
        unsafe http_parser_init(parser, kind == .requests ? HTTP_REQUEST : HTTP_RESPONSE)
        setCallbacks()
    }

    deinit { unsafe parser.deallocate() }

    /// Whether a message has begun and not ended.
    var isWithinMessage: Bool { hasHead || headBytes > 0 }

    /// Reads bytes up to the end of the first message in them, appends what they are and returns how many were taken.
    func parse(_ bytes: ArraySlice<UInt8>, into out: inout [Event]) throws(Fault) -> Int {
        if let fault { throw fault }
        if bytes.isEmpty { return 0 }
        unsafe parser.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        let count = unsafe bytes.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe http_parser_execute(parser, &settings, start, bytes.count)
        }
        defer {
            out += events
            events.removeAll()
        }
        let code = unsafe http_errno(rawValue: parser.pointee.http_errno)
        if code == HPE_PAUSED {
            unsafe http_parser_pause(parser, 0)
            return count
        }
        if code == HPE_OK, unsafe parser.pointee.upgrade == 0 { return count }
        let found = fault ?? translated(code, at: count < bytes.count ? bytes[bytes.startIndex + count] : 0)
        fault = found
        throw found
    }

    /// The peer sends nothing more: ends a response that lasts until then.
    func finish(into out: inout [Event]) throws(Fault) {
        if let fault { throw fault }
        if kind == .requests {
            if isWithinMessage { throw .truncated }
            return
        }
        unsafe parser.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        _ = unsafe http_parser_execute(parser, &settings, nil, 0)
        out += events
        events.removeAll()
        if unsafe http_errno(rawValue: parser.pointee.http_errno) == HPE_INVALID_EOF_STATE { throw .truncated }
        unsafe http_parser_pause(parser, 0)
    }

    private func translated(_ code: http_errno, at byte: UInt8) -> Fault {
        switch code {
        // The library stops at the first letter that no method it knows goes on with.
        case HPE_INVALID_METHOD: byte.isHTTPToken ? .unknownMethod : .malformed("the request line has no method")
        case HPE_INVALID_VERSION: .malformed("the version of the request line is not HTTP/1.1")
        case HPE_HEADER_OVERFLOW: .headTooLarge
        case HPE_INVALID_EOF_STATE: .truncated
        default: .malformed(unsafe String(cString: http_errno_description(code)))
        }
    }

    // MARK: What the library reports. A callback that answers 1 stops it.

    private func began() {
        (head, hasHead, isInValue, headBytes, bodyBytes) = (Head(), false, false, 1, 0)
        (name, value) = ([], [])
    }

    private func count(_ bytes: Int) -> Bool {
        headBytes += bytes
        if headBytes > limits.head { fault = .headTooLarge }
        return fault == nil
    }

    private func readTarget(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe head.target.append(contentsOf: bytes)
        if head.target.count > limits.target {
            fault = .targetTooLong
            return false
        }
        return count(bytes.count)
    }

    private func readName(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if isInValue { endField() }
        unsafe name.append(contentsOf: bytes)
        return count(bytes.count + 2)
    }

    private func readValue(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isInValue = true
        unsafe value.append(contentsOf: bytes)
        return count(bytes.count + 2)
    }

    private func endField() {
        // Trailers are counted and left out: nothing that we serve has a use for them (RFC 9110 §6.5.1).
        if !hasHead {
            // The library lets spaces pass, before the colon too, which a server must refuse (RFC 9112 §5.1).
            if !name.allSatisfy(\.isHTTPToken) { fault = .malformed("a field name is not a token") }
            head.headers.add(name.text, HTTPHeaders.trimmed(value).text)
            if head.headers.fields.count > limits.fields { fault = .headTooLarge }
        }
        (name, value, isInValue) = ([], [], false)
    }

    /// 0 to go on, 1 when there is no body, -1 to stop.
    private func readHead() -> Int32 {
        if isInValue || !name.isEmpty { endField() }
        let raw = unsafe parser.pointee
        hasHead = true
        head.version = unsafe (Int(raw.http_major), Int(raw.http_minor))
        head.keepsAlive = unsafe http_should_keep_alive(parser) != 0
        head.status = unsafe HTTPStatus(Int(raw.status_code))
        if kind == .requests {
            let method = unsafe http_method(rawValue: raw.method)
            head.method = HTTPMethod(unsafe String(cString: http_method_str(method)))
        }
        // Nothing is served here that a connection could be upgraded to, and a server may ignore the wish (RFC 9110 §7.8).
        unsafe parser.pointee.upgrade = 0
        let codings = head.headers.list("transfer-encoding")
        let length = unsafe raw.content_length
        if fault != nil {
            return -1
        } else if head.version.major != 1 {
            fault = .unsupportedVersion
        } else if !codings.isEmpty && codings != ["chunked"] {
            fault = .unsupportedCoding
        } else if length != .max, length > UInt64(limits.body), !answersHead {
            fault = .bodyTooLarge
        }
        // A head that stands although its body is refused tells what the refusal is for.
        if fault == nil || fault == .bodyTooLarge { events.append(.head(head)) }
        if fault != nil { return -1 }
        return answersHead ? 1 : 0
    }

    private func readBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bodyBytes += bytes.count
        if bodyBytes > limits.body {
            fault = .bodyTooLarge
            return false
        }
        unsafe events.append(.body(Array(bytes)))
        return true
    }

    private func ended() {
        events.append(.end)
        (hasHead, headBytes) = (false, 0)
        unsafe http_parser_pause(parser, 1)
    }

    private func setCallbacks() {
        unsafe http_parser_settings_init(&settings)
        unsafe settings.on_message_begin = {
            unsafe HTTPWireParser.of($0) {
                $0.began(); return 0
            }
        }
        unsafe settings.on_url = { raw, at, count in
            unsafe HTTPWireParser.of(raw) { unsafe $0.readTarget(HTTPWireParser.run(at, count)) ? 0 : 1 }
        }
        unsafe settings.on_header_field = { raw, at, count in
            unsafe HTTPWireParser.of(raw) { unsafe $0.readName(HTTPWireParser.run(at, count)) ? 0 : 1 }
        }
        unsafe settings.on_header_value = { raw, at, count in
            unsafe HTTPWireParser.of(raw) { unsafe $0.readValue(HTTPWireParser.run(at, count)) ? 0 : 1 }
        }
        unsafe settings.on_headers_complete = { unsafe HTTPWireParser.of($0) { $0.readHead() } }
        unsafe settings.on_body = { raw, at, count in
            unsafe HTTPWireParser.of(raw) { unsafe $0.readBody(HTTPWireParser.run(at, count)) ? 0 : 1 }
        }
        unsafe settings.on_message_complete = {
            unsafe HTTPWireParser.of($0) {
                $0.ended(); return 0
            }
        }
    }

    /// The parser that a callback is for.
    @unsafe
    private static func of(_ raw: UnsafeMutablePointer<http_parser>?, _ body: (HTTPWireParser) -> Int32) -> Int32 {
        guard let context = unsafe raw?.pointee.data else { return 1 }
        return unsafe body(Unmanaged<HTTPWireParser>.fromOpaque(context).takeUnretainedValue())
    }

    @unsafe
    private static func run(_ start: UnsafePointer<CChar>?, _ count: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: start, count: count)
    }
}
