package import Core

/// Why bytes are no capture that can be read.
package enum PcapError: Error, Hashable, Sendable {
    case notPcap
    /// The capture ends within a record.
    case truncated
    /// A record claims to be longer than 256 KiB.
    case tooLong
    case unsupportedLink(UInt32)
}

/// Reads a capture in the classic pcap format: the UDP datagrams in it, in order.
///
/// Either byte order, microseconds or nanoseconds; Ethernet with VLAN tags, Linux "cooked", loopback and raw IP; IPv4 and IPv6
/// without fragments. What is no UDP is passed over.
package struct PcapReader: Sendable {
    /// A datagram; the payload is a range of the capture.
    package struct Datagram: Hashable, Sendable {
        /// Since the beginning of 1970.
        package var time: Instant
        package var source: SocketAddress
        package var destination: SocketAddress
        package var payload: Range<Int>
    }

    package let bytes: [UInt8]
    private let isLittleEndian: Bool
    private let nanosecondsPerUnit: Int64
    private let link: UInt32
    private var offset = 24

    private static let largestRecord = 262_144

    package init(_ bytes: [UInt8]) throws(PcapError) {
        guard bytes.count >= 24 else { throw .notPcap }
        switch bytes.span.word(at: 0) {
        case 0xa1b2_c3d4: (isLittleEndian, nanosecondsPerUnit) = (false, 1000)
        case 0xd4c3_b2a1: (isLittleEndian, nanosecondsPerUnit) = (true, 1000)
        case 0xa1b2_3c4d: (isLittleEndian, nanosecondsPerUnit) = (false, 1)
        case 0x4d3c_b2a1: (isLittleEndian, nanosecondsPerUnit) = (true, 1)
        default: throw .notPcap
        }
        let field = bytes.span.word(at: 20)
        // The upper bits say how long the frame check sequence is.
        link = (isLittleEndian ? field.byteSwapped : field) & 0xffff
        self.bytes = bytes
        guard Self.linkHeader(link) != nil else { throw .unsupportedLink(link) }
    }

    /// The next UDP datagram; nil at the end.
    package mutating func next() throws(PcapError) -> Datagram? {
        while offset < bytes.count {
            guard offset + 16 <= bytes.count else { throw .truncated }
            let time = Int64(word(offset)) * 1_000_000_000 + Int64(word(offset + 4)) * nanosecondsPerUnit
            let length = Int(word(offset + 8))
            guard length <= Self.largestRecord else { throw .tooLong }
            let start = offset + 16
            guard start + length <= bytes.count else { throw .truncated }
            offset = start + length
            if let found = datagram(start..<offset, Instant(nanoseconds: time)) { return found }
        }
        return nil
    }

    private func word(_ at: Int) -> UInt32 {
        let value = bytes.span.word(at: at)
        return isLittleEndian ? value.byteSwapped : value
    }

    /// Bytes before the packet, and where among them the protocol is said (nil: by the IP version).
    private static func linkHeader(_ link: UInt32) -> (length: Int, type: Int?)? {
        switch link {
        case 0: (4, nil)
        case 1: (14, 12)
        case 101, 228, 229: (0, nil)
        case 113: (16, 14)
        case 276: (20, 0)
        default: nil
        }
    }

    private func datagram(_ record: Range<Int>, _ time: Instant) -> Datagram? {
        guard let header = Self.linkHeader(link), record.count > header.length else { return nil }
        var start = record.lowerBound + header.length
        if let type = header.type {
            var kind = bytes.span.half(at: record.lowerBound + type)
            while kind == 0x8100 || kind == 0x88a8 {
                guard start + 4 <= record.upperBound else { return nil }
                kind = bytes.span.half(at: start + 2)
                start += 4
            }
            guard kind == 0x0800 || kind == 0x86dd else { return nil }
        }
        guard start < record.upperBound else { return nil }
        return bytes[start] >> 4 == 4 ? ipv4(start..<record.upperBound, time) : ipv6(start..<record.upperBound, time)
    }

    private func ipv4(_ packet: Range<Int>, _ time: Instant) -> Datagram? {
        let at = packet.lowerBound
        let length = Int(bytes[at] & 0x0f) * 4
        guard length >= 20, packet.count >= length + 8, bytes[at + 9] == 17 else { return nil }
        // Neither more fragments nor an offset.
        guard bytes.span.half(at: at + 6) & 0x3fff == 0 else { return nil }
        let source = IPAddress(v4: bytes.span.word(at: at + 12))
        return udp((at + length)..<packet.upperBound, source, IPAddress(v4: bytes.span.word(at: at + 16)), time)
    }

    private func ipv6(_ packet: Range<Int>, _ time: Instant) -> Datagram? {
        let at = packet.lowerBound
        guard bytes[at] >> 4 == 6, packet.count >= 48, bytes[at + 6] == 17 else { return nil }
        return udp((at + 40)..<packet.upperBound, address(at + 8), address(at + 24), time)
    }

    private func address(_ at: Int) -> IPAddress {
        let words = (0..<4).map { UInt64(bytes.span.word(at: at + 4 * $0)) }
        return IPAddress(high: words[0] << 32 | words[1], low: words[2] << 32 | words[3])
    }

    private func udp(_ packet: Range<Int>, _ source: IPAddress, _ destination: IPAddress, _ time: Instant) -> Datagram?
    {
        let at = packet.lowerBound
        let length = Int(bytes.span.half(at: at + 4))
        guard length >= 8, length <= packet.count else { return nil }
        return Datagram(
            time: time, source: SocketAddress(source, bytes.span.half(at: at)),
            destination: SocketAddress(destination, bytes.span.half(at: at + 2)), payload: (at + 8)..<(at + length))
    }
}

extension Span<UInt8> {
    /// Bits in network order at `offset`, which the caller has checked to lie inside.
    fileprivate func half(at offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }

    fileprivate func word(at offset: Int) -> UInt32 {
        UInt32(half(at: offset)) << 16 | UInt32(half(at: offset + 2))
    }
}
