/// Decoded samples waiting to be played, with the ones just played before them, in one piece of memory.
///
/// Concealment reads the past, playout the future, and neither copies: now and then the whole line is moved to the front.
struct SampleLine: Sendable {
    private var samples = [Int16](repeating: 0, count: Self.capacity)
    private var start = Self.history
    private var end = Self.history

    /// 40 ms: three of the longest pitch periods, less a little.
    static let history = 320
    private static let capacity = 2560

    init() {}

    /// Samples that wait.
    var count: Int { end - start }

    /// Room for one packet and a frame is always there.
    static let room = JitterBuffer.slotSize + Frame.sampleCount

    /// Makes room behind the last sample. `count` never exceeds two packets, so the line does not overflow.
    private mutating func makeRoom(_ needed: Int) {
        guard end + needed > Self.capacity else { return }
        let keep = count + Self.history
        let from = end - keep
        for index in 0..<keep { samples[index] = samples[from + index] }
        (start, end) = (Self.history, keep)
        precondition(end + needed <= Self.capacity, "the line holds two packets and a frame at most")
    }

    /// Appends the samples of a packet, without its first `skipping`.
    mutating func append(_ entry: JitterBuffer.Entry, as codec: VoiceFormat, from buffer: JitterBuffer, skipping: Int) {
        makeRoom(entry.count)
        let (from, count) = (end, entry.count - skipping)
        end += count
        var line = samples.mutableSpan
        buffer.decode(entry, as: codec, into: &line, at: from)
        if skipping > 0 {
            for index in from..<(from + count) { line[index] = line[index + skipping] }
        }
    }

    /// Appends one sample.
    mutating func append(_ sample: Int16) {
        makeRoom(1)
        samples[end] = sample
        end += 1
    }

    /// The sample `distance` before the end of the line: 1 is the last one.
    func past(_ distance: Int) -> Int { Int(samples[end - distance]) }

    /// The sample `index` after the first that waits.
    subscript(index: Int) -> Int16 {
        get { samples[start + index] }
        set { samples[start + index] = newValue }
    }

    /// Moves a frame out; the samples become history.
    mutating func take(into frame: inout MutableSpan<Int16>) {
        let from = start
        start += frame.count
        let source = samples.span
        for index in frame.indices { frame[index] = source[from &+ index] }
    }

    /// Merges the first two runs of `length` waiting samples into one by fading from the first to the second.
    mutating func merge(_ length: Int) {
        precondition(count >= 2 * length, "a merge needs both runs")
        for index in 0..<length {
            let old = Int(samples[start + index])
            let new = Int(samples[start + length + index])
            samples[start + length + index] = Int16(truncatingIfNeeded: (old * (length - index) + new * index) / length)
        }
        start += length
    }

    /// Forgets what waits; the past becomes silence.
    mutating func removeAll() {
        (start, end) = (Self.history, Self.history)
        for index in 0..<Self.history { samples[index] = 0 }
    }
}
