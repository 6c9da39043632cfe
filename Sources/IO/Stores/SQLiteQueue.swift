internal import Core
internal import Synchronization

/// What the users of an SQLite store and its thread share.
final class SQLiteQueue: Sendable {
    enum Kind: Sendable {
        case read
        case write
    }

    enum Work: Sendable {
        /// Does it and returns how to say so, which happens once it is on the disk.
        case anything(@Sendable (SQLiteSession) throws(StoreError) -> @Sendable () -> Void)
        /// Writes a call record, which happens often, and says so.
        case append(CallRecord, @Sendable () -> Void)
    }

    struct Request: Sendable {
        let kind: Kind
        let work: Work
        let fail: @Sendable (StoreError) -> Void

        /// The record that it writes.
        var record: CallRecord? {
            if case .append(let record, _) = work { record } else { nil }
        }
    }

    private struct Watchers {
        var byKind: [SQLiteSession.Kind: @Sendable () -> Void] = [:]
    }

    /// Transactions that were written.
    let commits = Atomic<Int>(0)
    private let requests: Mailbox<Request>
    private let watchers = Mutex(Watchers())
    private let isClosing = Atomic<Bool>(false)

    init() throws(IOError) { requests = try Mailbox() }

    var fd: Int32 { requests.fd }

    /// Puts a request in; what stands in the way of that, otherwise.
    func post(_ request: Request, limit: Int) -> StoreError.Reason? {
        guard !isClosing.load(ordering: .acquiring) else { return .closed }
        guard requests.depth < limit else { return .overloaded }
        requests.post(request)
        return nil
    }

    /// Moves what waits to the end of `destination`. False when nothing follows any more.
    func drain(into destination: inout [Request]) -> Bool {
        // Read first: what was asked for before the closing is then done.
        let isLast = isClosing.load(ordering: .acquiring)
        requests.drain(into: &destination)
        return !isLast
    }

    func close() {
        isClosing.store(true, ordering: .releasing)
        requests.wake()
    }

    func watch(_ kind: SQLiteSession.Kind, _ changed: @escaping @Sendable () -> Void) {
        watchers.withLock { $0.byKind[kind] = changed }
        requests.wake()
    }

    var isWatched: Bool { watchers.withLock { !$0.byKind.isEmpty } }

    func tell(_ kind: SQLiteSession.Kind) { watchers.withLock { $0.byKind[kind] }?() }
}
