/// Which call records are wanted: those that satisfy every condition that is set.
package struct CallRecordQuery: Hashable, Sendable {
    /// Where a page ended: records are ordered by creation, then by id.
    package struct Cursor: Hashable, Sendable {
        package let createdAt: Duration
        package let id: CallRecordID

        package init(createdAt: Duration, id: CallRecordID) { (self.createdAt, self.id) = (createdAt, id) }
        package init(_ record: CallRecord) { self.init(createdAt: record.createdAt, id: record.id) }
    }

    package enum Order: Sendable { case newestFirst, oldestFirst }

    /// The most that one page holds.
    package static let pageLimit = 1000

    package var direction: CallDirection?
    /// Any of these; empty for every state.
    package var states: Set<CallRecord.State> = []
    package var trunkID: TrunkID?
    package var ruleID: RuleID?
    package var room: String?
    package var participantIdentity: String?
    package var callID: CallID?
    package var from: String?
    package var to: String?
    package var endReason: CallRecord.EndReason?
    package var instance: InstanceID?
    /// Created at that time or later; since 1970.
    package var since: Duration?
    /// Created before that time; since 1970.
    package var until: Duration?
    package var order = Order.newestFirst
    /// The end of the page before; nil for the first page.
    package var after: Cursor?
    /// Records on a page: 1 to `pageLimit`; what is outside is brought inside.
    package var limit = 100

    package init() {}

    /// `limit` brought into its bounds.
    package var pageSize: Int { min(max(limit, 1), Self.pageLimit) }

    /// Whether a record satisfies every condition, paging apart.
    package func matches(_ record: CallRecord) -> Bool {
        func agrees<Value: Equatable>(_ wanted: Value?, _ value: Value?) -> Bool { wanted == nil || wanted == value }
        return agrees(direction, record.direction) && (states.isEmpty || states.contains(record.state))
            && agrees(trunkID, record.trunkID) && agrees(ruleID, record.ruleID) && agrees(room, record.room)
            && agrees(participantIdentity, record.participantIdentity) && agrees(callID, record.callID)
            && agrees(from, record.from) && agrees(to, record.to) && agrees(endReason, record.endReason)
            && agrees(instance, record.instance)
            && since.map { record.createdAt >= $0 } ?? true && until.map { record.createdAt < $0 } ?? true
    }

    /// Whether `a` comes before `b` on the pages.
    package func precedes(_ a: Cursor, _ b: Cursor) -> Bool {
        let isOlder = a.createdAt == b.createdAt ? a.id < b.id : a.createdAt < b.createdAt
        return order == .oldestFirst ? isOlder : isOlder == false && a != b
    }
}
