import Core
import Support
import Testing

@Suite("DeadlineQueue")
struct DeadlineQueueTests {
    @Test(
        "pops keys in the order of their deadlines, each once, against a sorted model",
        arguments: 1...20 as ClosedRange<UInt64>)
    func agreesWithModel(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var queue = DeadlineQueue<Int>()
        var model: [Int: Int64] = [:]
        for _ in 0..<2000 {
            let key = Int.random(in: 0..<100, using: &random)
            if Int.random(in: 0..<3, using: &random) == 0 {
                queue.set(key, to: nil)
                model[key] = nil
            } else {
                let due = Int64.random(in: 0..<1000, using: &random)
                queue.set(key, to: Instant(nanoseconds: due))
                model[key] = due
            }
            #expect(queue.earliest?.nanoseconds == model.values.min())
            #expect(queue.count == model.count)
        }
        let now = Instant(nanoseconds: 500)
        var last: Int64 = -1
        while let key = queue.popDue(at: now) {
            let due = model.removeValue(forKey: key) ?? -1
            #expect(due >= last && due <= 500)
            last = due
        }
        #expect(model.values.allSatisfy { $0 > 500 })
    }
}
