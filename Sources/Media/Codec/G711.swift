/// µ-law and A-law companding of 16-bit samples (ITU-T G.711): one byte a sample.
package enum G711 {
    /// The µ-law code for a sample.
    package static func encodeULaw(_ sample: Int16) -> UInt8 {
        let sign = UInt8(truncatingIfNeeded: sample >> 8) & 0x80
        // The bias makes the position of the highest bit the segment; 32635 is the largest value that has a code.
        let magnitude = UInt32(min(sample.magnitude, 32635)) &+ 0x84
        let segment = 24 &- magnitude.leadingZeroBitCount
        let mantissa = (magnitude >> UInt32(truncatingIfNeeded: segment &+ 3)) & 0x0f
        return ~(sign | UInt8(truncatingIfNeeded: UInt32(truncatingIfNeeded: segment) << 4 | mantissa))
    }

    /// The A-law code for a sample.
    package static func encodeALaw(_ sample: Int16) -> UInt8 {
        // Negative values are complemented, not negated, so that each of them lies in one interval (G.711 table 1a).
        let isNegative = sample < 0
        let magnitude = UInt32(UInt16(bitPattern: isNegative ? ~sample : sample)) >> 4
        let mask: UInt8 = isNegative ? 0x55 : 0xd5
        if magnitude < 32 { return UInt8(truncatingIfNeeded: magnitude) ^ mask }
        let segment = 28 &- magnitude.leadingZeroBitCount
        let mantissa = (magnitude >> UInt32(truncatingIfNeeded: segment &- 1)) & 0x0f
        return UInt8(truncatingIfNeeded: UInt32(truncatingIfNeeded: segment) << 4 | mantissa) ^ mask
    }

    /// The sample that a µ-law code stands for, computed. The packet path uses `G711Tables`.
    package static func decodeULaw(_ code: UInt8) -> Int16 {
        let bits = ~code
        let magnitude = ((Int16(bits & 0x0f) << 3) &+ 0x84) << Int16(bits >> 4 & 7) &- 0x84
        return bits & 0x80 != 0 ? 0 &- magnitude : magnitude
    }

    /// The sample that an A-law code stands for, computed. The packet path uses `G711Tables`.
    package static func decodeALaw(_ code: UInt8) -> Int16 {
        let bits = code ^ 0x55
        let segment = Int16(bits >> 4 & 7)
        let step = Int16(bits & 0x0f) << 4 &+ 8
        let magnitude = segment == 0 ? step : (step &+ 0x100) << (segment &- 1)
        return bits & 0x80 != 0 ? magnitude : 0 &- magnitude
    }
}

/// The decoded values of all codes: the first 256 are µ-law's, the others A-law's.
struct G711Tables: Sendable {
    private let values: [Int16]

    /// Shared by all sessions; made once.
    static let shared = G711Tables()

    private init() {
        values = (0..<256).map { G711.decodeULaw(UInt8($0)) } + (0..<256).map { G711.decodeALaw(UInt8($0)) }
    }

    /// Decodes `payload` into the same number of samples of `frame`, from `offset` on.
    func decode(_ payload: Span<UInt8>, as codec: VoiceFormat, into frame: inout MutableSpan<Int16>, at offset: Int) {
        precondition(offset >= 0 && payload.count <= frame.count &- offset, "a decoded payload fits its buffer")
        let base = codec == .pcma ? 256 : 0
        let table = values.span
        for index in payload.indices { frame[offset &+ index] = table[base &+ Int(payload[index])] }
    }
}
