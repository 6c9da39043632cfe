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

    /// Adds `samples` of silence.
    package mutating func addSilence(_ samples: Int) { count &+= UInt64(max(samples, 0)) }

    /// The level in dBov: 0 is a full-scale square wave, -127 silence (RFC 6464 §3).
    package var level: Int {
        guard count > 0, sum > 0 else { return -127 }
        let ratio = Double(sum) / Double(count) / (32768 * 32768)
        // Rounds the negative number to the nearest; `rounded()` would need the C library of mathematics.
        return max(-127, min(0, Int(10 * Logarithm.base10(ratio) - 0.5)))
    }

    /// Begins a new measuring interval.
    package mutating func reset() { (sum, count) = (0, 0) }

    private static func square(_ sample: Int16) -> UInt32 {
        let wide = Int32(sample)
        return UInt32(bitPattern: wide &* wide)
    }
}

/// Logarithms without a C library: Core and Media import none. Good to 1e-9.
enum Logarithm {
    /// The decimal logarithm of a positive number.
    static func base10(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return value > 0 ? .infinity : -.infinity }
        // ln m = 2 atanh((m - 1)/(m + 1)); the significand is brought to 0.7…1.4, where the series is short.
        var exponent = Double(value.exponent)
        var significand = value.significand
        if significand > 1.414 {
            significand /= 2
            exponent += 1
        }
        let t = (significand - 1) / (significand + 1)
        var power = t
        var series = 0.0
        for odd in stride(from: 1.0, through: 15, by: 2) {
            series += power / odd
            power *= t * t
        }
        return (2 * series + exponent * 0.693_147_180_559_945_3) / 2.302_585_092_994_046
    }
}
