import Core
import Media
import Testing

@testable import IO

@Suite("MediaDriver: figures")
struct MediaFigureTests {
    @Test("legs, ticks and packets of a worker, readable after the last call too")
    func counts() throws {
        let rig = try DriverRig()
        let call = try rig.call(on: 0, LegProgram(.echo), speaks: 700)
        #expect(rig.shared.figures[0].read().legs == 1)
        rig.run(600)
        let figures = rig.shared.figures[0].read()
        #expect(figures.legs == 1 && figures.ticks == 600)
        #expect(figures.packetsSent == 600 && figures.packetsReceived == 599)
        #expect(figures.packetsLost == 0 && figures.skippedTicks == 0 && figures.lateTicks == 0)
        #expect(figures.lateness.counts.reduce(0, +) == 600 && figures.jitter.counts.reduce(0, +) == 2)
        rig.hangUp(call)
        #expect(rig.shared.figures[0].read().legs == 0 && rig.shared.figures[0].read().jitter.counts.reduce(0, +) == 3)
        #expect(rig.shared.figures[1].read().ticks == 0)
    }

    @Test("lateness is counted by bucket; a long stall is made up for in part")
    func lateness() throws {
        let rig = try DriverRig()
        _ = try rig.call(on: 0, LegProgram(.silence), speaks: 700)
        rig.run(1)
        rig.drivers[0].wake(at: rig.now + .milliseconds(400))
        let figures = rig.shared.figures[0].read()
        #expect(figures.lateTicks == 1 && figures.skippedTicks > 10 && figures.ticks == 7)
        #expect(figures.lateness.counts.last == 1 && figures.lateness.largestNanoseconds > 350_000_000)
    }

    @Test(
        "a stall passes once in timestamps, whether its ticks are made up for or given up (RFC 3550 §5.1)",
        arguments: [15, 25, 85, 105, 125, 145, 165, 400])
    func stalls(milliseconds: Int) throws {
        let rig = try DriverRig()
        let driver = rig.drivers[0]
        let call = try rig.open(on: 0, LegProgram(.silence), speaks: 700)
        let peer = try UDPSocket(bind: SocketAddress(.loopback, 0))
        rig.configure(call, from: peer.localAddress)
        let first = try #require(driver.deadline)
        for lateness in [0, 0, milliseconds, 3, 0, 0] {
            driver.wake(at: (driver.deadline ?? first) + .milliseconds(lateness))
        }
        let batch = DatagramBatch()
        var timestamps: [UInt32] = []
        while peer.receiveBatch(into: batch) > 0 {
            for index in 0..<batch.count {
                let packet = batch.withBytes(index) { try? RTPPacket(parsing: $0) }
                timestamps.append(try #require(packet).timestamp.rawValue)
            }
        }
        let passed = (try #require(driver.deadline) - first).nanoseconds / MediaDriver.interval.nanoseconds
        let (begin, end) = (try #require(timestamps.first), try #require(timestamps.last))
        #expect(end &- begin == UInt32(passed - 1) * 160)
        let steps = zip(timestamps.dropFirst(), timestamps).map { $0 &- $1 }
        #expect(steps.count { $0 != 160 } == (milliseconds < 120 ? 0 : 1))
    }

    @Test("what counts for new calls: ticks that are late one after another, and nothing once the calls are gone")
    func recentLateness() throws {
        let rig = try DriverRig()
        let call = try rig.call(on: 0, LegProgram(.silence), speaks: 700)
        rig.run(1)
        rig.drivers[0].wake(at: rig.now + .milliseconds(100))
        #expect(rig.shared.figures[0].read().recentLateness < .milliseconds(10), "one late tick is no load")
        for _ in 1...40 { rig.drivers[0].wake(at: (rig.drivers[0].deadline ?? rig.now) + .milliseconds(15)) }
        #expect(rig.shared.figures[0].read().recentLateness > .milliseconds(10))
        rig.hangUp(call)
        rig.drivers[0].wake(at: rig.now + .seconds(2))
        #expect(rig.shared.figures[0].read().recentLateness == .zero)
    }

    @Test(
        "bounds of buckets belong to the bucket below them",
        arguments: [(0, 0), (100_000, 0), (100_001, 1), (200_000_000, 9), (200_000_001, 10)] as [(Int64, Int)])
    func buckets(nanoseconds: Int64, bucket: Int) {
        var buckets = TimeBuckets()
        buckets.observe(nanoseconds: nanoseconds)
        #expect(buckets.counts.firstIndex(of: 1) == bucket && buckets.counts.reduce(0, +) == 1)
        #expect(buckets.sumNanoseconds == nanoseconds)
    }

    @Test("buckets become the histogram that would have counted the same")
    func histogram() {
        var buckets = TimeBuckets()
        var histogram = Histogram(.media)
        for nanoseconds in [0, 100_000, 3_000_000, 20_000_000, 20_000_001, 400_000_000] as [Int64] {
            buckets.observe(nanoseconds: nanoseconds)
            histogram.observe(Duration.nanoseconds(nanoseconds))
        }
        #expect(TimeBuckets.bounds.map { Double($0) / 1e9 } == Histogram.Bounds.media.values)
        #expect(buckets.histogram.counts == histogram.counts && abs(buckets.histogram.sum - histogram.sum) < 1e-9)
    }
}
