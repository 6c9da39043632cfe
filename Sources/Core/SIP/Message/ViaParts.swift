/// Where the parts of a Via value are in a message.
package struct ViaParts: Hashable, Sendable {
    package var transport = Extent.none
    package var host = HostParts(kind: .name, extent: .none)
    package var port: UInt16?
    /// From the first semicolon.
    package var parameters = Extent.none
    package var branch = Extent.none
    package var received = Extent.none
    /// The rport parameter; an empty extent when it has no value.
    package var rport = Extent.none

    /// Reads one value of a list. `index` is at a comma or at `end` afterwards.
    package static func parse(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) -> ViaParts {
        var parts = ViaParts()
        skipLWS(bytes, &index, to: end)
        try parts.parseProtocol(bytes, &index, to: end)
        skipLWS(bytes, &index, to: end)
        parts.host = try HostParts.parse(bytes, &index, to: end)
        skipLWS(bytes, &index, to: end)
        if index < end, bytes[index] == UInt8(ascii: ":") {
            index &+= 1
            skipLWS(bytes, &index, to: end)
            parts.port = try parsePortNumber(bytes, &index, to: end)
            skipLWS(bytes, &index, to: end)
        }
        try parts.parseParameters(bytes, &index, to: end)
        guard index == end || bytes[index] == UInt8(ascii: ",") else { throw ParseError(.malformedVia, offset: index) }
        return parts
    }

    /// Reads `protocol-name SLASH protocol-version SLASH transport LWS`.
    @inline(__always)
    private mutating func parseProtocol(
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

    @inline(__always)
    private static func skipToken(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) {
        let start = index
        while index < end, bytes[index].isIn(.token) { index &+= 1 }
        guard index > start else { throw ParseError(.malformedVia, offset: index) }
    }

    @inline(__always)
    private mutating func parseParameters(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int
    ) throws(ParseError) {
        let start = index
        var last = start
        while index < end, bytes[index] == UInt8(ascii: ";") {
            index &+= 1
            let parameter = try ParameterParts.parse(bytes, &index, to: end)
            keep(parameter, bytes)
            last = Int(parameter.value.isPresent ? parameter.value.end : parameter.name.end)
        }
        if last > start { parameters = Extent(start, last) }
    }

    /// Notes the parameters that routing needs; the first of a name counts.
    @inline(__always)
    private mutating func keep(_ parameter: ParameterParts, _ bytes: Span<UInt8>) {
        switch parameter.name.count {
        case 6 where !branch.isPresent && parameter.isNamed(0x6863_6e61_7262, length: 6, bytes):
            branch = parameter.value
        case 8 where !received.isPresent && parameter.isNamed(0x6465_7669_6563_6572, length: 8, bytes):
            received = parameter.value
        case 5 where !rport.isPresent && parameter.isNamed(0x74_726f_7072, length: 5, bytes):
            let end = Int(parameter.name.end)
            rport = parameter.value.isPresent ? parameter.value : Extent(end, end)
        default: break
        }
    }
}
