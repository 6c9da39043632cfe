/// The bytes before the samples of a WAV file of 16-bit PCM.
package enum WAVHeader {
    /// The 44 bytes for `dataBytes` bytes of samples. Written first with 0 and again, over the first one, when the length is known.
    /// A length that 32 bits cannot hold says the most they can.
    package static func bytes(_ rate: SampleRate, channels: Int = 1, dataBytes: Int) -> [UInt8] {
        let data = UInt32(clamping: min(dataBytes, Int(UInt32.max) - 36))
        let frame = UInt32(clamping: channels * 2)
        var out = Array("RIFF".utf8)
        append(data + 36, 4, to: &out)
        out += Array("WAVEfmt ".utf8)
        append(16, 4, to: &out)
        append(1, 2, to: &out)
        append(UInt32(clamping: channels), 2, to: &out)
        append(UInt32(clamping: rate.hertz), 4, to: &out)
        append(UInt32(clamping: rate.hertz) &* frame, 4, to: &out)
        append(frame, 2, to: &out)
        append(16, 2, to: &out)
        out += Array("data".utf8)
        append(data, 4, to: &out)
        return out
    }

    private static func append(_ value: UInt32, _ count: Int, to out: inout [UInt8]) {
        for index in 0..<count { out.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * index))) }
    }
}
