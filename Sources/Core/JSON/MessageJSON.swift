/// SIP messages as JSON Lines, for `sipctl parse` and `sipctl build`; docs/json.md is the promise to scripts.
package enum MessageJSON {
    /// Appends one object and a line end.
    ///
    /// With `offset`, where the message stands in a larger file, the object says so, and the offsets of faults count from the
    /// start of that file.
    package static func appendJSON(of message: Message, at offset: Int? = nil, to out: inout [UInt8]) {
        var writer = JSONWriter(appendingTo: out)
        out = []
        writer.beginObject()
        if let offset {
            writer.key("offset")
            writer.number(offset)
        }
        appendStartLine(of: message, to: &writer)
        writer.key("headers")
        writer.beginArray()
        for header in message.headers { append(header, of: message, to: &writer) }
        writer.endArray()
        if !message.body.isEmpty {
            writer.key("body")
            writer.string(message.body)
        }
        writer.key("valid")
        writer.bool(message.faults.isEmpty)
        append(message.faults, at: offset ?? 0, to: &writer)
        writer.endObject()
        writer.endLine()
        out = writer.bytes
    }

    /// Appends one object for bytes of which no message could be made.
    package static func appendJSON(of error: ParseError, at offset: Int? = nil, to out: inout [UInt8]) {
        var writer = JSONWriter(appendingTo: out)
        out = []
        writer.beginObject()
        if let offset {
            writer.key("offset")
            writer.number(offset)
        }
        writer.key("valid")
        writer.bool(false)
        append([error], at: offset ?? 0, to: &writer)
        writer.endObject()
        writer.endLine()
        out = writer.bytes
    }

    private static func append(_ faults: [Fault], at offset: Int, to writer: inout JSONWriter) {
        writer.key("faults")
        writer.beginArray()
        for fault in faults {
            writer.beginObject()
            writer.key("reason")
            writer.string(fault.reason.rawValue)
            writer.key("offset")
            writer.number(offset + fault.offset)
            writer.key("message")
            writer.string(fault.reason.phrase)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func appendStartLine(of message: Message, to writer: inout JSONWriter) {
        writer.key("kind")
        if message.isRequest {
            writer.string("request" as StaticString)
            writer.key("method")
            writer.string(message.method.token)
            writer.key("request_uri")
            append(
                message.contents.startLine.uri, raw: message.bytes(message.requestURI), of: message.bytes, to: &writer)
        } else {
            writer.string("response" as StaticString)
            writer.key("status")
            writer.number(message.statusCode)
            writer.key("reason")
            writer.string(message.bytes(message.reasonPhrase))
        }
    }

    /// A URI in parts: `{"scheme", "user", "password", "host", "port", "params", "headers"}`; another scheme has `opaque`
    /// instead, and a malformed URI is a string.
    static func append(
        _ parts: URIParts?, raw: ArraySlice<UInt8>, of bytes: [UInt8], to writer: inout JSONWriter
    ) {
        guard let parts else { return writer.string(raw) }
        writer.beginObject()
        writer.key("scheme")
        guard parts.scheme != .other else {
            let scheme = raw.prefix { $0 != UInt8(ascii: ":") }
            writer.string(scheme)
            writer.key("opaque")
            writer.string(raw.dropFirst(scheme.count + 1))
            return writer.endObject()
        }
        let uri = SIPURI(parts, of: bytes)
        writer.string(uri.isSecure ? "sips" : "sip" as StaticString)
        appendMember("user", uri.escapedUser, to: &writer)
        appendMember("password", uri.password, to: &writer)
        appendMember("host", hostText(uri.host), to: &writer)
        if let port = uri.port {
            writer.key("port")
            writer.number(port)
        }
        appendPairs("params", uri.parameters, separator: UInt8(ascii: ";"), to: &writer)
        if let headers = uri.headers { appendPairs("headers", headers, separator: UInt8(ascii: "&"), to: &writer) }
        writer.endObject()
    }

    static func appendMember(_ key: StaticString, _ value: [UInt8]?, to writer: inout JSONWriter) {
        guard let value else { return }
        writer.key(key)
        writer.string(value)
    }

    /// A host without the brackets of IPv6.
    static func hostText(_ host: Host) -> [UInt8] {
        if case .ip(let ip) = host { return Array(ip.description.utf8) }
        return host.bytes
    }

    /// `name=value` pairs as an object; a name without a value has `true`. Escapes stay.
    private static func appendPairs(
        _ key: StaticString, _ raw: [UInt8], separator: UInt8, to writer: inout JSONWriter
    ) {
        guard !raw.isEmpty else { return }
        writer.key(key)
        writer.beginObject()
        for pair in raw.split(separator: separator) {
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            writer.key(name)
            if name.count < pair.count { writer.string(pair.dropFirst(name.count + 1)) } else { writer.bool(true) }
        }
        writer.endObject()
    }
}
