/// All trunks and rules of a server: a value, each list in ascending order of ids, each id once.
package struct RoutingTable: Hashable, Sendable {
    package private(set) var inbound: [InboundTrunk]
    package private(set) var outbound: [OutboundTrunk]
    package private(set) var rules: [DispatchRule]

    /// Takes the objects in any order; of two with one id the later counts.
    package init(inbound: [InboundTrunk] = [], outbound: [OutboundTrunk] = [], rules: [DispatchRule] = []) {
        self.inbound = Self.ordered(inbound, by: \.id)
        self.outbound = Self.ordered(outbound, by: \.id)
        self.rules = Self.ordered(rules, by: \.id)
    }

    package func inboundTrunk(_ id: TrunkID) -> InboundTrunk? { Self.find(id, in: inbound, by: \.id) }

    package func outboundTrunk(_ id: TrunkID) -> OutboundTrunk? { Self.find(id, in: outbound, by: \.id) }

    package func rule(_ id: RuleID) -> DispatchRule? { Self.find(id, in: rules, by: \.id) }

    /// Adds the trunk, or replaces the one of its id.
    package mutating func put(_ trunk: InboundTrunk) { Self.put(trunk, in: &inbound, by: \.id) }

    /// Adds the trunk, or replaces the one of its id.
    package mutating func put(_ trunk: OutboundTrunk) { Self.put(trunk, in: &outbound, by: \.id) }

    /// Adds the rule, or replaces the one of its id.
    package mutating func put(_ rule: DispatchRule) { Self.put(rule, in: &rules, by: \.id) }

    /// Removes the trunk of that id, inbound or outbound. False when there is none.
    @discardableResult
    package mutating func removeTrunk(_ id: TrunkID) -> Bool {
        let inboundGone = Self.remove(id, from: &inbound, by: \.id)
        let outboundGone = Self.remove(id, from: &outbound, by: \.id)
        return inboundGone || outboundGone
    }

    /// Removes the rule of that id. False when there is none.
    @discardableResult
    package mutating func removeRule(_ id: RuleID) -> Bool { Self.remove(id, from: &rules, by: \.id) }
}

/// Lists in ascending order of one member. Generic, because trunks and rules differ only in the type of their ids.
extension RoutingTable {
    private static func ordered<Object, ID: Comparable>(_ objects: [Object], by id: KeyPath<Object, ID>) -> [Object] {
        let sorted = objects.enumerated().sorted { a, b in
            (a.element[keyPath: id], a.offset) < (b.element[keyPath: id], b.offset)
        }
        var result: [Object] = []
        result.reserveCapacity(sorted.count)
        for (_, object) in sorted {
            if result.last?[keyPath: id] == object[keyPath: id] { result.removeLast() }
            result.append(object)
        }
        return result
    }

    /// Where the object of that id is, or belongs.
    private static func place<Object, ID: Comparable>(
        of wanted: ID, in objects: [Object], by id: KeyPath<Object, ID>
    ) -> (index: Int, isThere: Bool) {
        var (low, high) = (0, objects.count)
        while low < high {
            let middle = (low + high) / 2
            if objects[middle][keyPath: id] < wanted { low = middle + 1 } else { high = middle }
        }
        return (low, low < objects.count && objects[low][keyPath: id] == wanted)
    }

    private static func find<Object, ID: Comparable>(
        _ wanted: ID, in objects: [Object], by id: KeyPath<Object, ID>
    ) -> Object? {
        let (index, isThere) = place(of: wanted, in: objects, by: id)
        return isThere ? objects[index] : nil
    }

    private static func put<Object, ID: Comparable>(
        _ object: Object, in objects: inout [Object], by id: KeyPath<Object, ID>
    ) {
        let (index, isThere) = place(of: object[keyPath: id], in: objects, by: id)
        if isThere { objects[index] = object } else { objects.insert(object, at: index) }
    }

    private static func remove<Object, ID: Comparable>(
        _ wanted: ID, from objects: inout [Object], by id: KeyPath<Object, ID>
    ) -> Bool {
        let (index, isThere) = place(of: wanted, in: objects, by: id)
        if isThere { objects.remove(at: index) }
        return isThere
    }
}
