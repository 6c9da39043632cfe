/// Why bytes are no RTP packet (RFC 3550 §5.1, §A.1).
package enum RTPError: Error, Equatable, Sendable {
    /// The bytes end before the fixed header, the CSRC list or the header extension does.
    case truncated
    /// The version is not 2.
    case badVersion
    /// The padding count is zero or reaches into the header.
    case badPadding
}

/// The fields of one RTP packet; the payload is a range of the bytes it was parsed from (RFC 3550 §5.1).
package struct RTPPacket: Equatable, Sendable {
    package var marker: Bool
    package var payloadType: PayloadType
    package var sequence: SequenceNumber
    package var timestamp: RTPTimestamp
    package var ssrc: SSRC
    /// The CSRC list; empty unless a mixer sent the packet.
    package var csrcs: Range<Int>
    /// The 16 profile-defined bits of the header extension; nil when there is none (RFC 3550 §5.3.1).
    package var extensionProfile: UInt16?
    /// The header extension's content, after its four bytes of profile and length.
    package var extensionContent: Range<Int>
    /// The payload, without padding.
    package var payload: Range<Int>

    /// Parses a whole datagram. Bounded by the sixteen fixed fields; the payload is not looked at.
    package init(parsing bytes: Span<UInt8>) throws(RTPError) {
        let count = bytes.count
        guard count >= Self.fixedHeaderLength else { throw .truncated }
        let first = bytes[0]
        guard first >> 6 == 2 else { throw .badVersion }
        marker = bytes[1] & 0x80 != 0
        payloadType = PayloadType(bytes[1])
        sequence = SequenceNumber(UInt16(bytes[2]) << 8 | UInt16(bytes[3]))
        timestamp = RTPTimestamp(bytes.word(at: 4))
        ssrc = SSRC(bytes.word(at: 8))
        var offset = Self.fixedHeaderLength &+ 4 &* Int(first & 0x0f)
        guard offset <= count else { throw .truncated }
        csrcs = Self.fixedHeaderLength..<offset
        extensionProfile = nil
        extensionContent = offset..<offset
        if first & 0x10 != 0 {
            guard offset &+ 4 <= count else { throw .truncated }
            let header = bytes.word(at: offset)
            let end = offset &+ 4 &+ 4 &* Int(header & 0xffff)
            guard end <= count else { throw .truncated }
            extensionProfile = UInt16(header >> 16)
            extensionContent = (offset &+ 4)..<end
            offset = end
        }
        var end = count
        if first & 0x20 != 0 {
            let padding = Int(bytes[count &- 1])
            guard padding > 0, offset &+ padding <= count else { throw .badPadding }
            end = count &- padding
        }
        payload = offset..<end
    }

    /// The length of a header without CSRC list and extension.
    package static let fixedHeaderLength = 12
}

extension RTPPacket {
    /// Appends a header with neither CSRC list nor extension nor padding: the only form that we send.
    package static func appendHeader(
        _ payloadType: PayloadType, marker: Bool, _ position: (SequenceNumber, RTPTimestamp), ssrc: SSRC,
        to bytes: inout [UInt8]
    ) {
        bytes.append(0x80)
        bytes.append(payloadType.rawValue | (marker ? 0x80 : 0))
        bytes.append(UInt8(truncatingIfNeeded: position.0.rawValue >> 8))
        bytes.append(UInt8(truncatingIfNeeded: position.0.rawValue))
        bytes.appendWord(position.1.rawValue)
        bytes.appendWord(ssrc.rawValue)
    }
}

extension Span where Element == UInt8 {
    /// The 16 bits in network order at `offset`, which the caller has checked to lie inside.
    func half(at offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset &+ 1]) }

    /// The 32 bits in network order at `offset`, which the caller has checked to lie inside.
    func word(at offset: Int) -> UInt32 {
        UInt32(self[offset]) << 24 | UInt32(self[offset &+ 1]) << 16 | UInt32(self[offset &+ 2]) << 8
            | UInt32(self[offset &+ 3])
    }
}

extension [UInt8] {
    /// Appends 16 bits in network order.
    mutating func appendHalf(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    /// Appends 32 bits in network order.
    mutating func appendWord(_ value: UInt32) {
        appendHalf(UInt16(truncatingIfNeeded: value >> 16))
        appendHalf(UInt16(truncatingIfNeeded: value))
    }
}
