import Core
import Testing

@Suite("RecordBacklog: call records that the store could not take")
struct RecordBacklogTests {
    private var backlog = RecordBacklog()

    private func record(_ id: String, _ state: CallRecord.State = .ringing) -> CallRecord {
        var record = CallRecord(
            id: CallRecordID(id), direction: .inbound, createdAt: .zero, instance: InstanceID("I_a"))
        record.state = state
        return record
    }

    /// What is tried again, when every attempt succeeds.
    private mutating func drain() -> [String] {
        var written: [String] = []
        while let attempt = backlog.retry() {
            written.append("\(attempt.record.id) \(attempt.record.state)")
            backlog.wrote(attempt)
        }
        return written
    }

    @Test("a record that was written is forgotten")
    mutating func written() {
        backlog.wrote(backlog.attempt(record("a")))
        #expect(drain() == [] && backlog.unwritten == 0)
    }

    @Test("of each call the latest record waits, those that failed first come first")
    mutating func latest() {
        backlog.failed(backlog.attempt(record("a")))
        backlog.failed(backlog.attempt(record("b")))
        backlog.failed(backlog.attempt(record("a", .ended)))
        #expect(backlog.unwritten == 2)
        #expect(drain() == ["b ringing", "a ended"] && backlog.unwritten == 0)
    }

    @Test("an earlier record never follows a later one of its call")
    mutating func order() {
        let first = backlog.attempt(record("a"))
        let second = backlog.attempt(record("a", .active))
        backlog.failed(first)
        #expect(backlog.retry() == nil, "the later one is on its way")
        backlog.failed(second)
        let again = backlog.retry()
        let third = backlog.attempt(record("a", .ended))
        if let again { backlog.wrote(again) }
        #expect(backlog.unwritten == 1, "what was written is not the latest")
        backlog.wrote(third)
        #expect(drain() == [] && backlog.unwritten == 0)
    }

    @Test("a record that cannot be written does not stand in the way of the others")
    mutating func rotates() {
        for id in ["bad", "a", "b"] { backlog.failed(backlog.attempt(record(id))) }
        var written: [String] = []
        for _ in 0..<4 {
            guard let attempt = backlog.retry() else { break }
            if attempt.record.id == CallRecordID("bad") {
                backlog.failed(attempt)
            } else {
                written.append("\(attempt.record.id)")
                backlog.wrote(attempt)
            }
        }
        #expect(written == ["a", "b"] && backlog.unwritten == 1)
    }

    @Test("no more are kept than the limit; what is lost is counted")
    mutating func limit() {
        backlog = RecordBacklog(limit: 3)
        for id in ["a", "b", "c", "d"] { backlog.failed(backlog.attempt(record(id))) }
        #expect(backlog.unwritten == 3 && backlog.lost == 1)
        backlog.failed(backlog.attempt(record("a", .ended)))
        #expect(backlog.lost == 1, "a call that is known stays known")
        #expect(drain() == ["b ringing", "c ringing", "a ended"] && backlog.unwritten == 0)
    }
}
