/// µ-law and A-law companding of 16-bit samples (ITU-T G.711): one byte a sample.
package enum G711 {
    /// The µ-law code for a sample, computed. The packet path uses `G711Tables`.
    package static func encodeULaw(_ sample: Int16) -> UInt8 {
        let sign = UInt8(truncatingIfNeeded: sample >> 8) & 0x80
        // The bias makes the position of the highest bit the segment; 32635 is the largest value that has a code.
        // Negative values are complemented, not negated, so that four neighbours share a code on both sides of zero.
        let magnitude = UInt32(min(UInt16(bitPattern: sample < 0 ? ~sample : sample), 32635)) &+ 0x84
        let segment = 24 &- magnitude.leadingZeroBitCount
        let mantissa = (magnitude >> UInt32(truncatingIfNeeded: segment &+ 3)) & 0x0f
        return ~(sign | UInt8(truncatingIfNeeded: UInt32(truncatingIfNeeded: segment) << 4 | mantissa))
    }

    /// The A-law code for a sample, computed. The packet path uses `G711Tables`.
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

/// Both laws as tables: a look-up costs a quarter of what computing a code does.
struct G711Tables: Sendable {
    /// The samples of all codes: the first 256 are µ-law's, the others A-law's.
    private let samples: [Int16]
    /// The codes of all samples, by the bits that matter: the upper 14 for µ-law, 12 for A-law.
    private let ulaw: [UInt8]
    private let alaw: [UInt8]

    /// Shared by all sessions; made once.
    static let shared = G711Tables()

    private init() {
        samples = (0..<256).map { G711.decodeULaw(UInt8($0)) } + (0..<256).map { G711.decodeALaw(UInt8($0)) }
        ulaw = (0..<16_384).map { G711.encodeULaw(Int16(bitPattern: UInt16($0 << 2))) }
        alaw = (0..<4096).map { G711.encodeALaw(Int16(bitPattern: UInt16($0 << 4))) }
    }

    /// Decodes `payload` into the same number of samples of `frame`, from `offset` on.
    func decode(_ payload: Span<UInt8>, as codec: VoiceFormat, into frame: inout MutableSpan<Int16>, at offset: Int) {
        precondition(offset >= 0 && payload.count <= frame.count &- offset, "a decoded payload fits its buffer")
        let base = codec == .pcma ? 256 : 0
        let table = samples.span
        for index in payload.indices { frame[offset &+ index] = table[base &+ Int(payload[index])] }
    }

    /// Appends the codes of a frame to `bytes`.
    func encode(_ frame: Span<Int16>, as codec: VoiceFormat, into bytes: inout [UInt8]) {
        let shift: UInt16 = codec == .pcma ? 4 : 2
        let table = codec == .pcma ? alaw.span : ulaw.span
        bytes.append(addingCapacity: frame.count) { output in
            for index in frame.indices { output.append(table[Int(UInt16(bitPattern: frame[index]) >> shift)]) }
        }
    }
}
