/// Why a rule is perhaps not what its author wanted: it may be kept, but a person should know.
package enum RuleWarning: Hashable, Sendable {
    /// There is no inbound trunk, and calls without one are refused.
    case noInboundTrunk
    case unknownTrunk(TrunkID)
    /// It names a trunk by which calls only go out.
    case outboundTrunk(TrunkID)
    /// Its `numbers` are served by none of the trunks whose calls it takes.
    case numbersNotServed
    /// Its `inbound_numbers` are allowed by none of the trunks whose calls it takes.
    case callersNotAllowed
    /// Each is possible, but no trunk both serves one of its `numbers` and allows one of its `inbound_numbers`.
    case neverTogether
    /// Another rule is preferred for every call it could take.
    case shadowed(by: RuleID)

    /// What is to be known, in one sentence without a full stop.
    package var sentence: String {
        switch self {
        case .noInboundTrunk: "the rule takes no call yet: there is no inbound trunk"
        case .unknownTrunk(let id): "there is no trunk \(id), which trunk_ids of the rule names"
        case .outboundTrunk(let id):
            "trunk \(id), which trunk_ids of the rule names, is an outbound trunk: no call comes from it"
        case .numbersNotServed: "the rule never matches: none of its trunks serves any of its numbers"
        case .callersNotAllowed: "the rule never matches: none of its trunks allows any of its inbound_numbers"
        case .neverTogether:
            "the rule never matches: no trunk of it both serves one of its numbers and allows one of its inbound_numbers"
        case .shadowed(let other): "the rule never matches: rule \(other) goes first for every call that it could take"
        }
    }
}

extension RoutingTable {
    /// What a person should know about this rule, new or in place of the one of its id; empty for most rules.
    package func warnings(about rule: DispatchRule) -> [RuleWarning] {
        var warnings: [RuleWarning] = []
        for id in rule.trunkIDs where inboundTrunk(id) == nil {
            warnings.append(outboundTrunk(id) == nil ? .unknownTrunk(id) : .outboundTrunk(id))
        }
        if inbound.isEmpty { warnings.append(.noInboundTrunk) }
        let trunks = rule.trunkIDs.isEmpty ? inbound : rule.trunkIDs.compactMap { inboundTrunk($0) }
        guard !trunks.isEmpty else { return warnings }
        let called = rule.numbers.normalizedNumbers
        let callers = rule.callers.normalizedNumbers
        let serving = trunks.filter { canMeet(called, $0.numbers) }
        let allowing = trunks.filter { canMeet(callers, $0.allowedNumbers) }
        let takers = serving.filter { canMeet(callers, $0.allowedNumbers) }
        if serving.isEmpty { warnings.append(.numbersNotServed) }
        if allowing.isEmpty { warnings.append(.callersNotAllowed) }
        if takers.isEmpty, !serving.isEmpty, !allowing.isEmpty { warnings.append(.neverTogether) }
        if !takers.isEmpty, let other = shadow(of: rule, from: Set(takers.map(\.id)), called, callers) {
            warnings.append(.shadowed(by: other))
        }
        return warnings
    }

    /// Whether a number can pass two filters, one after the other.
    private func canMeet(_ numbers: Set<NormalizedNumber>, _ other: [String]) -> Bool {
        numbers.isEmpty || other.isEmpty || other.contains { numbers.contains(NormalizedNumber($0)) }
    }

    /// The best rule that is preferred for every call the rule could take from these trunks.
    private func shadow(
        of rule: DispatchRule, from takers: Set<TrunkID>, _ called: Set<NormalizedNumber>,
        _ callers: Set<NormalizedNumber>
    ) -> RuleID? {
        let better = rules.filter { other in
            other.id != rule.id && goesFirst(other, rule) && (other.pin.isEmpty || other.pin == rule.pin)
                && names(other, all: takers) && covers(other.numbers, called) && covers(other.callers, callers)
        }
        guard let best = better.min(by: { goesFirst($0, $1) }) else { return nil }
        // A rule with a PIN is still reached when a third rule asks for one before the open rule lets the call in.
        let isAsked = rules.contains { $0.id != rule.id && !$0.pin.isEmpty && goesFirst($0, best) }
        return best.pin.isEmpty && !rule.pin.isEmpty && isAsked ? nil : best.id
    }

    private func goesFirst(_ a: DispatchRule, _ b: DispatchRule) -> Bool {
        if a.trunkIDs.isEmpty != b.trunkIDs.isEmpty { return b.trunkIDs.isEmpty }
        return RuleRank(a) < RuleRank(b)
    }

    private func names(_ rule: DispatchRule, all trunks: Set<TrunkID>) -> Bool {
        if rule.trunkIDs.isEmpty { return true }
        return rule.trunkIDs.count >= trunks.count && trunks.isSubset(of: Set(rule.trunkIDs))
    }

    private func covers(_ list: [String], _ numbers: Set<NormalizedNumber>) -> Bool {
        if list.isEmpty { return true }
        return !numbers.isEmpty && numbers.isSubset(of: list.normalizedNumbers)
    }
}
