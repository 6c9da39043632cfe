/// Where trunks and dispatch rules are kept. Calls return at once; answers come on a thread of the store, one after the other
/// in the order of asking. An answer must be quick: what takes time goes to a mailbox.
package protocol RoutingStore: Sendable {
    /// Reads everything.
    func load(_ done: @escaping @Sendable (Result<RoutingTable, StoreError>) -> Void)

    /// Makes all changes or none. After success they survive the end of this process at any moment. What is put replaces what
    /// has its id; deleting what is not there succeeds.
    func apply(_ changes: [RoutingChange], _ done: @escaping @Sendable (Result<Void, StoreError>) -> Void)

    /// Calls `changed` after something else changed trunks or rules: another process or another server. It may also be called
    /// after a change of our own, or where nothing changed after all. Replaces the closure given before.
    func watch(_ changed: @escaping @Sendable () -> Void)

    /// Does what was asked for, then ends. What is asked afterwards is answered with `closed`. The caller waits.
    func close()
}

/// A change of what routing goes by. The ids are in the objects, and are made by the caller.
package enum RoutingChange: Hashable, Sendable {
    case putInbound(InboundTrunk)
    case putOutbound(OutboundTrunk)
    case putRule(DispatchRule)
    /// Of either kind, and of both where a trunk of the old kind serves as both.
    case deleteTrunk(TrunkID)
    case deleteRule(RuleID)
}

extension RoutingTable {
    /// Makes changes in their order.
    package mutating func apply(_ changes: [RoutingChange]) {
        for change in changes {
            switch change {
            case .putInbound(let trunk): put(trunk)
            case .putOutbound(let trunk): put(trunk)
            case .putRule(let rule): put(rule)
            case .deleteTrunk(let id): removeTrunk(id)
            case .deleteRule(let id): removeRule(id)
            }
        }
    }
}
