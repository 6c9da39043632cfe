/// How the length of a body is told (RFC 9112 §6).
package enum HTTPFraming: Hashable, Sendable {
    /// There is no body, and none is announced.
    case none
    /// So many bytes follow; for the answer to HEAD, would follow.
    case length(Int)
    /// Chunks follow until an empty one.
    case chunked
    /// Everything until the connection closes: for HTTP/1.0, which knows no chunks.
    case untilClose
}

/// Writes the heads of messages and chunks (RFC 9112). Field values that would break a message apart are made harmless.
package enum HTTPWriter {
    /// The end of a chunked body.
    package static let lastChunk = Array("0\r\n\r\n".utf8)

    /// The status line and the header fields of a response.
    /// - Parameters:
    ///   - closes: says `Connection: close`.
    ///   - date: seconds since 1970 UTC; nil when there is no clock (RFC 9110 §6.6.1).
    package static func responseHead(
        _ status: HTTPStatus, _ headers: HTTPHeaders, _ framing: HTTPFraming, closes: Bool, date: Int64? = nil
    ) -> [UInt8] {
        var out = Array("HTTP/1.1 \(status.code) \(status.reason)\r\n".utf8)
        if let date { append("Date", HTTPDate.text(date), to: &out) }
        append(headers, framing, to: &out)
        if closes { append("Connection", "close", to: &out) }
        out += [0x0d, 0x0a]
        return out
    }

    /// The request line and the header fields of a request, with `Host` first. `target` and `host` are escaped already.
    package static func requestHead(
        _ method: HTTPMethod, _ target: String, host: String, _ headers: HTTPHeaders, _ framing: HTTPFraming
    ) -> [UInt8] {
        var out = Array("\(method.name) \(target) HTTP/1.1\r\n".utf8)
        append("Host", host, to: &out)
        append(headers, framing, to: &out)
        out += [0x0d, 0x0a]
        return out
    }

    /// A chunk of a chunked body. Empty data makes no chunk, because an empty chunk would end the body.
    package static func chunk(_ data: [UInt8]) -> [UInt8] {
        if data.isEmpty { return [] }
        return Array("\(String(data.count, radix: 16))\r\n".utf8) + data + [0x0d, 0x0a]
    }

    private static func append(_ headers: HTTPHeaders, _ framing: HTTPFraming, to out: inout [UInt8]) {
        for field in headers.fields where !isFraming(field.name) { append(field.name, field.value, to: &out) }
        switch framing {
        case .none, .untilClose: break
        case .length(let count): append("Content-Length", "\(count)", to: &out)
        case .chunked: append("Transfer-Encoding", "chunked", to: &out)
        }
    }

    /// The fields that only the framing decides.
    private static func isFraming(_ name: String) -> Bool {
        name.utf8.equalsIgnoringCase("content-length") || name.utf8.equalsIgnoringCase("transfer-encoding")
    }

    private static func append(_ name: String, _ value: String, to out: inout [UInt8]) {
        guard !name.isEmpty, name.utf8.allSatisfy(\.isHTTPToken) else { return }
        out += name.utf8
        out += [UInt8(ascii: ":"), 0x20]
        // CR, LF and NUL within a value become spaces (RFC 9110 §5.5).
        out += value.utf8.map { $0 == 0x0d || $0 == 0x0a || $0 == 0 ? 0x20 : $0 }
        out += [0x0d, 0x0a]
    }
}
