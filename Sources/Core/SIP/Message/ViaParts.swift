/// Where the parts of a Via value are in a message.
package struct ViaParts: Hashable, Sendable {
    package var transport = Extent.none
    package var host = HostParts()
    package var port: UInt16?
    /// From the first semicolon.
    package var parameters = Extent.none
    package var branch = Extent.none
    package var received = Extent.none
    /// The rport parameter; an empty extent when it has no value.
    package var rport = Extent.none
    /// Where the value ends: at a comma or at the end of the field.
    private(set) var valueEnd = 0
    /// Where reading it began.
    private(set) var valueStart = 0

    /// Whether a value has been read.
    package var isPresent: Bool { valueEnd > 0 }

    /// Reads one value of a list. `index` is at a comma or at `end` afterwards. Stays absent when it throws.
    mutating func read(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) {
        valueStart = index
        skipLWS(bytes, &index, to: end)
        try readProtocol(bytes, &index, to: end)
        skipLWS(bytes, &index, to: end)
        try host.read(bytes, &index, to: end)
        skipLWS(bytes, &index, to: end)
        if index < end, bytes[index] == UInt8(ascii: ":") {
            index &+= 1
            skipLWS(bytes, &index, to: end)
            port = try parsePortNumber(bytes, &index, to: end)
            skipLWS(bytes, &index, to: end)
        }
        try readParameters(bytes, &index, to: end)
        guard index == end || bytes[index] == UInt8(ascii: ",") else { throw ParseError(.malformedVia, offset: index) }
        valueEnd = index
    }

    /// Reads `protocol-name SLASH protocol-version SLASH transport LWS`.
    @inline(always)
    private mutating func readProtocol(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int
    ) throws(ParseError) {
        // "SIP/2.0/" as nearly everybody writes it.
        if index &+ 8 < end, bytes.word(at: index, length: 8) | 0x20_2020 == 0x2f30_2e32_2f70_6973 {
            index &+= 8
            skipLWS(bytes, &index, to: end)
        } else {
            for _ in 0..<2 {
                try Self.skipToken(bytes, &index, to: end)
                skipLWS(bytes, &index, to: end)
                guard index < end, bytes[index] == UInt8(ascii: "/") else {
                    throw ParseError(.malformedVia, offset: index)
                }
                index &+= 1
                skipLWS(bytes, &index, to: end)
            }
        }
        let start = index
        try Self.skipToken(bytes, &index, to: end)
        transport = Extent(start, index)
        guard index < end, bytes[index].isIn(.lws) else { throw ParseError(.malformedVia, offset: index) }
    }

    @inline(always)
    private static func skipToken(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) {
        let start = index
        index = bytes.endOfRun(.token, from: start, to: end)
        guard index > start else { throw ParseError(.malformedVia, offset: index) }
    }

    @inline(always)
    private mutating func readParameters(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int
    ) throws(ParseError) {
        let start = index
        var last = start
        while index < end, bytes[index] == UInt8(ascii: ";") {
            index &+= 1
            let parameter = try ParameterParts.parse(bytes, &index, to: end, &last)
            keep(parameter, bytes)
        }
        if last > start { parameters = Extent(start, last) }
    }

    /// Notes the parameters that routing needs; the first of a name counts.
    @inline(always)
    private mutating func keep(_ parameter: ParameterParts, _ bytes: Span<UInt8>) {
        switch parameter.nameWord(bytes) {
        case 0x6863_6e61_7262 where !branch.isPresent: branch = parameter.value
        case 0x6465_7669_6563_6572 where !received.isPresent: received = parameter.value
        case 0x74_726f_7072 where !rport.isPresent:
            rport = parameter.value.isPresent ? parameter.value : Extent(parameter.name.end, parameter.name.end)
        default: break
        }
    }
}
