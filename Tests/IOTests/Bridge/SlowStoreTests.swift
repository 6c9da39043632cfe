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

/// A caller and a bridge, over loopback.
private struct Rig {
    let store = SlowStore()
    let bridge: Bridge
    let phone: SIPStack
    private let records: MemoryStore
    private let heard: Mailbox<StackEvent>

    init() throws {
        records = try MemoryStore()
        let heard = try Mailbox<StackEvent>()
        self.heard = heard
        var configuration = StackConfiguration()
        configuration.listen = SocketAddress(.loopback, 0)
        configuration.rtpPorts = 30_000...31_999
        var settings = BridgeSettings()
        settings.ringingInterval = .milliseconds(100)
        bridge = try Bridge(
            settings, configuration, store: store, records: records, report: { _ in }, notify: { _ in })
        phone = try SIPStack(configuration, decide: { _, _ in .refuse(486, "") }, report: { heard.post($0) })
    }

    func call() throws {
        let target = try #require(SIPURI("sip:+15550100@\(bridge.stack.address)"))
        let from = try #require(SIPURI("sip:+15550199@127.0.0.1"))
        let program = LegProgram()
        phone.dial(OutgoingCall(target: target, from: from), to: bridge.stack.address, .udp, program) { _ in }
    }

    /// The next thing that happens to the call which `pick` makes something of.
    @discardableResult
    func next<Value>(_ pick: (StackEvent) -> Value?) -> Value {
        var events: [StackEvent] = []
        while true {
            heard.drain(into: &events)
            for event in events { if let value = pick(event) { return value } }
            events = []
            Polling.wait(heard.fd, .readable)
        }
    }

    func stop() {
        phone.stop()
        bridge.stop()
        records.close()
    }
}

@Suite("A bridge whose trunks and rules take long to read")
struct SlowStoreTests {
    private var table: RoutingTable {
        var trunk = InboundTrunk()
        (trunk.id, trunk.numbers, trunk.allowedAddresses) = (TrunkID("ST_a"), ["+15550100"], ["127.0.0.1"])
        var rule = DispatchRule()
        (rule.id, rule.room) = (RuleID("SDR_a"), .direct(roomName: "r"))
        return RoutingTable(inbound: [trunk], rules: [rule])
    }

    @Test("a caller rings, and is decided about when they are there (RFC 3261 §13.3.1.1)")
    func rings() throws {
        let rig = try Rig()
        defer { rig.stop() }
        try rig.call()
        rig.next { if case .progress(_, .ringing(180)) = $0 { true } else { nil } }
        rig.store.answer(.success(table))
        rig.next { if case .progress(_, .answered) = $0 { true } else { nil } }
    }

    @Test("a caller who rings is refused with 503 when they cannot be read")
    func refuses() throws {
        let rig = try Rig()
        defer { rig.stop() }
        try rig.call()
        rig.next { if case .progress(_, .ringing(180)) = $0 { true } else { nil } }
        rig.store.answer(.failure(StoreError(.locked, "slow")))
        let end = rig.next { if case .ended(_, let end, _) = $0 { end } else { nil } }
        #expect(end.status == 503)
    }
}
