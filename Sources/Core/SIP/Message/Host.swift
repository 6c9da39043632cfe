/// A host: an IP address or a name (RFC 3261 §25.1, `host`).
package enum Host: Hashable, Sendable {
    case ip(IPAddress)
    /// In lower case: names compare without case (RFC 3261 §19.1.4).
    case name([UInt8])

    /// Reads a host as it stands in a URI: IPv6 in brackets, or without them. Nil when it is none.
    package init?(_ text: some Sequence<UInt8>) {
        let bytes = Array(text)
        var index = 0
        var parts = HostParts()
        guard bytes.count <= Extent.limit else { return nil }
        if (try? parts.read(bytes.span, &index, to: bytes.count)) != nil, index == bytes.count {
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

    package var kind = Kind.name
    /// Without the brackets of IPv6.
    package var extent = Extent.none

    /// The host as a value of its own.
    package func host(in bytes: [UInt8]) -> Host {
        switch kind {
        case .name: .name(bytes[extent.range].lowercasedBytes)
        case .ipv4, .ipv6: IPAddress.parse(bytes.span, extent.range).map(Host.ip) ?? .name([])
        }
    }

    /// Reads a host; IPv6 is in brackets.
    @inline(always)
    mutating func read(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) {
        let start = index
        guard start < end else { throw ParseError(.malformedHost, offset: start) }
        if bytes[start] == UInt8(ascii: "[") { return try readReference(bytes, &index, to: end) }
        if bytes[start].isIn(.digit) {
            if let stop = bytes.endOfIPv4(from: start, to: end),
                stop == end || !bytes[stop].isIn(.hostname) && bytes[stop] != UInt8(ascii: ".")
            {
                index = stop
                (kind, extent) = (.ipv4, Extent(start, stop))
                return
            }
            // A name may begin with a digit; digits and dots alone are an IPv4 address or nothing.
            let digits = start
            while index < end, bytes[index].isIn(.digit) || bytes[index] == UInt8(ascii: ".") { index &+= 1 }
            guard index < end, bytes[index].isIn(.hostname) else { throw ParseError(.malformedHost, offset: digits) }
            index = start
        }
        while true {
            let label = index
            index = bytes.endOfRun(.hostname, from: index, to: end)
            guard index > label, bytes[label] != UInt8(ascii: "-") else {
                // A dot may end a name (RFC 3261 §25.1, `hostname`), but neither begin it nor follow another.
                guard index == label, label > start &+ 1, bytes[label &- 2] != UInt8(ascii: ".") else {
                    throw ParseError(.malformedHost, offset: label)
                }
                break
            }
            guard index < end, bytes[index] == UInt8(ascii: ".") else { break }
            index &+= 1
        }
        (kind, extent) = (.name, Extent(start, index))
    }

    /// An IPv6 reference in brackets.
    private mutating func readReference(
        _ bytes: Span<UInt8>, _ index: inout Int, to end: Int
    ) throws(ParseError) {
        let start = index
        index = bytes.firstIndex(of: UInt8(ascii: "]"), from: start, to: end)
        guard index < end, IPAddress.parse(bytes, (start &+ 1)..<index) != nil else {
            throw ParseError(.malformedHost, offset: start)
        }
        index &+= 1
        (kind, extent) = (.ipv6, Extent(start &+ 1, index &- 1))
    }
}

/// Reads `[":" port]`, with white space around the colon where `COLON` allows it.
@inline(always)
func parsePort(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) -> UInt16? {
    guard index < end, bytes[index] == UInt8(ascii: ":") else { return nil }
    index &+= 1
    return try parsePortNumber(bytes, &index, to: end)
}

/// Reads a port number.
@inline(always)
func parsePortNumber(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) -> UInt16 {
    let start = index
    let port = bytes.decimal(at: &index, to: end)
    guard index > start else { throw ParseError(.malformedHost, offset: start) }
    guard port <= 65_535, index == end || !bytes[index].isIn(.digit) else {
        throw ParseError(.portOutOfRange, offset: start)
    }
    return UInt16(truncatingIfNeeded: port)
}
