internal import Glibc
package import Media

/// How much of one frequency is in a block of samples (Goertzel's algorithm): what tone detection is made of.
package struct Goertzel: Sendable {
    private let coefficient: Double
    private var last = 0.0
    private var beforeLast = 0.0
    private var count = 0

    /// - Parameter frequency: hertz, below half of the rate.
    package init(frequency: Double, rate: SampleRate = .narrowband) {
        coefficient = 2 * cos(2 * Double.pi * frequency / Double(rate.hertz))
    }

    /// Adds samples to the block.
    package mutating func add(_ samples: Span<Int16>) {
        for index in samples.indices {
            let now = Double(samples[index]) + coefficient * last - beforeLast
            (beforeLast, last) = (last, now)
        }
        count += samples.count
    }

    /// The amplitude of the sine of this frequency in the block; begins a new block.
    package mutating func takeAmplitude() -> Double {
        let power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast
        defer { (last, beforeLast, count) = (0, 0, 0) }
        return count > 0 ? 2 * max(power, 0).squareRoot() / Double(count) : 0
    }
}
