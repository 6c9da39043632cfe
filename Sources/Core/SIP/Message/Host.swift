/// A host: an IP address or a name (RFC 3261 §25.1, `host`).
package enum Host: Hashable, Sendable {
    case ip(IPAddress)
    /// In lower case: names compare without case (RFC 3261 §19.1.4).
    case name([UInt8])

    /// Reads a host as it stands in a URI: IPv6 in brackets, or without them. Nil when it is none.
    package init?(_ text: some Sequence<UInt8>) {
        let bytes = Array(text)
        var index = 0
        if let parts = try? HostParts.parse(bytes.span, &index, to: bytes.count), index == bytes.count {
            self = parts.host(in: bytes)
        } else if let ip = IPAddress(bytes) {
            self = .ip(ip)
        } else {
            return nil
        }
    }

    package init?(_ string: String) { self.init(string.utf8) }

    /// The bytes on the wire, IPv6 in brackets.
    package var bytes: [UInt8] {
        switch self {
        case .ip(let ip) where ip.isIPv4: Array(ip.description.utf8)
        case .ip(let ip): Array("[\(ip)]".utf8)
        case .name(let name): name
        }
    }

    /// The address, when the host is one.
    package var ip: IPAddress? {
        if case .ip(let ip) = self { return ip }
        return nil
    }
}

extension Host: CustomStringConvertible {
    package var description: String { bytes.text }
}

/// Where a host is in a message.
package struct HostParts: Hashable, Sendable {
    package enum Kind: UInt8, Hashable, Sendable { case name, ipv4, ipv6 }

    package var kind: Kind
    /// Without the brackets of IPv6.
    package var extent: Extent

    /// The host as a value of its own.
    package func host(in bytes: [UInt8]) -> Host {
        switch kind {
        case .name: .name(bytes[extent.range].lowercasedBytes)
        case .ipv4, .ipv6: IPAddress.parse(bytes.span, extent.range).map(Host.ip) ?? .name([])
        }
    }

    static func parse(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) -> HostParts {
        let start = index
        guard start < end else { throw ParseError(.malformedHost, offset: start) }
        if bytes[start] == UInt8(ascii: "[") { return try parseReference(bytes, &index, to: end) }
        var isNumeric = true
        var previous = UInt8(ascii: ".")
        while index < end {
            let byte = bytes[index]
            guard byte.isIn(.hostname) else { break }
            if byte == UInt8(ascii: ".") {
                guard previous != UInt8(ascii: ".") else { throw ParseError(.malformedHost, offset: index) }
            } else if !byte.isIn(.digit) {
                isNumeric = false
            }
            previous = byte
            index &+= 1
        }
        guard index > start, bytes[start] != UInt8(ascii: "-") else { throw ParseError(.malformedHost, offset: start) }
        if !isNumeric { return HostParts(kind: .name, extent: Extent(start, index)) }
        guard IPAddress.parseIPv4(bytes, start..<index) != nil else { throw ParseError(.malformedHost, offset: start) }
        return HostParts(kind: .ipv4, extent: Extent(start, index))
    }

    /// An IPv6 reference in brackets.
    private static func parseReference(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int
    ) throws(ParseError) -> HostParts {
        let start = index
        while index < end, bytes[index] != UInt8(ascii: "]") { index &+= 1 }
        guard index < end, IPAddress.parse(bytes, (start &+ 1)..<index) != nil else {
            throw ParseError(.malformedHost, offset: start)
        }
        index &+= 1
        return HostParts(kind: .ipv6, extent: Extent(start &+ 1, index &- 1))
    }
}

/// Reads `[":" port]`, with white space around the colon where `COLON` allows it.
func parsePort(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) -> UInt16? {
    guard index < end, bytes[index] == UInt8(ascii: ":") else { return nil }
    index &+= 1
    return try parsePortNumber(bytes, &index, to: end)
}

/// Reads a port number.
func parsePortNumber(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) -> UInt16 {
    let start = index
    var port: UInt32 = 0
    while index < end, bytes[index].isIn(.digit) {
        port = port &* 10 &+ UInt32(bytes[index] &- 0x30)
        guard port <= 65_535 else { throw ParseError(.portOutOfRange, offset: start) }
        index &+= 1
    }
    guard index > start else { throw ParseError(.malformedHost, offset: start) }
    return UInt16(truncatingIfNeeded: port)
}
