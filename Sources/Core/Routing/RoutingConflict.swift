/// Another trunk that could take the same call with the same right, so that neither may be created beside the other.
package struct TrunkConflict: Hashable, Sendable {
    package let other: TrunkID
    /// A called number that both list; nil when both serve every number.
    package let called: String?
    /// A calling number that both list; nil when both allow every caller.
    package let caller: String?

    /// What is wrong and what to do, in one sentence without a full stop.
    package var sentence: String {
        "trunk \(other) serves \(called ?? "every number") for \(caller.map { "caller \($0)" } ?? "every caller") too: "
            + "give one of them other numbers or other allowed_numbers"
    }
}

/// Another rule that takes the same calls with the same right, so that neither may be created beside the other.
package struct RuleConflict: Hashable, Sendable {
    package let other: RuleID
    /// A trunk that both name; nil when both take the calls of every trunk.
    package let trunk: TrunkID?
    /// A called number that both list; nil when both take every one.
    package let called: String?
    /// A calling number that both list; nil when both take every one.
    package let caller: String?
    package let hasPIN: Bool

    /// What is wrong and what to do, in one sentence without a full stop.
    package var sentence: String {
        "rule \(other) takes calls from \(trunk.map { "trunk \($0)" } ?? "every trunk"), "
            + "\(caller.map { "caller \($0)" } ?? "every caller") to \(called ?? "every number") "
            + "\(hasPIN ? "with the same PIN" : "without a PIN") too: change trunk_ids, numbers, inbound_numbers or the PIN of one"
    }
}

extension RoutingTable {
    /// The trunks with which this one, new or in place of the one of its id, cannot be told apart. Addresses do not count,
    /// as with LiveKit.
    package func conflicts(with trunk: InboundTrunk) -> [TrunkConflict] {
        let called = Filter(trunk.numbers)
        let callers = Filter(trunk.allowedNumbers)
        return inbound.compactMap { other in
            guard other.id != trunk.id, let called = called.overlap(other.numbers),
                let caller = callers.overlap(other.allowedNumbers)
            else { return nil }
            return TrunkConflict(other: other.id, called: called.value, caller: caller.value)
        }
    }

    /// The rules with which this one, new or in place of the one of its id, shares a trunk, a caller, a called number and
    /// the PIN; an empty list counts as one value.
    package func conflicts(with rule: DispatchRule) -> [RuleConflict] {
        let trunks = Set(rule.trunkIDs)
        let called = Filter(rule.numbers)
        let callers = Filter(rule.callers)
        return rules.compactMap { other in
            guard other.id != rule.id, other.pin == rule.pin, trunks.isEmpty == other.trunkIDs.isEmpty else {
                return nil
            }
            let trunk = other.trunkIDs.first { trunks.contains($0) }
            guard trunks.isEmpty || trunk != nil, let called = called.overlap(other.numbers),
                let caller = callers.overlap(other.callers)
            else { return nil }
            return RuleConflict(
                other: other.id, trunk: trunk, called: called.value, caller: caller.value, hasPIN: !rule.pin.isEmpty)
        }
    }
}

/// The list of a filter, made ready to be compared with many others.
private struct Filter {
    /// What two filters have in common: a value, or nil for both being empty.
    struct Overlap { let value: String? }

    private let numbers: Set<NormalizedNumber>

    init(_ list: [String]) { numbers = list.normalizedNumbers }

    /// Nil when no number is in both lists; an empty list has only another empty one in common.
    func overlap(_ other: [String]) -> Overlap? {
        if numbers.isEmpty || other.isEmpty { return numbers.isEmpty && other.isEmpty ? Overlap(value: nil) : nil }
        return other.first { numbers.contains(NormalizedNumber($0)) }.map { Overlap(value: $0) }
    }
}
