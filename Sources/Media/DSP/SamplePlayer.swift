/// Plays samples at 8 kHz once, a frame at a time. Allocates nothing.
package struct SamplePlayer: Sendable {
    private let samples: [Int16]
    private var position = 0

    package init(_ samples: [Int16]) { self.samples = samples }

    /// Whether all of it was played.
    package var isFinished: Bool { position >= samples.count }

    /// Fills a frame with what comes next, and with silence behind the end.
    package mutating func fill(_ frame: inout MutableSpan<Int16>) {
        let count = min(frame.count, samples.count - position)
        for index in 0..<count { frame[index] = samples[position + index] }
        for index in count..<frame.count { frame[index] = 0 }
        position += count
    }
}
