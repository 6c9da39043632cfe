/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address is kept as the IPv4 address it maps.
package struct IPAddress: Hashable, Sendable {
    /// The address as 128 bits in network order; IPv4 lies in the low 32 bits of `low` under the ::ffff:0:0/96 prefix.
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// An IPv4 address from its 32 bits in host order.
    package init(v4 bits: UInt32) { self.init(high: 0, low: 0xffff_0000_0000 | UInt64(bits)) }

    package var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

    /// The 32 bits of an IPv4 address in host order; nil for IPv6.
    package var v4Bits: UInt32? { isIPv4 ? UInt32(truncatingIfNeeded: low) : nil }

    /// 0.0.0.0 or ::.
    package var isUnspecified: Bool { (isIPv4 && v4Bits == 0) || (high == 0 && low == 0) }

    package var isLoopback: Bool { v4Bits.map { $0 >> 24 == 127 } ?? (high == 0 && low == 1) }

    /// An address that means something only within one network (RFC 1918, RFC 4193), link-local ones included.
    package var isPrivate: Bool {
        guard let bits = v4Bits else { return high >> 57 == 0xfc >> 1 || high >> 54 == 0xfe80 >> 6 }
        return bits >> 24 == 10 || bits >> 20 == 0xac1 || bits >> 16 == 0xc0a8 || bits >> 16 == 0xa9fe
    }

    /// 224.0.0.0/4 or ff00::/8.
    package var isMulticast: Bool { v4Bits.map { $0 >> 28 == 0xe } ?? (high >> 56 == 0xff) }

    package static let anyIPv4 = IPAddress(v4: 0)
    package static let anyIPv6 = IPAddress(high: 0, low: 0)
    package static let loopback = IPAddress(v4: 0x7f00_0001)
}

/// An IP address and a port.
package struct SocketAddress: Hashable, Sendable {
    package var ip: IPAddress
    package var port: UInt16

    package init(_ ip: IPAddress, _ port: UInt16) { (self.ip, self.port) = (ip, port) }
}

extension IPAddress {
    /// Parses dotted IPv4 (RFC 3986 §3.2.2: no leading zeros are required to be refused; three digits at most) or IPv6
    /// text (RFC 4291 §2.2), without brackets and without a zone. Nil when it is neither.
    package init?(_ text: some Sequence<UInt8>) {
        let bytes = Array(text)
        guard (2...45).contains(bytes.count) else { return nil }
        if let v4 = Self.parseIPv4(bytes[...]) {
            self.init(v4: v4)
        } else if let (high, low) = Self.parseIPv6(bytes) {
            self.init(high: high, low: low)
        } else {
            return nil
        }
    }

    package init?(_ text: String) { self.init(text.utf8) }

    private static func parseIPv4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count) else { return nil }
            var octet: UInt32 = 0
            for byte in part {
                guard (0x30...0x39).contains(byte) else { return nil }
                octet = octet * 10 + UInt32(byte - 0x30)
            }
            guard octet < 256 else { return nil }
            bits = bits << 8 | octet
        }
        return bits
    }

    private static func parseIPv6(_ bytes: [UInt8]) -> (UInt64, UInt64)? {
        var groups: [UInt16] = []
        var gap: Int?
        var index = 0
        if bytes.starts(with: [0x3a, 0x3a]) { (gap, index) = (0, 2) }
        while index < bytes.count {
            guard groups.count < 8 else { return nil }
            let end = bytes[index...].firstIndex(of: 0x3a) ?? bytes.count
            if end == bytes.count, let v4 = parseIPv4(bytes[index...]) {
                groups += [UInt16(v4 >> 16), UInt16(truncatingIfNeeded: v4)]
                break
            }
            guard let group = hexGroup(bytes[index..<end]) else { return nil }
            groups.append(group)
            index = end
            guard index < bytes.count else { break }
            index += 1
            if index < bytes.count, bytes[index] == 0x3a {
                guard gap == nil else { return nil }
                gap = groups.count
                index += 1
            } else if index == bytes.count {
                return nil
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        let high = groups[..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let low = groups[4...].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        return (high, low)
    }

    private static func hexGroup(_ bytes: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(bytes.count) else { return nil }
        var value: UInt16 = 0
        for byte in bytes {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt16(byte - 0x30)
            case 0x61...0x66, 0x41...0x46: value = value << 4 | UInt16((byte | 0x20) - 0x61 + 10)
            default: return nil
            }
        }
        return value
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted IPv4, or IPv6 as RFC 5952 wants it: lower case, the longest run of zeros shortened.
    package var description: String {
        if let bits = v4Bits {
            return "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
        }
        let shifts: [UInt64] = [48, 32, 16, 0]
        let groups = shifts.map { high >> $0 & 0xffff } + shifts.map { low >> $0 & 0xffff }
        guard let run = Self.longestZeroRun(groups) else { return Self.joined(groups[...]) }
        return Self.joined(groups[..<run.lowerBound]) + "::" + Self.joined(groups[run.upperBound...])
    }

    /// The first longest run of at least two zero groups (RFC 5952 §4.2).
    private static func longestZeroRun(_ groups: [UInt64]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start >= 2, end - start > best?.count ?? 0 { best = start..<end }
            start = max(end, start) + 1
        }
        return best
    }

    private static func joined(_ groups: ArraySlice<UInt64>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `host:port`, with brackets around IPv6.
    package var description: String { ip.isIPv4 ? "\(ip):\(port)" : "[\(ip)]:\(port)" }

    /// The bytes of `description`.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(48)
        if !ip.isIPv4 { out.append(UInt8(ascii: "[")) }
        out.append(ip)
        if !ip.isIPv4 { out.append(UInt8(ascii: "]")) }
        out.append(UInt8(ascii: ":"))
        out.append(decimal: port)
        return out
    }

    /// Parses `host:port` or `[v6]:port`, with `defaultPort` when no port is given. Nil when the host is no IP address.
    package init?(_ text: String, defaultPort: UInt16? = nil) {
        var host = Substring(text)
        var port = defaultPort
        if host.hasPrefix("["), let close = host.firstIndex(of: "]") {
            let rest = host[host.index(after: close)...]
            host = host[host.index(after: host.startIndex)..<close]
            if rest.hasPrefix(":") {
                port = UInt16(rest.dropFirst())
                if port == nil { return nil }
            } else if !rest.isEmpty {
                return nil
            }
        } else if let colon = host.lastIndex(of: ":"), host.firstIndex(of: ":") == colon {
            port = UInt16(host[host.index(after: colon)...])
            if port == nil { return nil }
            host = host[..<colon]
        }
        guard let port, let ip = IPAddress(String(host)) else { return nil }
        self.init(ip, port)
    }
}
