/// Where call records are kept. Calls return at once; answers come on a thread of the store, in the order of asking, and must
/// be quick.
package protocol CallRecordStore: Sendable {
    /// Says that a server begins to write under `instance`, and closes as `crashed` what servers that no longer run left
    /// open. The answer is what was closed. The instance lasts until the store is closed or the process ends.
    /// - Parameter now: since 1970.
    func begin(
        _ instance: InstanceID, at now: Duration,
        _ done: @escaping @Sendable (Result<[CallRecordID], StoreError>) -> Void)

    /// Stores a record, in place of an earlier one of its id. After success it survives the end of this process at any moment.
    /// Records that are appended while the disk is busy reach it together.
    func append(_ record: CallRecord, _ done: @escaping @Sendable (Result<Void, StoreError>) -> Void)

    /// The record of a call; `notFound` when there is none.
    func record(_ id: CallRecordID, _ done: @escaping @Sendable (Result<CallRecord, StoreError>) -> Void)

    /// The records that a query asks for, a page of them.
    func list(_ query: CallRecordQuery, _ done: @escaping @Sendable (Result<CallRecordPage, StoreError>) -> Void)

    /// What was appended after a position, each record once and as it is now, in the order of their last changes: at most
    /// `limit` of them. Begin with the position of `CallRecordPage`, or `.start` for everything.
    func changes(
        after position: CallRecordPosition, limit: Int,
        _ done: @escaping @Sendable (Result<CallRecordChanges, StoreError>) -> Void)

    /// Forgets records of ended calls that are too many or too old, the oldest first and at most `batch` of them, so that nothing
    /// else waits long. The answer is how many; after `batch` of them ask again.
    /// - Parameter now: since 1970.
    func prune(
        to limits: CallRecordLimits, at now: Duration, batch: Int,
        _ done: @escaping @Sendable (Result<Int, StoreError>) -> Void)

    /// Calls `changed` after records were appended, by this process or another: the time to ask for `changes`. It may be called
    /// once for many, or where nothing changed after all. Replaces the closure given before.
    func watchRecords(_ changed: @escaping @Sendable () -> Void)
}

/// A point in the sequence of all changes of call records.
package struct CallRecordPosition: Hashable, Sendable, Comparable {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }

    /// Before the first change.
    package static let start = CallRecordPosition(0)

    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

/// What was appended after a position.
package struct CallRecordChanges: Hashable, Sendable {
    package var records: [CallRecord]
    /// Where to go on.
    package var position: CallRecordPosition

    package init(records: [CallRecord], position: CallRecordPosition) {
        (self.records, self.position) = (records, position)
    }
}

/// One page of records.
package struct CallRecordPage: Hashable, Sendable {
    package var records: [CallRecord]
    /// What to put into `CallRecordQuery.after` for the next page; nil on the last one.
    package var next: CallRecordQuery.Cursor?
    /// The last change that the page takes account of: where following begins.
    package var position: CallRecordPosition

    package init(records: [CallRecord], next: CallRecordQuery.Cursor?, position: CallRecordPosition) {
        (self.records, self.next, self.position) = (records, next, position)
    }
}
