extension SessionDescription {
    /// The description in canonical form: the order of RFC 8866 §5, CRLF, one space between fields. Lines that RFC 8866
    /// requires and that are missing are written as `s=-` and `t=0 0`; without an origin none is invented.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(384)
        out.line("v", [0x30])
        if let origin {
            out.line(
                "o", origin.username, origin.sessionID, origin.sessionVersion, origin.networkType, origin.addressType,
                origin.address)
        }
        out.line("s", sessionName ?? [UInt8(ascii: "-")])
        if let information { out.line("i", information) }
        if let uri { out.line("u", uri) }
        for email in emails { out.line("e", email) }
        for phone in phones { out.line("p", phone) }
        if let connection { out.append(connection) }
        for bandwidth in bandwidths { out.append(bandwidth) }
        for time in times.isEmpty ? [Time(start: 0, stop: 0)] : times {
            out.line("t", "\(time.start)".bytes, "\(time.stop)".bytes)
            for text in time.repeats { out.line("r", text) }
        }
        if let zones { out.line("z", zones) }
        if let key { out.line("k", key) }
        for attribute in attributes { out.append(attribute) }
        for description in media { out.append(description) }
        return out
    }
}

extension String {
    fileprivate var bytes: ArraySlice<UInt8> { ArraySlice(utf8) }
}

extension [UInt8] {
    /// Writes `type=`, the fields with a space between them, and CRLF.
    fileprivate mutating func line(_ type: Unicode.Scalar, _ fields: ArraySlice<UInt8>...) {
        start(type)
        for (index, field) in fields.enumerated() {
            if index > 0, !field.isEmpty { append(0x20) }
            value(field)
        }
        append("\r\n")
    }

    private mutating func start(_ type: Unicode.Scalar) {
        append(UInt8(ascii: type))
        append(0x3d)
    }

    /// Writes a value. A line end or NUL within it becomes `?`: no value can add lines, and none that was read comes apart
    /// differently.
    private mutating func value(_ field: ArraySlice<UInt8>) {
        let start = count
        append(contentsOf: field)
        for index in start..<count where self[index] == 0x0d || self[index] == 0x0a || self[index] == 0 {
            self[index] = UInt8(ascii: "?")
        }
    }

    fileprivate mutating func append(_ connection: SessionDescription.Connection) {
        line("c", connection.networkType, connection.addressType, connection.address)
    }

    fileprivate mutating func append(_ bandwidth: SessionDescription.Bandwidth) {
        line("b", bandwidth.type + ":".bytes + "\(bandwidth.value)".bytes)
    }

    fileprivate mutating func append(_ attribute: SessionDescription.Attribute) {
        start("a")
        value(attribute.name)
        if let text = attribute.value {
            append(UInt8(ascii: ":"))
            value(text)
        }
        append("\r\n")
    }

    fileprivate mutating func append(_ media: MediaDescription) {
        start("m")
        value(media.type)
        append(0x20)
        append(decimal: media.port)
        if let ports = media.portCount {
            append(UInt8(ascii: "/"))
            append(decimal: ports)
        }
        append(0x20)
        value(media.proto)
        for format in media.formats {
            append(0x20)
            value(format)
        }
        append("\r\n")
        if let information = media.information { line("i", information) }
        for connection in media.connections { append(connection) }
        for bandwidth in media.bandwidths { append(bandwidth) }
        if let key = media.key { line("k", key) }
        for attribute in media.attributes { append(attribute) }
    }
}
