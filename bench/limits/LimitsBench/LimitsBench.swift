internal import Core

/// `LimitsBench ROUNDS known|flood|locked`: asks `SourceLimits` about 1000 requests a round.
@main
enum LimitsBench {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let rounds = arguments.first.flatMap({ Int($0) }), let kind = arguments.last else { return }
        var limits = SourceLimits(seed: (0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9))
        let isFlood = kind == "flood"
        var address: UInt32 = 1
        var now = Instant.zero
        for index in 0..<100 * 6 where kind == "locked" {
            _ = limits.failed(.authentication, from: IPAddress(v4: UInt32(index % 100)), at: now)
        }
        for _ in 0..<rounds {
            for index in 0..<1000 {
                // 10,000 a second, from 100 sources or from as many as there are requests.
                now.nanoseconds += 100_000
                address = isFlood ? address &* 1_664_525 &+ 1_013_904_223 : UInt32(index % 100)
                _ = limits.decide(.invite, from: IPAddress(v4: address), at: now)
            }
        }
        let counts = limits.counts
        print("passed \(counts.passed) refused \(counts.refused) dropped \(counts.dropped)")
    }
}
