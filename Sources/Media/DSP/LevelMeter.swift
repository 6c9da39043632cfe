internal import Glibc

/// The loudness of a stream as RFC 6464 §3 counts it: RMS over the time since the last reading, in dBov.
package struct LevelMeter: Sendable {
    private var sum: UInt64 = 0
    private var count: UInt64 = 0

    package init() {}

    /// Adds a frame. Costs one multiplication a sample; the logarithm is paid by `level`.
    package mutating func add(_ frame: Span<Int16>) {
        var energy: UInt64 = 0
        for index in frame.indices { energy &+= UInt64(Self.square(frame[index])) }
        sum &+= energy
        count &+= UInt64(frame.count)
    }

    /// The level in dBov: 0 is a full-scale square wave, -127 silence (RFC 6464 §3).
    package var level: Int {
        guard count > 0, sum > 0 else { return -127 }
        let ratio = Double(sum) / Double(count) / (32768 * 32768)
        return max(-127, min(0, Int((10 * log10(ratio)).rounded())))
    }

    /// Begins a new measuring interval.
    package mutating func reset() { (sum, count) = (0, 0) }

    private static func square(_ sample: Int16) -> UInt32 {
        let wide = Int32(sample)
        return UInt32(bitPattern: wide &* wide)
    }
}
