package import Core
internal import Synchronization

/// A store that lasts as long as the process: for tests, and for servers that are configured anew at every start.
package final class MemoryStore: Sendable {
    private struct State {
        var table = RoutingTable()
        var records: [CallRecordID: (record: CallRecord, change: Int64)] = [:]
        var instances: Set<InstanceID> = []
        var changes: Int64 = 0
        var routingChanged: (@Sendable () -> Void)?
        var recordsChanged: (@Sendable () -> Void)?
    }

    private static let name = "memory"
    private let state: Mutex<State>
    /// Answers come from here, as with every store.
    private let thread: BlockingThread
    private let isClosed = Atomic<Bool>(false)

    package init(_ table: RoutingTable = RoutingTable()) throws(IOError) {
        var state = State()
        state.table = table
        self.state = Mutex(state)
        thread = try BlockingThread(name: "sipctl-store", limit: 65_536)
    }

    private func answer<Value>(
        _ done: @escaping @Sendable (Result<Value, StoreError>) -> Void,
        _ work: @escaping @Sendable (inout State) throws(StoreError) -> Value
    ) {
        guard !isClosed.load(ordering: .acquiring) else { return done(.failure(StoreError(.closed, Self.name))) }
        let isTaken = thread.perform { [self] in
            done(state.withLock { state in Result { () throws(StoreError) in try work(&state) } })
        }
        if !isTaken { done(.failure(StoreError(.overloaded, Self.name))) }
    }
}

extension MemoryStore: RoutingStore {
    package func load(_ done: @escaping @Sendable (Result<RoutingTable, StoreError>) -> Void) {
        answer(done) { $0.table }
    }

    package func apply(_ changes: [RoutingChange], _ done: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        answer(done) { $0.table.apply(changes) }
    }

    /// Nothing else can change this store.
    package func watch(_ changed: @escaping @Sendable () -> Void) {}

    package func close() {
        isClosed.store(true, ordering: .releasing)
        thread.close()
    }
}

extension MemoryStore: CallRecordStore {
    package func begin(
        _ instance: InstanceID, at now: Duration,
        _ done: @escaping @Sendable (Result<[CallRecordID], StoreError>) -> Void
    ) {
        answer(done) { state in
            state.instances.insert(instance)
            let left = state.records.values.map(\.record).filter { record in
                record.state != .ended && !state.instances.contains(record.instance)
            }.sorted { $0.id < $1.id }
            for var record in left {
                record.closeAsCrashed(at: now)
                Self.store(record, &state)
            }
            return left.map(\.id)
        }
    }

    package func append(_ record: CallRecord, _ done: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        answer({ [self] result in
            done(result)
            state.withLock { $0.recordsChanged }?()
        }) { Self.store(record, &$0) }
    }

    private static func store(_ record: CallRecord, _ state: inout State) {
        state.changes += 1
        state.records[record.id] = (record, state.changes)
    }

    package func record(_ id: CallRecordID, _ done: @escaping @Sendable (Result<CallRecord, StoreError>) -> Void) {
        answer(done) { state throws(StoreError) in
            guard let (record, _) = state.records[id] else { throw StoreError(.notFound(id: "\(id)"), Self.name) }
            return record
        }
    }

    package func list(
        _ query: CallRecordQuery, _ done: @escaping @Sendable (Result<CallRecordPage, StoreError>) -> Void
    ) {
        answer(done) { state in
            let found = state.records.values.map(\.record).filter { record in
                query.matches(record) && query.after.map { query.precedes($0, .init(record)) } ?? true
            }.sorted { query.precedes(.init($0), .init($1)) }
            let page = Array(found.prefix(query.pageSize))
            let next = found.count > page.count ? page.last.map(CallRecordQuery.Cursor.init) : nil
            return CallRecordPage(records: page, next: next, position: CallRecordPosition(state.changes))
        }
    }

    package func changes(
        after position: CallRecordPosition, limit: Int,
        _ done: @escaping @Sendable (Result<CallRecordChanges, StoreError>) -> Void
    ) {
        answer(done) { state in
            let changed = state.records.values.filter { $0.change > position.number }.sorted { $0.change < $1.change }
                .prefix(max(1, limit))
            let last = changed.last.map { CallRecordPosition($0.change) } ?? position
            return CallRecordChanges(records: changed.map(\.record), position: last)
        }
    }

    package func prune(
        to limits: CallRecordLimits, at now: Duration, batch: Int,
        _ done: @escaping @Sendable (Result<Int, StoreError>) -> Void
    ) {
        answer(done) { state in
            let ended = state.records.values.map(\.record).filter { $0.state == .ended }
                .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
            let old = limits.age.map { age in ended.count { $0.createdAt < now - age } } ?? 0
            let excess = limits.count.map { state.records.count - $0 } ?? 0
            let surplus = ended.prefix(min(batch, max(old, excess)))
            for record in surplus { state.records[record.id] = nil }
            return surplus.count
        }
    }

    package func watchRecords(_ changed: @escaping @Sendable () -> Void) {
        state.withLock { $0.recordsChanged = changed }
    }
}
