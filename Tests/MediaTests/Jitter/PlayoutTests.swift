import Core
@testable import Media
import Support
import Testing

@Suite("Playout: packets that come when they like, frames on time")
struct PlayoutTests {
    private func line(_ script: String, samples: Int = 160) -> JitterLine {
        var line = JitterLine()
        line.samples = samples
        line.run(script)
        return line
    }

    private func repeated(_ letters: String, _ count: Int) -> String { String(repeating: letters, count: count) }

    @Test("a clean line: everything is heard, in order, none concealed")
    func clean() {
        let line = line(repeated("P", 60))
        #expect(line.playout.counts.concealed == 0)
        #expect(line.order == Array(0...(line.order.last ?? 0)))
        #expect((line.order.last ?? 0) >= 54, "at most 100 ms behind")
        #expect(line.playout.delay.target == PlayoutDelay.minimum)
    }

    /// Scenarios in the manner of pjproject's Jbtest.dat: what the line does, and limits on what becomes of it.
    struct Scenario: CustomTestStringConvertible, Sendable {
        var script: String
        /// Samples at most.
        var concealed: Int
        var late = 0
        var duplicates = 0
        /// Numbers of packets that are not heard.
        var missing: Set<Int> = []
        var testDescription: String { script }
    }

    @Test(
        "losses, repeats and disorder",
        arguments: [
            Scenario(script: "PPPPPPPPPPLPPPPPPPPPP", concealed: 160, missing: [10]),
            Scenario(script: "PPPPPPPPPPLPLPLPPPPPPPP", concealed: 480, missing: [10, 12, 14]),
            Scenario(script: "PPPPPPPPPPLLPPPPPPPPPP", concealed: 320, missing: [10, 11]),
            Scenario(script: "PPPPPPPPPPTTTPPPPPPPPP", concealed: 0, duplicates: 3),
            Scenario(script: "PPPPPPPPPP1PPPPPPPPPPP", concealed: 160, late: 1, missing: [10]),
            Scenario(script: "PPPPPPPPPP4PPPPPPPPPPP", concealed: 160, late: 1, missing: [10]),
            Scenario(script: "PPPPPPPPPPNNNPPPPPPPPPPP", concealed: 480, missing: [10, 11, 12]),
        ])
    func scenario(_ scenario: Scenario) {
        let line = line(scenario.script + repeated("P", 10))
        let counts = line.playout.counts
        #expect(counts.concealed <= scenario.concealed)
        #expect(counts.late <= scenario.late)
        #expect(counts.duplicates == scenario.duplicates)
        let highest = line.order.last ?? 0
        let expected = (0...highest).filter { !scenario.missing.contains($0) }
        // A late packet may have been heard after all, when the delay allowed for it.
        #expect(line.order == expected || line.order == Array(0...highest), "\(line.order)")
    }

    @Test("packets of 10, 30, 40 and 60 ms are heard whole", arguments: [80, 240, 320, 480])
    func packetSizes(samples: Int) {
        var line = JitterLine()
        line.samples = samples
        for tick in 0..<240 {
            // As many packets as fit the time that has passed.
            while line.sent < (tick + 1) * 160 { line.put() }
            line.advance()
        }
        #expect(line.playout.counts.concealed == 0)
        let levels = line.frames.flatMap { $0 }.drop { $0 == 0 }
        var runs: [Int] = []
        var last: Int16 = 0
        for value in levels {
            if value == last { runs[runs.count - 1] += 1 } else { runs.append(1) }
            last = value
        }
        let whole = runs.dropLast().filter { $0 == samples }.count
        // One frame may be left out while the delay comes down from its initial value.
        #expect(line.playout.counts.dropped <= 1)
        #expect(whole >= 240 * 160 / samples - 12, "\(whole) packets with \(samples) samples")
    }

    @Test("silence without packets is silence, not loss; the talk spurt after it is whole")
    func silence() {
        let line = line(repeated("P", 20) + repeated("S", 30) + repeated("P", 20))
        let counts = line.playout.counts
        #expect(counts.concealed <= 480, "the fade at the end of the talk spurt only")
        #expect(counts.late == 0 && counts.discarded == 0)
        #expect(Set(line.order).isSuperset(of: 20..<36), "all of the second talk spurt but what is not yet due")
        #expect(line.frames[40].allSatisfy { $0 == 0 })
    }

    @Test("a loss fades out within 60 ms instead of buzzing on")
    func fades() {
        let line = line(repeated("P", 20) + repeated("L", 20) + repeated("P", 20))
        #expect(line.playout.counts.concealed <= 640)
        #expect(line.frames[28].allSatisfy { $0 == 0 })
        #expect((line.order.last ?? 0) > 50)
    }

    @Test("a sender that moves its timestamps is followed", arguments: [80_000, 0x8000_0000, 0xffff_0000] as [UInt32])
    func timestampJump(jump: UInt32) {
        var line = line(repeated("P", 30))
        line.jump(timestamp: jump)
        line.run(repeated("P", 30))
        #expect((line.order.last ?? 0) >= 52, "\(line.order)")
        #expect(line.playout.counts.concealed <= 640)
    }

    @Test("a sender that starts again is followed")
    func sequenceJump() {
        var line = line(repeated("P", 30))
        line.jump(sequence: 20_000, timestamp: 0x4000_0000)
        line.run(repeated("P", 30))
        #expect((line.order.last ?? 0) >= 52, "\(line.order)")
    }

    @Test("a hold-up of 300 ms does not leave a delay behind")
    func holdUp() {
        let line = line(repeated("P", 50) + "FEDCBA987654321" + repeated("P", 300))
        #expect(line.playout.currentDelay < 8 * 100, "\(line.playout.currentDelay / 8) ms")
        #expect((line.order.last ?? 0) > 0)
    }

    @Test("random jitter below the limit: nearly everything is heard", arguments: [0, 5, 20, 40, 80, 120])
    func randomJitter(milliseconds: Int) {
        for seed in 0..<2 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            var line = JitterLine()
            for _ in 0..<1000 {
                let delay = milliseconds == 0 ? 0 : Int.random(in: 0...milliseconds * 1000, using: &random)
                line.step("P", delay: .microseconds(delay))
            }
            let counts = line.playout.counts
            // The first seconds teach the delay.
            #expect(counts.late <= 45, "seed \(seed): \(counts)")
            #expect(counts.concealed <= 45 * 160 + 800, "seed \(seed): \(counts)")
            let wanted = max(milliseconds, 20)
            #expect(line.playout.delay.target <= (wanted + 15) * 8, "seed \(seed): \(line.playout.delay.target / 8) ms")
            #expect(line.playout.currentDelay <= (wanted + 60) * 8, "seed \(seed): \(line.playout.currentDelay / 8) ms")
        }
    }

    @Test("after the jitter has gone the delay comes down again")
    func recovers() {
        var random = SeededRandom(seed: 3)
        var line = JitterLine()
        for _ in 0..<500 { line.step("P", delay: .microseconds(Int.random(in: 0...150_000, using: &random))) }
        let high = line.playout.delay.target
        line.run(repeated("P", 3000))
        #expect(high > 8 * 100)
        #expect(line.playout.delay.target <= 8 * 30)
        #expect(line.playout.currentDelay <= 8 * 60, "\(line.playout.currentDelay / 8) ms")
        #expect(line.playout.counts.dropped > 0)
    }

    @Test("clocks that differ by 700 ppm: frames are left out or put in, the delay stays", arguments: [-700, 700])
    func drift(ppm: Int) {
        var line = JitterLine()
        // 100 s: 70 ms of drift.
        let start = ppm < 0 ? 160_000 : 10_000
        for tick in 0..<5000 { line.step("P", delay: .microseconds(start + tick * 20 * ppm / 1000)) }
        let counts = line.playout.counts
        #expect(counts.late <= 20, "\(counts)")
        #expect(line.playout.currentDelay < 8 * 80, "\(line.playout.currentDelay / 8) ms")
        #expect(counts.dropped + counts.inserted <= 40, "\(counts)")
        let adjusted = ppm < 0 ? counts.dropped : counts.inserted
        #expect((2...8).contains(adjusted), "\(counts)")
    }

    @Test("more packets at once than there is room for: the newest win")
    func flood() {
        var line = line(repeated("P", 10))
        let before = line.heard.count
        // Numbers 10 to 59: half as many again as there are places.
        for _ in 0..<50 {
            let bytes = line.packet()
            line.receive(bytes, JitterLine.time(line.tick))
        }
        line.run("PPPP" + repeated("L", 20))
        let heard = line.heard[before...].compactMap { $0 }
        #expect(line.playout.counts.discarded > 0)
        #expect(heard.contains(63), "the last one is heard: \(heard)")
        #expect(heard.allSatisfy { $0 >= 60 - JitterBuffer.slots }, "none of those that were too many: \(heard)")
        #expect(heard == heard.sorted())
    }

    @Test("random lines never trap, and no packet is counted twice", arguments: 0..<12)
    func randomLines(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var line = JitterLine()
        line.samples = [80, 160, 240, 480, 1, 479][Int(seed % 6)]
        for _ in 0..<1000 {
            switch Int.random(in: 0..<400, using: &random) {
            case 0: line.jump(sequence: UInt16.random(in: 0...65535, using: &random))
            case 1: line.jump(timestamp: UInt32.random(in: 0...0xffff_ffff, using: &random))
            case 2..<20: line.step("S")
            case 20..<60: line.step("L")
            case 60..<80: line.step("T")
            case 80..<90: line.step("N")
            default: line.step("P", delay: .milliseconds(Int.random(in: 0..<300, using: &random)))
            }
        }
        let counts = line.playout.counts
        #expect(counts.late + counts.duplicates + counts.discarded <= line.delivered, "seed \(seed): \(counts)")
    }
}
