import Core
import IO
import Testing

@Suite("CallRecordStore: what every store promises")
struct CallRecordStoreTests {
    static let kinds: [StoreFixture.Kind] = [.memory, .sqlite]

    private func with(_ kind: StoreFixture.Kind, _ body: (any CallRecordStore) throws -> Void) throws {
        let fixture = try StoreFixture(kind)
        let store = try fixture.open()
        defer { store.close() }
        try body(try #require(store as? any CallRecordStore))
    }

    @Test("a record comes back whole, and the latest one of an id counts", arguments: kinds)
    func append(kind: StoreFixture.Kind) throws {
        try with(kind) { store in
            let (ringing, ended) = (StoreSamples.ringing("SCL_a"), StoreSamples.record("SCL_a"))
            try store.append(ringing)
            #expect(try store.record("SCL_a") == ringing)
            try store.append(ended)
            #expect(try store.record("SCL_a") == ended)
            #expect(try store.list().records == [ended])
        }
    }

    @Test("old and surplus records are forgotten, the oldest first and a batch at a time", arguments: kinds)
    func prune(kind: StoreFixture.Kind) throws {
        try with(kind) { store in
            let start = Int(StoreSamples.record("SCL_0", at: 0).createdAt.milliseconds / 1000)
            for number in 0..<10 { try store.append(StoreSamples.record("SCL_\(number)", at: number)) }
            try store.append(StoreSamples.ringing("SCL_open", at: 0))
            let ids = { try store.list { $0.order = .oldestFirst }.records.map(\.id.description) }
            #expect(try store.prune(CallRecordLimits(), at: start + 1000) == 0)
            #expect(try store.prune(CallRecordLimits(age: .seconds(100)), at: start + 103) == 3)
            #expect(try ids() == ["SCL_open"] + (3..<10).map { "SCL_\($0)" })
            #expect(try store.prune(CallRecordLimits(count: 4), at: start, batch: 3) == 3)
            #expect(try store.prune(CallRecordLimits(count: 4), at: start, batch: 3) == 1)
            #expect(try ids() == ["SCL_open", "SCL_7", "SCL_8", "SCL_9"])
            #expect(try store.prune(CallRecordLimits(count: 4), at: start, batch: 3) == 0)
            #expect(try store.prune(CallRecordLimits(count: 0), at: start) == 3)
            #expect(try ids() == ["SCL_open"])
        }
    }

    @Test("a record that is not there is not found", arguments: kinds)
    func notFound(kind: StoreFixture.Kind) throws {
        try with(kind) { store in
            let error = #expect(throws: StoreError.self) { _ = try store.record("SCL_x") }
            #expect(error?.reason == .notFound(id: "SCL_x"))
        }
    }

    @Test("pages follow each other without gap or repetition, in both orders", arguments: kinds)
    func pages(kind: StoreFixture.Kind) throws {
        try with(kind) { store in
            // Three at a time were created in the same instant.
            for number in 0..<25 { try store.append(StoreSamples.ringing("SCL_\(100 + number)", at: number / 3)) }
            let ids = (0..<25).map { "SCL_\(100 + $0)" }
            for (order, expected) in [(CallRecordQuery.Order.oldestFirst, ids), (.newestFirst, ids.reversed())] {
                var (found, sizes): ([String], [Int]) = ([], [])
                var after: CallRecordQuery.Cursor?
                repeat {
                    let page = try store.list { ($0.order, $0.limit, $0.after) = (order, 7, after) }
                    found += page.records.map(\.id.description)
                    sizes.append(page.records.count)
                    after = page.next
                } while after != nil
                #expect(found == expected)
                #expect(sizes == [7, 7, 7, 4])
            }
            let exact = try store.list { $0.limit = 25 }
            #expect(exact.next == nil && exact.records.count == 25)
        }
    }

    typealias Condition = @Sendable (inout CallRecordQuery) -> Void
    static let conditions: [(name: String, change: Condition)] = [
        ("none", { _ in }), ("direction", { $0.direction = .inbound }), ("one state", { $0.states = [.ringing] }),
        ("two states", { $0.states = [.ringing, .ended] }), ("trunk", { $0.trunkID = TrunkID("ST_a") }),
        ("rule", { $0.ruleID = RuleID("SDR_a") }), ("room", { $0.room = "room ☎" }), ("no room", { $0.room = "" }),
        ("identity", { $0.participantIdentity = "sip_+15550100" }),
        ("Call-ID", { $0.callID = CallID([0x61, 0x40, 0xff, 0x00]) }), ("from", { $0.from = "+15550100" }),
        ("to", { $0.to = "sip:1001@example.com" }), ("end reason", { $0.endReason = .init(.busy) }),
        ("instance", { $0.instance = InstanceID("RUN_b") }), ("since", { $0.since = .seconds(1001) }),
        ("until", { $0.until = .seconds(1001) }), ("nothing", { $0.room = "'; DROP TABLE call_record; --" }),
        ("several", { ($0.states, $0.room, $0.until, $0.direction) = ([.ended], "room ☎", .seconds(2000), .outbound) }),
    ]

    @Test("a query finds what its conditions match", arguments: kinds)
    func filters(kind: StoreFixture.Kind) throws {
        try with(kind) { store in
            var active = StoreSamples.ringing("SCL_c", at: 1002, instance: "RUN_b")
            active.state = .active
            let all = [StoreSamples.record("SCL_a"), StoreSamples.ringing("SCL_b", at: 1001), active]
            for record in all { try store.append(record) }
            for (name, change) in Self.conditions {
                var query = CallRecordQuery()
                change(&query)
                let found = try store.list(change).records
                #expect(found == all.reversed().filter(query.matches), "\(name)")
            }
        }
    }

    @Test("following gives each record once, as it is now, in the order of the last change", arguments: kinds)
    func follow(kind: StoreFixture.Kind) throws {
        try with(kind) { store in
            try store.append(StoreSamples.ringing("SCL_a"), StoreSamples.ringing("SCL_b"))
            let page = try store.list()
            #expect(try store.changes(after: page.position).records.isEmpty)
            #expect(try store.changes(after: page.position).position == page.position)

            try store.append(StoreSamples.ringing("SCL_c"), StoreSamples.record("SCL_a"), StoreSamples.record("SCL_c"))
            let changes = try store.changes(after: page.position)
            #expect(changes.records == [StoreSamples.record("SCL_a"), StoreSamples.record("SCL_c")])
            #expect(try store.changes(after: changes.position).records.isEmpty)

            // A bounded step goes on where it ended.
            let first = try store.changes(after: .start, limit: 2)
            let second = try store.changes(after: first.position, limit: 2)
            #expect((first.records + second.records).map(\.id.description) == ["SCL_b", "SCL_a", "SCL_c"])
        }
    }

    @Test("who watches is told of what is appended", arguments: kinds)
    func watch(kind: StoreFixture.Kind) throws {
        try with(kind) { store in
            let signal = try Signal()
            store.watchRecords(signal.fire)
            try store.append(StoreSamples.ringing("SCL_a"))
            try signal.wait()
        }
    }

    @Test("what a server that is gone left open is closed as crashed; ended records stay", arguments: kinds)
    func crashed(kind: StoreFixture.Kind) throws {
        try with(kind) { store in
            var active = StoreSamples.ringing("SCL_b", at: 10, instance: "RUN_gone")
            (active.state, active.startedAt) = (.active, .seconds(50))
            try store.append(
                StoreSamples.ringing("SCL_a", at: 10, instance: "RUN_gone"), active,
                StoreSamples.record("SCL_c", instance: "RUN_gone"))
            #expect(try store.begin("RUN_now", at: 40) == ["SCL_a", "SCL_b"])
            let closed = try store.record("SCL_a")
            #expect(closed.state == .ended && closed.endReason == .crashed && closed.endedAt == .seconds(40))
            // The wall clock may have been set back; no call ends before it began.
            #expect(try store.record("SCL_b").endedAt == .seconds(50))
            #expect(try store.record("SCL_c") == StoreSamples.record("SCL_c", instance: "RUN_gone"))
            #expect(try store.list { $0.states = [.ringing, .active] }.records.isEmpty)
        }
    }

    @Test("what servers that run have open stays open", arguments: kinds)
    func running(kind: StoreFixture.Kind) throws {
        try with(kind) { store in
            #expect(try store.begin("RUN_a", at: 1) == [])
            try store.append(StoreSamples.ringing("SCL_a", instance: "RUN_a"))
            #expect(try store.begin("RUN_b", at: 2) == [])
            #expect(try store.record("SCL_a").state == .ringing)
        }
    }
}
