import Core
import Testing

@Suite("CallRecordQuery")
struct CallRecordQueryTests {
    static func record() -> CallRecord {
        var record = CallRecord(
            id: CallRecordID("SCL_a"), direction: .inbound, createdAt: .seconds(100), instance: InstanceID("i"))
        (record.trunkID, record.ruleID, record.room) = (TrunkID("ST_a"), RuleID("SDR_a"), "r")
        (record.participantIdentity, record.from, record.to) = ("sip_1", "+1", "+2")
        (record.callID, record.state, record.endReason) = (CallID("c"), .ended, .crashed)
        return record
    }

    typealias Change = @Sendable (inout CallRecordQuery) -> Void
    static let conditions: [(name: String, fits: Change, excludes: Change)] = [
        ("direction", { $0.direction = .inbound }, { $0.direction = .outbound }),
        ("state", { $0.states = [.ended, .active] }, { $0.states = [.ringing] }),
        ("trunk", { $0.trunkID = TrunkID("ST_a") }, { $0.trunkID = TrunkID("ST_b") }),
        ("rule", { $0.ruleID = RuleID("SDR_a") }, { $0.ruleID = RuleID("SDR_b") }),
        ("room", { $0.room = "r" }, { $0.room = "" }),
        ("identity", { $0.participantIdentity = "sip_1" }, { $0.participantIdentity = "sip_2" }),
        ("Call-ID", { $0.callID = CallID("c") }, { $0.callID = CallID("C") }),
        ("from", { $0.from = "+1" }, { $0.from = "+2" }),
        ("to", { $0.to = "+2" }, { $0.to = "+1" }),
        ("end reason", { $0.endReason = .crashed }, { $0.endReason = .init(.busy) }),
        ("instance", { $0.instance = InstanceID("i") }, { $0.instance = InstanceID("j") }),
        ("since", { $0.since = .seconds(100) }, { $0.since = .seconds(101) }),
        ("until", { $0.until = .seconds(101) }, { $0.until = .seconds(100) }),
    ]

    @Test("each condition takes what fits and excludes what does not", arguments: conditions.indices)
    func condition(index: Int) {
        let (name, fits, excludes) = Self.conditions[index]
        var (taking, excluding) = (CallRecordQuery(), CallRecordQuery())
        fits(&taking)
        excludes(&excluding)
        #expect(taking.matches(Self.record()), "\(name)")
        #expect(!excluding.matches(Self.record()), "\(name)")
    }

    @Test("a query without conditions takes everything, and an id that is not there excludes what was asked for")
    func absence() {
        let bare = CallRecord(
            id: CallRecordID("SCL_b"), direction: .outbound, createdAt: .zero, instance: InstanceID("i"))
        var query = CallRecordQuery()
        #expect(query.matches(bare))
        query.trunkID = TrunkID("ST_a")
        #expect(!query.matches(bare))
    }

    @Test("records are ordered by creation, then by id, in both orders")
    func order() {
        let cursors = [(1, "a"), (1, "b"), (2, "a")].map {
            CallRecordQuery.Cursor(createdAt: .seconds($0.0), id: CallRecordID($0.1))
        }
        var query = CallRecordQuery()
        for (i, a) in cursors.enumerated() {
            for (j, b) in cursors.enumerated() {
                query.order = .oldestFirst
                #expect(query.precedes(a, b) == (i < j))
                query.order = .newestFirst
                #expect(query.precedes(a, b) == (i > j))
            }
        }
    }

    @Test("a page is never empty by request, nor unbounded", arguments: [(-5, 1), (0, 1), (7, 7), (5000, 1000)])
    func pageSize(asked: Int, given: Int) {
        var query = CallRecordQuery()
        query.limit = asked
        #expect(query.pageSize == given)
    }
}
