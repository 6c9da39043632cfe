extension MessageJSON {
    /// Appends one header field: its name with `value`, with `values` when the field is a list, or with `text` when it has no
    /// better shape.
    static func append(_ header: Header, of message: Message, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("name")
        if header.name == .other {
            writer.string(message.bytes(header.nameRange))
        } else {
            writer.string(header.name.canonical)
        }
        let start = writer
        if !appendShaped(header, of: message, to: &writer) {
            writer = start
            writer.key("text")
            writer.string(unfolded(message.bytes(header.value)))
        }
        writer.endObject()
    }

    /// False when the value does not have the shape of its name; then what was written is of no use.
    private static func appendShaped(_ header: Header, of message: Message, to writer: inout JSONWriter) -> Bool {
        let shape = HeaderShape(of: header.name)
        if case .text = shape { return false }
        guard header.name.isCommaList else {
            writer.key("value")
            return append(header.value, as: shape, of: message, to: &writer)
        }
        var ranges: [Range<Int>] = []
        let bytes = message.bytes
        splitList(bytes.span, header.value, into: &ranges)
        writer.key("values")
        writer.beginArray()
        for range in ranges where !append(range, as: shape, of: message, to: &writer) { return false }
        writer.endArray()
        return true
    }

    private static func append(
        _ range: Range<Int>, as shape: HeaderShape, of message: Message, to writer: inout JSONWriter
    ) -> Bool {
        let raw = message.bytes(range)
        switch shape {
        case .address: return appendAddress(raw, to: &writer)
        case .via: return appendVia(raw, to: &writer)
        case .cseq: return appendCSeq(raw, to: &writer)
        case .rack: return appendRAck(raw, to: &writer)
        case .number:
            guard let number = raw.decimalValue() else { return false }
            writer.number(number)
        case .numberWithParameters: return appendItem(raw, isNumber: true, to: &writer)
        case .token:
            guard !raw.isEmpty, raw.allSatisfy({ $0 > 0x20 }) else { return false }
            writer.string(raw)
        case .item: return appendItem(raw, isNumber: false, to: &writer)
        case .credentials: return appendCredentials(raw, to: &writer)
        case .text: return false
        }
        return true
    }

    private static func appendAddress(_ raw: ArraySlice<UInt8>, to writer: inout JSONWriter) -> Bool {
        let bytes = unfolded(raw)
        var (parts, index) = (NameAddrParts(), 0)
        guard bytes.count <= Extent.limit, (try? parts.read(bytes.span, &index, to: bytes.count)) != nil,
            index == bytes.count
        else { return false }
        if parts.isWildcard {
            writer.string("*" as StaticString)
            return !parts.parameters.isPresent
        }
        let address = NameAddr(parts, of: bytes)
        writer.beginObject()
        if let name = address.displayName, !name.isEmpty { appendMember("display_name", name, to: &writer) }
        writer.key("uri")
        append(parts.uri, raw: bytes[parts.uri.whole.range], of: bytes, to: &writer)
        append(address.parameters, to: &writer)
        writer.endObject()
        return true
    }

    private static func appendVia(_ raw: ArraySlice<UInt8>, to writer: inout JSONWriter) -> Bool {
        guard let via = Via(unfolded(raw)) else { return false }
        writer.beginObject()
        appendMember("transport", via.transportToken, to: &writer)
        appendMember("host", hostText(via.host), to: &writer)
        if let port = via.port {
            writer.key("port")
            writer.number(port)
        }
        append(via.parameters, to: &writer)
        writer.endObject()
        return true
    }

    private static func appendCSeq(_ raw: ArraySlice<UInt8>, to writer: inout JSONWriter) -> Bool {
        guard let cseq = CSeq(raw) else { return false }
        writer.beginObject()
        writer.key("number")
        writer.number(cseq.number)
        appendMember("method", cseq.method.token, to: &writer)
        writer.endObject()
        return true
    }

    private static func appendRAck(_ raw: ArraySlice<UInt8>, to writer: inout JSONWriter) -> Bool {
        guard let rack = RAck(raw) else { return false }
        writer.beginObject()
        writer.key("rseq")
        writer.number(rack.rseq)
        writer.key("cseq")
        writer.number(rack.cseq.number)
        appendMember("method", rack.cseq.method.token, to: &writer)
        writer.endObject()
        return true
    }

    /// A value up to its first semicolon, and parameters.
    private static func appendItem(_ raw: ArraySlice<UInt8>, isNumber: Bool, to writer: inout JSONWriter) -> Bool {
        let bytes = unfolded(raw)
        let head = bytes.prefix { $0 != UInt8(ascii: ";") }
        let end = (head.lastIndex { !$0.isIn(.lws) } ?? -1) + 1
        let parameters = Parameters(bytes[head.count...])
        guard end > 0, !head.contains(UInt8(ascii: "\"")), parameters.isWellFormed else { return false }
        writer.beginObject()
        if isNumber {
            guard let number = bytes[..<end].decimalValue() else { return false }
            writer.key("number")
            writer.number(number)
        } else {
            appendMember("value", Array(bytes[..<end]), to: &writer)
        }
        append(parameters, to: &writer)
        writer.endObject()
        return true
    }

    private static func appendCredentials(_ raw: ArraySlice<UInt8>, to writer: inout JSONWriter) -> Bool {
        let bytes = unfolded(raw)
        let scheme = bytes.prefix { $0.isIn(.token) }
        let rest = bytes[scheme.count...]
        guard !scheme.isEmpty, rest.first?.isIn(.lws) == true else { return false }
        // The same grammar as parameters, with commas in place of semicolons.
        guard let parameters = Parameters(commaSeparated: rest) else { return false }
        writer.beginObject()
        appendMember("scheme", Array(scheme), to: &writer)
        append(parameters, to: &writer)
        writer.endObject()
        return true
    }

    /// Parameters as an object, unquoted, `true` for one without a value; and the names of those that were quoted.
    private static func append(_ parameters: Parameters, to writer: inout JSONWriter) {
        let all = parameters.all
        guard !all.isEmpty else { return }
        writer.key("params")
        writer.beginObject()
        for (name, value) in all {
            writer.key(name)
            if let value { writer.string(value) } else { writer.bool(true) }
        }
        writer.endObject()
        let quoted = parameters.quotedNames
        guard !quoted.isEmpty else { return }
        writer.key("quoted_params")
        writer.beginArray()
        for name in quoted { writer.string(name) }
        writer.endArray()
    }
}
