extension SessionDescription {
    /// Bounds on what is read; beyond them parsing throws.
    package enum Limit {
        package static let bytes = 65_536
        package static let lines = 2_048
        package static let media = 32
        /// On one m-line. There are 128 payload numbers.
        package static let formats = 256
    }

    /// Reads a description. Lines may end in CRLF, LF or CR; every line but v= may be missing, and the order within the session part
    /// and within a media part is free: recorded peers need it (Tests/Fixtures/sdp). Lines that are not `x=…` are passed
    /// over and listed in `skippedLines`; lines of an unknown type too.
    package init(parsing bytes: some Collection<UInt8>) throws(SDPError) {
        var parser = SDPParser()
        try parser.parse(Array(bytes))
        self = parser.description
    }
}

/// One pass over the lines of a description.
private struct SDPParser {
    var description = SessionDescription()
    private var line = 0
    private var offset = 0
    private var hasVersion = false

    mutating func parse(_ bytes: [UInt8]) throws(SDPError) {
        line = 1
        guard bytes.count <= SessionDescription.Limit.bytes else { throw fault(.tooLong) }
        line = 0
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != 0x0a, bytes[end] != 0x0d { end += 1 }
            (line, offset) = (line + 1, start)
            guard line <= SessionDescription.Limit.lines else { throw fault(.tooManyLines) }
            try take(bytes[start..<end])
            // CR LF is one line end, a lone CR or LF too (RFC 8866 §5 asks for tolerance of LF).
            start = end + (end + 1 < bytes.count && bytes[end] == 0x0d && bytes[end + 1] == 0x0a ? 2 : 1)
        }
        if !hasVersion {
            (line, offset) = (1, 0)
            throw fault(.missingVersion)
        }
    }

    private func fault(_ reason: SDPError.Reason) -> SDPError { SDPError(reason, line: line, offset: offset) }

    private mutating func take(_ text: ArraySlice<UInt8>) throws(SDPError) {
        guard let type = text.first else { return }
        guard hasVersion || (type == UInt8(ascii: "v") && text.dropFirst().first == UInt8(ascii: "=")) else {
            throw fault(.missingVersion)
        }
        guard text.count >= 2, text[text.startIndex + 1] == UInt8(ascii: "="), type >= 0x61, type <= 0x7a else {
            description.skippedLines.append(line)
            return
        }
        let value = text.dropFirst(2)
        if type == UInt8(ascii: "m") {
            guard description.media.count < SessionDescription.Limit.media else { throw fault(.tooManyMedia) }
            description.media.append(try media(value))
        } else if description.media.isEmpty {
            try takeSessionLine(type, value)
        } else {
            try takeMediaLine(type, value)
        }
    }

    private mutating func takeSessionLine(_ type: UInt8, _ value: ArraySlice<UInt8>) throws(SDPError) {
        switch type {
        case UInt8(ascii: "v"):
            guard !hasVersion else { throw fault(.repeatedLine) }
            guard value.trimmingSpaces.elementsEqual([0x30]) else { throw fault(.unsupportedVersion) }
            hasVersion = true
        case UInt8(ascii: "o"):
            guard description.origin == nil else { throw fault(.repeatedLine) }
            description.origin = try origin(value)
        case UInt8(ascii: "s"): description.sessionName = try once(value, after: description.sessionName)
        case UInt8(ascii: "i"): description.information = try once(value, after: description.information)
        case UInt8(ascii: "u"): description.uri = try once(value, after: description.uri)
        case UInt8(ascii: "e"): description.emails.append(value)
        case UInt8(ascii: "p"): description.phones.append(value)
        case UInt8(ascii: "c"):
            guard description.connection == nil else { throw fault(.repeatedLine) }
            description.connection = try connection(value)
        case UInt8(ascii: "b"): description.bandwidths.append(try bandwidth(value))
        case UInt8(ascii: "t"): description.times.append(try time(value))
        case UInt8(ascii: "r"):
            guard !description.times.isEmpty else { throw fault(.malformedTime) }
            description.times[description.times.count - 1].repeats.append(value)
        case UInt8(ascii: "z"): description.zones = try once(value, after: description.zones)
        case UInt8(ascii: "k"): description.key = try once(value, after: description.key)
        case UInt8(ascii: "a"): description.attributes.append(attribute(value))
        default: description.skippedLines.append(line)
        }
    }

    private mutating func takeMediaLine(_ type: UInt8, _ value: ArraySlice<UInt8>) throws(SDPError) {
        let last = description.media.count - 1
        switch type {
        case UInt8(ascii: "i"): description.media[last].information = value
        case UInt8(ascii: "c"): description.media[last].connections.append(try connection(value))
        case UInt8(ascii: "b"): description.media[last].bandwidths.append(try bandwidth(value))
        case UInt8(ascii: "k"): description.media[last].key = value
        case UInt8(ascii: "a"): description.media[last].attributes.append(attribute(value))
        case UInt8(ascii: "v"), UInt8(ascii: "o"): throw fault(.repeatedLine)
        default: description.skippedLines.append(line)
        }
    }

    /// The value of a line that may stand there once.
    private func once(
        _ value: ArraySlice<UInt8>, after earlier: ArraySlice<UInt8>?
    ) throws(SDPError) -> ArraySlice<UInt8> {
        guard earlier == nil else { throw fault(.repeatedLine) }
        return value
    }
}

extension SDPParser {
    private func fields(_ value: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] { value.fields(0x20) }

    private func origin(_ value: ArraySlice<UInt8>) throws(SDPError) -> SessionDescription.Origin {
        let parts = fields(value)
        // The address may be missing (drachtio-server/app-l5.sdp).
        guard parts.count == 5 || parts.count == 6 else { throw fault(.malformedOrigin) }
        return .init(
            username: parts[0], sessionID: parts[1], sessionVersion: parts[2], networkType: parts[3],
            addressType: parts[4], address: parts.count == 6 ? parts[5] : [])
    }

    private func connection(_ value: ArraySlice<UInt8>) throws(SDPError) -> SessionDescription.Connection {
        let parts = fields(value)
        guard parts.count == 3 else { throw fault(.malformedConnection) }
        return .init(networkType: parts[0], addressType: parts[1], address: parts[2])
    }

    private func bandwidth(_ value: ArraySlice<UInt8>) throws(SDPError) -> SessionDescription.Bandwidth {
        let text = value.trimmingSpaces
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex,
            let number = UInt64(decimal: text[(colon + 1)...])
        else { throw fault(.malformedBandwidth) }
        return .init(type: text[..<colon], value: number)
    }

    private func time(_ value: ArraySlice<UInt8>) throws(SDPError) -> SessionDescription.Time {
        let parts = fields(value)
        guard parts.count == 2, let start = UInt64(decimal: parts[0]), let stop = UInt64(decimal: parts[1]) else {
            throw fault(.malformedTime)
        }
        return .init(start: start, stop: stop)
    }

    private func attribute(_ value: ArraySlice<UInt8>) -> SessionDescription.Attribute {
        let text = value.trimmingSpaces
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return .init(name: text) }
        return .init(name: text[..<colon], value: text[(colon + 1)...])
    }

    private func media(_ value: ArraySlice<UInt8>) throws(SDPError) -> MediaDescription {
        let parts = fields(value)
        guard parts.count >= 4 else { throw fault(.malformedMedia) }
        guard parts.count - 3 <= SessionDescription.Limit.formats else { throw fault(.tooManyFormats) }
        let ports = parts[1].split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let port = UInt16(decimal: ports[0]) else { throw fault(.portOutOfRange) }
        var count: UInt16?
        if ports.count == 2 {
            guard let number = UInt16(decimal: ports[1]) else { throw fault(.portOutOfRange) }
            count = number
        }
        return MediaDescription(
            type: parts[0], port: port, portCount: count, proto: parts[2], formats: Array(parts[3...]))
    }
}
