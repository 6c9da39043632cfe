#if canImport(Glibc)
internal import Glibc
#endif

/// A continuous sine at 8 kHz.
package struct ToneGenerator: Sendable {
    private let step: Double
    private let amplitude: Double
    private var phase = 0.0

    /// - Parameters:
    ///   - frequency: hertz, below 4000.
    ///   - level: dBov, 0 being a full-scale square wave; -10 is a usual test level.
    package init(frequency: Double, level: Int) {
        step = 2 * Double.pi * frequency / 8000
        // The RMS of a sine is 3.01 dB below that of a square wave of the same amplitude.
        amplitude = min(32_767, 32_768 * pow(10, Double(level) / 20) * 2.0.squareRoot())
    }

    package mutating func fill(_ frame: inout MutableSpan<Int16>) {
        for index in frame.indices {
            frame[index] = Int16(amplitude * sin(phase))
            phase += step
            if phase > 2 * Double.pi { phase -= 2 * Double.pi }
        }
    }
}
