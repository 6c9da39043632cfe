internal import Glibc

/// Makes a stream louder or softer. A change is spread over one frame, so that it does not click.
package struct Gain: Sendable {
    /// The factor in 1/65536; what it is, and what it is going to be.
    private var current: Int64
    private var wanted: Int64

    /// - Parameter decibels: 0 leaves the stream alone; clamped to -100…48.
    package init(decibels: Double = 0) {
        wanted = Self.factor(decibels)
        current = wanted
    }

    /// Changes the gain from the next frame on.
    package mutating func set(decibels: Double) { wanted = Self.factor(decibels) }

    /// Applies the gain to a frame; clamps.
    package mutating func apply(to frame: inout MutableSpan<Int16>) {
        guard current != 65_536 || wanted != current, frame.count > 0 else { return }
        let (from, count) = (current, Int64(frame.count))
        let difference = wanted - from
        for index in frame.indices {
            let factor = from + difference * (Int64(index) + 1) / count
            frame[index] = Int16(clamping: (Int64(frame[index]) * factor + 32_768) >> 16)
        }
        current = wanted
    }

    private static func factor(_ decibels: Double) -> Int64 {
        Int64(65_536 * pow(10, max(-100, min(48, decibels)) / 20))
    }
}
