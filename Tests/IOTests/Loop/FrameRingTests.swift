import IO
import Testing

@Suite("FrameRing")
struct FrameRingTests {
    private func push(_ frame: [Int16], to ring: FrameRing) -> Bool { ring.push(frame.span) }

    @Test("holds its capacity, refuses more, and gives frames back in order")
    func bounds() {
        let ring = FrameRing(capacity: 4, frameSize: 3)
        for number in 0..<4 { #expect(push([Int16(number), 1, 2], to: ring)) }
        #expect(!push([9, 9, 9], to: ring))
        #expect(ring.count == 4)
        var frame: [Int16] = [0, 0, 0]
        for number in 0..<4 {
            var span = frame.mutableSpan
            let popped = ring.pop(into: &span)
            #expect(popped)
            #expect(frame == [Int16(number), 1, 2])
        }
        var span = frame.mutableSpan
        let popped = ring.pop(into: &span)
        #expect(!popped)
        #expect(frame == [3, 1, 2])
    }

    @Test("trim drops the oldest")
    func trim() {
        let ring = FrameRing(capacity: 8, frameSize: 1)
        for number in 0..<8 { _ = ring.push([Int16(number)].span) }
        #expect(ring.trim(to: 2) == 6)
        #expect(ring.trim(to: 2) == 0)
        var frame: [Int16] = [0]
        var span = frame.mutableSpan
        _ = ring.pop(into: &span)
        #expect(frame == [6])
    }

    @Test("two threads: every frame arrives whole, once and in order")
    func twoThreads() throws {
        let total = 200_000
        let ring = FrameRing(capacity: 16)
        let end = limit(60)
        let producer = try WorkerThread(name: "producer") {
            var frame = [Int16](repeating: 0, count: 160)
            for number in 0..<total {
                for index in frame.indices { frame[index] = Int16(truncatingIfNeeded: number &+ index) }
                while !ring.push(frame.span), SystemClock.now() < end { WorkerThread.yield() }
            }
        }
        var wrong = 0
        var frame = [Int16](repeating: 0, count: 160)
        for number in 0..<total {
            while true {
                var span = frame.mutableSpan
                if ring.pop(into: &span) { break }
                guard SystemClock.now() < end else { throw TimedOut() }
                WorkerThread.yield()
            }
            for index in [0, 79, 159] where frame[index] != Int16(truncatingIfNeeded: number &+ index) { wrong += 1 }
        }
        producer.join()
        #expect(wrong == 0)
        #expect(ring.count == 0)
    }
}
