/// Why bytes are no RTCP compound packet (RFC 3550 §6.1, §A.2).
package enum RTCPError: Error, Equatable, Sendable {
    /// A packet's header or its length reaches beyond the datagram.
    case truncated
    case badVersion
    /// The compound does not begin with a sender or receiver report.
    case noReport
    /// A padding count that is zero, no multiple of four or larger than the packet, or padding before the last packet.
    case badPadding
    /// A report, SDES or BYE that is shorter than its count demands.
    case badCount
}

/// One packet of a compound; its content is a range of the datagram (RFC 3550 §6.4 to §6.7).
package struct RTCPPacket: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case senderReport, receiverReport, sourceDescription, bye
        /// APP, feedback, extended reports and what is still to be invented.
        case other(UInt8)

        init(_ type: UInt8) {
            switch type {
            case 200: self = .senderReport
            case 201: self = .receiverReport
            case 202: self = .sourceDescription
            case 203: self = .bye
            default: self = .other(type)
            }
        }
    }

    package var kind: Kind
    /// Report blocks, chunks or sources; a subtype for other kinds.
    package var count: Int
    /// Everything after the four bytes of header, without padding.
    package var content: Range<Int>
    /// Where the next packet begins.
    package var end: Int

    /// Reads the packet at `offset`. The caller has validated the compound or checks for itself what it needs.
    package init(parsing bytes: Span<UInt8>, at offset: Int) throws(RTCPError) {
        guard offset >= 0, offset &+ 4 <= bytes.count else { throw .truncated }
        guard bytes[offset] >> 6 == 2 else { throw .badVersion }
        end = offset &+ 4 &+ 4 &* Int(bytes.half(at: offset &+ 2))
        guard end <= bytes.count else { throw .truncated }
        kind = Kind(bytes[offset &+ 1])
        count = Int(bytes[offset] & 0x1f)
        var contentEnd = end
        if bytes[offset] & 0x20 != 0 {
            let padding = Int(bytes[end &- 1])
            guard end == bytes.count, padding > 0, padding & 3 == 0, offset &+ 4 &+ padding <= end else {
                throw .badPadding
            }
            contentEnd = end &- padding
        }
        content = (offset &+ 4)..<contentEnd
        guard content.count >= minimumLength else { throw .badCount }
    }

    /// Checks a whole datagram as RFC 3550 §A.2 asks, and that every packet holds what its count says.
    package static func validate(_ bytes: Span<UInt8>) throws(RTCPError) {
        let first = try RTCPPacket(parsing: bytes, at: 0)
        guard first.kind == .senderReport || first.kind == .receiverReport else { throw .noReport }
        var offset = first.end
        while offset < bytes.count { offset = try RTCPPacket(parsing: bytes, at: offset).end }
    }

    /// Whether a datagram on a port that carries both is RTCP: its type would be payload type 64 to 95 (RFC 5761 §4).
    package static func isRTCP(_ bytes: Span<UInt8>) -> Bool {
        bytes.count >= 8 && bytes[0] >> 6 == 2 && (192...223).contains(bytes[1])
    }

    /// The SSRC of the sender of a report.
    package func sender(in bytes: Span<UInt8>) -> SSRC? {
        guard kind == .senderReport || kind == .receiverReport else { return nil }
        return SSRC(bytes.word(at: content.lowerBound))
    }

    /// The sender's part of a sender report.
    package func senderInfo(in bytes: Span<UInt8>) -> SenderInfo? {
        kind == .senderReport ? SenderInfo(bytes, at: content.lowerBound &+ 4) : nil
    }

    /// A report block, counted from 0; nil when there are not so many.
    package func block(_ index: Int, in bytes: Span<UInt8>) -> ReportBlock? {
        guard index >= 0, index < count, let first = firstBlock else { return nil }
        return ReportBlock(bytes, at: first &+ index &* ReportBlock.length)
    }

    /// Whether a BYE names `ssrc`.
    package func says(byeOf ssrc: SSRC, in bytes: Span<UInt8>) -> Bool {
        guard kind == .bye else { return false }
        for index in 0..<count where bytes.word(at: content.lowerBound &+ 4 &* index) == ssrc.rawValue { return true }
        return false
    }

    private var firstBlock: Int? {
        switch kind {
        case .senderReport: content.lowerBound &+ 4 &+ SenderInfo.length
        case .receiverReport: content.lowerBound &+ 4
        case .sourceDescription, .bye, .other: nil
        }
    }

    private var minimumLength: Int {
        switch kind {
        case .senderReport: 4 &+ SenderInfo.length &+ count &* ReportBlock.length
        case .receiverReport: 4 &+ count &* ReportBlock.length
        case .sourceDescription: count &* 8
        case .bye: count &* 4
        case .other: 0
        }
    }
}
