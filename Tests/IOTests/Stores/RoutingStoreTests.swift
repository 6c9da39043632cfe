import Core
import IO
import Testing

/// A store of each kind, with the other openings of it that its kind allows.
final class StoreFixture {
    enum Kind: CaseIterable, CustomTestStringConvertible {
        case memory, sqlite, redis
        var testDescription: String { "\(self)" }
        /// Whether what is stored is there for others, and after the end.
        var isShared: Bool { self != .memory }
    }

    let folder = ScratchFolder()
    let kind: Kind
    private var server: RedisServer?

    init(_ kind: Kind) throws {
        self.kind = kind
        if kind == .redis { server = try RedisServer() }
    }

    func open() throws -> any RoutingStore {
        switch kind {
        case .memory: return try MemoryStore()
        case .sqlite: return try SQLiteStore(path: folder.file("s.db"))
        case .redis:
            var options = RedisStore.Options(host: "127.0.0.1", port: server?.port ?? 0)
            options.pollInterval = .milliseconds(50)
            return try RedisStore(options)
        }
    }
}

@Suite("RoutingStore: what every store promises")
struct RoutingStoreTests {
    static let kinds = StoreFixture.Kind.allCases
    static let shared = kinds.filter(\.isShared)

    @Test("a new store is empty", arguments: kinds)
    func empty(kind: StoreFixture.Kind) throws {
        let fixture = try StoreFixture(kind)
        let store = try fixture.open()
        defer { store.close() }
        #expect(try store.table() == RoutingTable())
    }

    @Test("what is put comes back whole, in the order of ids", arguments: kinds)
    func put(kind: StoreFixture.Kind) throws {
        let fixture = try StoreFixture(kind)
        let store = try fixture.open()
        defer { store.close() }
        let (a, b) = (StoreSamples.inbound("ST_a", name: "a"), StoreSamples.inbound("ST_b"))
        try store.apply(.putInbound(b), .putRule(StoreSamples.rule("SDR_b")))
        try store.apply(.putOutbound(StoreSamples.outbound("ST_c")), .putRule(StoreSamples.rule("SDR_a")))
        try store.apply(.putInbound(a))
        let expected = RoutingTable(
            inbound: [a, b], outbound: [StoreSamples.outbound("ST_c")],
            rules: [StoreSamples.rule("SDR_a"), StoreSamples.rule("SDR_b")])
        #expect(try store.table() == expected)
    }

    @Test("an object without any value but its id comes back too", arguments: kinds)
    func bare(kind: StoreFixture.Kind) throws {
        let fixture = try StoreFixture(kind)
        let store = try fixture.open()
        defer { store.close() }
        var (trunk, rule) = (InboundTrunk(), DispatchRule())
        (trunk.id, rule.id) = (TrunkID("ST_"), RuleID("SDR ö\u{0}\n"))
        try store.apply(.putInbound(trunk), .putRule(rule))
        #expect(try store.table() == RoutingTable(inbound: [trunk], rules: [rule]))
    }

    @Test("what is put again replaces; what is deleted is gone; deleting what is not there succeeds", arguments: kinds)
    func replaceAndDelete(kind: StoreFixture.Kind) throws {
        let fixture = try StoreFixture(kind)
        let store = try fixture.open()
        defer { store.close() }
        try store.apply(
            .putInbound(StoreSamples.inbound("ST_a", name: "old")), .putOutbound(StoreSamples.outbound("ST_b")),
            .putRule(StoreSamples.rule("SDR_a", pin: "1")))
        let (trunk, rule) = (StoreSamples.inbound("ST_a", name: "new"), StoreSamples.rule("SDR_a", pin: "2"))
        try store.apply(.putInbound(trunk), .putRule(rule), .deleteTrunk(TrunkID("ST_b")))
        #expect(try store.table() == RoutingTable(inbound: [trunk], rules: [rule]))
        try store.apply(.deleteTrunk(TrunkID("ST_a")), .deleteRule(RuleID("SDR_a")), .deleteRule(RuleID("SDR_x")))
        #expect(try store.table() == RoutingTable())
    }

    @Test("changes of one request count in their order, and no changes are none", arguments: kinds)
    func order(kind: StoreFixture.Kind) throws {
        let fixture = try StoreFixture(kind)
        let store = try fixture.open()
        defer { store.close() }
        let trunk = StoreSamples.inbound("ST_a")
        try store.apply(.putInbound(trunk), .deleteTrunk(trunk.id), .putInbound(trunk))
        try store.apply([])
        #expect(try store.table() == RoutingTable(inbound: [trunk]))
    }

    @Test("requests are answered in the order of asking, and a read sees the writes before it", arguments: kinds)
    func answersInOrder(kind: StoreFixture.Kind) throws {
        let fixture = try StoreFixture(kind)
        let store = try fixture.open()
        defer { store.close() }
        let answers = Answers()
        let last = try StoreReply<RoutingTable, StoreError>()
        for number in 0..<100 {
            let trunk = StoreSamples.inbound("ST_\(100 + number)")
            store.apply([.putInbound(trunk)]) { _ in answers.add("w\(number)") }
            store.load { result in answers.add("r\((try? result.get())?.inbound.count ?? -1)") }
        }
        store.load(last.fill)
        #expect(try last.wait().inbound.count == 100)
        #expect(answers.all == (0..<100).flatMap { ["w\($0)", "r\($0 + 1)"] })
    }

    @Test("ten thousand objects are kept", arguments: kinds)
    func many(kind: StoreFixture.Kind) throws {
        let fixture = try StoreFixture(kind)
        let store = try fixture.open()
        defer { store.close() }
        try store.apply((0..<10_000).map { .putInbound(StoreSamples.inbound("ST_\($0)")) })
        let table = try store.table()
        #expect(table.inbound.count == 10_000)
        #expect(table.inbound == table.inbound.sorted { $0.id < $1.id })
    }

    @Test("a closed store answers that it is closed, after what was asked before", arguments: kinds)
    func closed(kind: StoreFixture.Kind) throws {
        let fixture = try StoreFixture(kind)
        let store = try fixture.open()
        let before = try StoreReply<Void, StoreError>()
        store.apply([.putInbound(StoreSamples.inbound("ST_a"))], before.fill)
        store.close()
        try before.wait()
        let error = #expect(throws: StoreError.self) { _ = try store.table() }
        #expect(error?.reason == .closed)
        store.close()
    }

    @Test("what was stored is there after the end", arguments: shared)
    func survives(kind: StoreFixture.Kind) throws {
        let fixture = try StoreFixture(kind)
        let first = try fixture.open()
        try first.apply(.putInbound(StoreSamples.inbound("ST_a")))
        first.close()
        let second = try fixture.open()
        defer { second.close() }
        #expect(try second.table() == RoutingTable(inbound: [StoreSamples.inbound("ST_a")]))
    }

    @Test("two openings see each other's changes and are told of them", arguments: shared)
    func watch(kind: StoreFixture.Kind) throws {
        let fixture = try StoreFixture(kind)
        let (watching, changing) = (try fixture.open(), try fixture.open())
        defer {
            watching.close()
            changing.close()
        }
        let signal = try Signal()
        #expect(try watching.table() == RoutingTable())
        watching.watch(signal.fire)
        try changing.apply(.putInbound(StoreSamples.inbound("ST_a")))
        try signal.wait()
        #expect(try watching.table().inbound.map(\.id) == [TrunkID("ST_a")])
        // And again: one change is not the last.
        try changing.apply(.deleteTrunk(TrunkID("ST_a")), .putRule(StoreSamples.rule("SDR_a")))
        try signal.wait()
        #expect(try watching.table() == RoutingTable(rules: [StoreSamples.rule("SDR_a")]))
    }

    @Test("two openings that write at once lose nothing", arguments: shared)
    func twoWriters(kind: StoreFixture.Kind) throws {
        let fixture = try StoreFixture(kind)
        let stores = [try fixture.open(), try fixture.open()]
        defer { for store in stores { store.close() } }
        var replies: [StoreReply<Void, StoreError>] = []
        for number in 0..<100 {
            for (index, store) in stores.enumerated() {
                let reply = try StoreReply<Void, StoreError>()
                store.apply([.putInbound(StoreSamples.inbound("ST_\(index)_\(number)"))], reply.fill)
                replies.append(reply)
            }
        }
        for reply in replies { try reply.wait() }
        #expect(try stores[0].table().inbound.count == 200)
        #expect(try stores[0].table() == stores[1].table())
    }
}
