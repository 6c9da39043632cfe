/// Call records on their way into the store. What the store could not take is kept, the latest of each call, and tried again.
///
/// Every record goes through `attempt`, and what the store said of it to `wrote` or `failed`. Answers come in the order of asking
/// (`CallRecordStore`), so what is said of an earlier record of a call means nothing once there is a later one.
package struct RecordBacklog: Sendable {
    /// A record that the store is asked to write.
    package struct Attempt: Hashable, Sendable {
        package let record: CallRecord
        fileprivate let number: UInt64
    }

    private struct Entry {
        var attempt: Attempt
        var hasFailed: Bool
    }

    /// How many calls have a record that the store could not take so far.
    package private(set) var unwritten = 0
    /// How many records were given up because there were too many.
    package private(set) var lost = 0
    /// The latest attempt of every call, until it is known to be written.
    private var entries: [CallRecordID: Entry] = [:]
    /// Whose latest attempt has failed, the one that waits longest first.
    private var waiting: [CallRecordID] = []
    private var attempts: UInt64 = 0
    private let limit: Int

    /// Keeps the records of at most `limit` calls; ten thousand are some megabytes.
    package init(limit: Int = 10_000) { self.limit = limit }

    /// The store is to be asked to write a record, in place of an earlier one of the call.
    package mutating func attempt(_ record: CallRecord) -> Attempt {
        if entries[record.id]?.hasFailed ?? false { waiting.removeAll { $0 == record.id } }
        return note(record)
    }

    /// An attempt has succeeded.
    package mutating func wrote(_ attempt: Attempt) {
        guard let entry = entries[attempt.record.id], entry.attempt.number == attempt.number else { return }
        entries[attempt.record.id] = nil
        if entry.hasFailed { unwritten -= 1 }
    }

    /// An attempt has failed: its record waits, unless there is a later one of the call.
    package mutating func failed(_ attempt: Attempt) {
        guard let entry = entries[attempt.record.id] else { return lost += 1 }
        guard entry.attempt.number == attempt.number else { return }
        waiting.append(attempt.record.id)
        if !entry.hasFailed { unwritten += 1 }
        entries[attempt.record.id]?.hasFailed = true
    }

    /// The next attempt of what has waited longest. When that fails it comes last, so that a record which cannot be written
    /// does not stand in the way of the others.
    package mutating func retry() -> Attempt? {
        guard !waiting.isEmpty, let entry = entries[waiting.removeFirst()] else { return nil }
        return note(entry.attempt.record)
    }

    private mutating func note(_ record: CallRecord) -> Attempt {
        attempts += 1
        let attempt = Attempt(record: record, number: attempts)
        if entries[record.id] != nil {
            entries[record.id]?.attempt = attempt
        } else if entries.count < limit {
            entries[record.id] = Entry(attempt: attempt, hasFailed: false)
        }
        return attempt
    }
}
