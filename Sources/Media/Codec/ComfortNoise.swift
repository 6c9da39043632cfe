/// White noise at the level that the sender's comfort-noise packets give (RFC 3389). Spectral parameters are ignored.
struct ComfortNoise: Sendable {
    private var amplitude = 0
    private var state: UInt32 = 0x2545_f491

    init() {}

    /// Begins to make noise `level` dB below overload.
    mutating func start(level: UInt8) {
        // Uniform noise of amplitude a has an RMS of a/√3. Halving the amplitude is 6 dB, so the level needs no logarithm.
        var scaled = 56_756 << 8
        var left = Int(min(level, 127))
        while left >= 6 {
            scaled >>= 1
            left -= 6
        }
        for _ in 0..<left { scaled = (scaled * 913) >> 10 }
        amplitude = min(scaled >> 8, 32767)
    }

    mutating func stop() { amplitude = 0 }

    /// The next sample; 0 while stopped.
    mutating func next() -> Int16 {
        guard amplitude > 0 else { return 0 }
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        return Int16(truncatingIfNeeded: (Int(Int16(truncatingIfNeeded: state)) * amplitude) >> 15)
    }
}
