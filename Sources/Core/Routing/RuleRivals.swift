/// Two rules that take the same calls with the same right; the first is taken. Creation refuses the second, but other programs write
/// into the same store.
package struct RuleRivals: Hashable, Sendable {
    package let taken: RuleID
    package let other: RuleID

    /// What is wrong and what to do, in one sentence without a full stop.
    package var sentence: String {
        "rules \(taken) and \(other) take the same calls, and \(taken) goes first: change trunk_ids, numbers, inbound_numbers or the "
            + "PIN of one"
    }
}

extension RoutingTable {
    private struct Claim: Hashable {
        let trunks: Set<TrunkID>
        let numbers: Set<NormalizedNumber>
        let callers: Set<NormalizedNumber>
        let pin: String
    }

    /// Rules whose filters and PIN are the same. Takes time in proportion to the number of rules.
    package var ruleRivals: [RuleRivals] {
        var first: [Claim: DispatchRule] = [:]
        var rivals: [RuleRivals] = []
        for rule in rules {
            let claim = Claim(
                trunks: Set(rule.trunkIDs), numbers: rule.numbers.normalizedNumbers,
                callers: rule.callers.normalizedNumbers, pin: rule.pin)
            guard let known = first[claim] else {
                first[claim] = rule
                continue
            }
            let (taken, other) = RuleRank(rule) < RuleRank(known) ? (rule, known) : (known, rule)
            first[claim] = taken
            rivals.append(RuleRivals(taken: taken.id, other: other.id))
        }
        return rivals
    }
}
