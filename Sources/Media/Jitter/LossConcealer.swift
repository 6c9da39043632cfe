/// Fills holes with the pitch of what came before, fading out (after the manner of ITU-T G.711 Appendix I).
///
/// Differences from the appendix: no look-ahead delay, and one period is repeated throughout, instead of up to three.
struct LossConcealer: Sendable {
    /// Samples concealed since the last good one.
    private(set) var run = 0

    private var cycle = [Int16](repeating: 0, count: Self.longest)
    private var length = Self.shortest
    private var phase = 0

    /// Pitch periods from 200 Hz…
    private static let shortest = 40
    /// …down to 66 Hz.
    private static let longest = 120
    /// The samples over which a period is compared with the one before.
    private static let comparison = 160
    /// Full strength for 10 ms, then 20 % less every 10 ms: silent after 60 ms.
    private static let fullStrength = 80
    static let silentAfter = 480
    /// The samples over which concealment and the first good samples are blended.
    private static let blend = 32

    init() {}

    /// Whether the sound so far has faded out completely.
    var isSilent: Bool { run >= Self.silentAfter }

    /// Appends `count` concealing samples to the line.
    mutating func conceal(_ count: Int, on line: inout SampleLine) {
        if run == 0 { beginCycle(line) }
        for _ in 0..<count { line.append(next()) }
    }

    /// Blends the first good samples after a hole, which begin `index` samples after the first that waits.
    mutating func recover(on line: inout SampleLine, at index: Int) {
        guard run > 0 else { return }
        let count = min(Self.blend, line.count - index)
        for step in 0..<max(count, 0) {
            let good = Int(line[index + step])
            let concealed = Int(next())
            line[index + step] = Int16(
                truncatingIfNeeded: (good * (step + 1) + concealed * (count - step - 1)) / count)
        }
        run = 0
    }

    /// Forgets a hole that ended in silence: what follows is a new beginning.
    mutating func reset() { run = 0 }

    private mutating func next() -> Int16 {
        let sample = Int(cycle[phase])
        phase += 1
        if phase == length { phase = 0 }
        let fade = max(run - Self.fullStrength, 0)
        let left = max(Self.silentAfter - Self.fullStrength - fade, 0)
        run += 1
        return Int16(truncatingIfNeeded: sample * left / (Self.silentAfter - Self.fullStrength))
    }

    private mutating func beginCycle(_ line: SampleLine) {
        length = Self.pitch(of: line)
        phase = 0
        let seam = length / 4
        for index in 0..<length {
            let sample = line.past(length - index)
            let into = index - (length - seam)
            // The end of the period fades into what came before its beginning, so that it joins itself without a click.
            let smooth = into < 0 ? sample : (sample * (seam - into) + line.past(2 * length - index) * into) / seam
            cycle[index] = Int16(truncatingIfNeeded: smooth)
        }
    }

    /// The lag at which the last samples are most like themselves.
    private static func pitch(of line: SampleLine) -> Int {
        var best = (lag: shortest, score: -1.0)
        for lag in stride(from: shortest, through: longest, by: 2) {
            let score = likeness(of: line, at: lag, step: 2)
            if score > best.score { best = (lag, score) }
        }
        for lag in [best.lag - 1, best.lag + 1] where (shortest...longest).contains(lag) {
            let score = likeness(of: line, at: lag, step: 2)
            if score > best.score { best = (lag, score) }
        }
        return best.lag
    }

    private static func likeness(of line: SampleLine, at lag: Int, step: Int) -> Double {
        var product = 0
        var energy = 1
        var distance = 1
        while distance <= comparison {
            let earlier = line.past(distance + lag)
            product &+= line.past(distance) &* earlier
            energy &+= earlier &* earlier
            distance &+= step
        }
        guard product > 0 else { return 0 }
        return Double(product) * Double(product) / Double(energy)
    }
}
