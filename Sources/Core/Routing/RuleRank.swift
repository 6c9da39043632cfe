/// The order in which rules are preferred among those that take a call: PIN before open, direct before individual before
/// callee, and before all that a rule that lists numbers before one that does not. The name of the room, then the id,
/// decide between equals.
///
/// Rules that name the trunk are preferred to those that name none, whatever their rank.
package struct RuleRank: Hashable, Sendable, Comparable {
    /// The smaller the better.
    package let priority: Int
    package let room: String
    package let id: RuleID

    package init(_ rule: DispatchRule) {
        var priority = rule.pin.isEmpty ? 100 : 0
        switch rule.room {
        case .direct(let name): room = name
        case .individual(let prefix, _): (room, priority) = (prefix, priority + 1)
        case .callee(let prefix, _): (room, priority) = (prefix, priority + 2)
        }
        if rule.callers.isEmpty { priority += 1000 }
        if rule.numbers.isEmpty { priority += 1000 }
        self.priority = priority
        id = rule.id
    }

    package static func < (a: Self, b: Self) -> Bool {
        if a.priority != b.priority { return a.priority < b.priority }
        if a.room != b.room { return a.room.utf8.lexicographicallyPrecedes(b.room.utf8) }
        return a.id < b.id
    }
}

/// What the caller has entered when asked for a PIN.
package enum PINEntry: Hashable, Sendable {
    /// The caller has not been asked.
    case notAsked
    /// `#` alone: the caller wants in without a PIN.
    case skipped
    /// Secret.
    case entered(String)
}

/// The field that keeps a call from a rule, with the value that it does not list.
package enum RuleExclusion: Hashable, Sendable {
    /// `inbound_numbers`.
    case caller(String)
    /// `numbers`.
    case called(String)
    /// `trunk_ids`.
    case trunk(TrunkID)
    /// `trunk_ids`, when no trunk matched.
    case noTrunk
    /// It has another PIN than the one entered, or one where the caller entered none.
    case otherPIN
    /// It has no PIN, but one was entered.
    case open
}

extension DispatchRule {
    /// The first field that keeps a call from the rule; nil when it lets the call pass.
    package func exclusion(of facts: CallFacts, from trunk: TrunkID?, _ pin: PINEntry) -> RuleExclusion? {
        if !trunkIDs.isEmpty {
            guard let trunk else { return .noTrunk }
            if !trunkIDs.contains(trunk) { return .trunk(trunk) }
        }
        if !numbers.admit(facts.called) { return .called(facts.called) }
        if !callers.admit(facts.caller) { return .caller(facts.caller) }
        switch pin {
        case .notAsked: return nil
        case .skipped: return self.pin.isEmpty ? nil : .otherPIN
        case .entered(let digits): return self.pin.isEmpty ? .open : self.pin == digits ? nil : .otherPIN
        }
    }
}
