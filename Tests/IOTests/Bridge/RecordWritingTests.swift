import Core
import Synchronization
import Testing

@testable import IO

/// A store whose disk is full when the test says so.
private final class FullStore: CallRecordStore {
    let memory: MemoryStore
    /// What was not taken.
    let refused: Mailbox<CallRecord>
    private let isFull = Atomic(true)

    init(_ table: RoutingTable = RoutingTable()) throws { (memory, refused) = (try MemoryStore(table), try Mailbox()) }

    func makeRoom() { isFull.store(false, ordering: .releasing) }

    func append(_ record: CallRecord, _ done: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        guard isFull.load(ordering: .acquiring) else { return memory.append(record, done) }
        done(.failure(StoreError(.full, "full")))
        refused.post(record)
    }

    func begin(
        _ instance: InstanceID, at now: Duration,
        _ done: @escaping @Sendable (Result<[CallRecordID], StoreError>) -> Void
    ) { memory.begin(instance, at: now, done) }

    func record(_ id: CallRecordID, _ done: @escaping @Sendable (Result<CallRecord, StoreError>) -> Void) {
        memory.record(id, done)
    }

    func list(_ query: CallRecordQuery, _ done: @escaping @Sendable (Result<CallRecordPage, StoreError>) -> Void) {
        memory.list(query, done)
    }

    func changes(
        after position: CallRecordPosition, limit: Int,
        _ done: @escaping @Sendable (Result<CallRecordChanges, StoreError>) -> Void
    ) { memory.changes(after: position, limit: limit, done) }

    func prune(
        to limits: CallRecordLimits, at now: Duration, batch: Int,
        _ done: @escaping @Sendable (Result<Int, StoreError>) -> Void
    ) { memory.prune(to: limits, at: now, batch: batch, done) }

    func watchRecords(_ changed: @escaping @Sendable () -> Void) { memory.watchRecords(changed) }
}

@Suite("A bridge whose store takes no call records for a while")
struct RecordWritingTests {
    private let store: FullStore
    private let rig: BridgeRig

    init() throws {
        store = try FullStore(BridgeRig.table())
        rig = try BridgeRig(store.memory, records: store)
    }

    /// Whether the notice says that records wait; nil for other notices.
    private func waits(_ notice: BridgeNotice) -> Bool? {
        if case .recordsWait(let error) = notice { error != nil } else { nil }
    }

    /// A call from beginning to end, of which nothing is written.
    private func callInVain() throws {
        try rig.call()
        try rig.next(rig.heard) { if case .progress(_, .answered) = $0 { true } else { nil } }
        rig.phone.hangUpAll(CallEnd(.localHangup, "enough"))
        try rig.next(store.refused) { $0.state == .ended ? true : nil }
    }

    @Test("the records of calls that ended meanwhile are written with the next one; both is told once")
    func later() throws {
        defer { rig.stop() }
        for _ in 0..<2 { try callInVain() }
        #expect(try store.memory.list().records == [])
        #expect(try rig.next(rig.notices, waits) == true)
        store.makeRoom()
        try rig.call()
        #expect(try rig.next(rig.notices, waits) == false)
        let ended = try store.memory.list().records.filter { $0.state == .ended }
        #expect(ended.map(\.endReason?.rawValue) == ["remote_hangup", "remote_hangup"])
    }

    @Test("a bridge that ends writes what waits, or says that it cannot", arguments: [true, false])
    func last(hasRoom: Bool) throws {
        defer { rig.stop() }
        for _ in 0..<2 { try callInVain() }
        if hasRoom { store.makeRoom() }
        rig.bridge.stop()
        var notices: [BridgeNotice] = []
        rig.notices.drain(into: &notices)
        let complaints = notices.compactMap { if case .warning(let sentence) = $0 { sentence } else { nil } }
        #expect(complaints == (hasRoom ? [] : ["the last records of 2 calls could not be written"]))
        let states = try store.memory.list().records.map(\.state)
        #expect(states == (hasRoom ? [.ended, .ended] : []))
    }

    @Test("without calls they are tried again every minute")
    func everyMinute() throws {
        defer { rig.stop() }
        let worker = try BridgeWorker(
            BridgeSettings(), BridgeWorker.Stores(routing: store.memory, records: store), { _ in })
        let record = CallRecord(
            id: CallRecordID("SCL_a"), direction: .inbound, createdAt: .zero, instance: InstanceID("I_a"))
        worker.settle(worker.backlog.attempt(record), .failure(StoreError(.full, "full")))
        store.makeRoom()
        worker.wake(at: SystemClock.now() + .seconds(61))
        #expect(try store.memory.record("SCL_a") == record)
    }
}
