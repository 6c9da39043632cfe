import Core
import Synchronization
import Testing

@testable import IO

/// A store that reads trunks and rules only when the test lets it.
private final class SlowStore: RoutingStore {
    typealias Answer = @Sendable (Result<RoutingTable, StoreError>) -> Void

    private struct State {
        var waiting: [Answer] = []
        var result: Result<RoutingTable, StoreError>?
    }

    private let state = Mutex(State())

    func load(_ done: @escaping Answer) {
        let result = state.withLock { state in
            if state.result == nil { state.waiting.append(done) }
            return state.result
        }
        if let result { done(result) }
    }

    /// Answers who has asked, and who will.
    func answer(_ result: Result<RoutingTable, StoreError>) {
        let waiting = state.withLock { state in
            state.result = result
            return state.waiting
        }
        for done in waiting { done(result) }
    }

    func apply(_ changes: [RoutingChange], _ done: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        done(.failure(StoreError(.closed, "slow")))
    }

    func watch(_ changed: @escaping @Sendable () -> Void) {}
    func close() {}
}

@Suite("A bridge whose trunks and rules take long to read")
struct SlowStoreTests {
    @Test("a caller rings, and is decided about when they are there (RFC 3261 §13.3.1.1)")
    func rings() throws {
        let store = SlowStore()
        let rig = try BridgeRig(store, records: MemoryStore())
        defer { rig.stop() }
        try rig.call()
        try rig.next(rig.heard) { if case .progress(_, .ringing(180)) = $0 { true } else { nil } }
        store.answer(.success(BridgeRig.table()))
        try rig.next(rig.heard) { if case .progress(_, .answered) = $0 { true } else { nil } }
    }

    @Test("a caller who rings is refused with 503 when they cannot be read")
    func refuses() throws {
        let store = SlowStore()
        let rig = try BridgeRig(store, records: MemoryStore())
        defer { rig.stop() }
        try rig.call()
        try rig.next(rig.heard) { if case .progress(_, .ringing(180)) = $0 { true } else { nil } }
        store.answer(.failure(StoreError(.locked, "slow")))
        let end = try rig.next(rig.heard) { if case .ended(_, let end, _) = $0 { end } else { nil } }
        #expect(end.status == 503)
    }
}
