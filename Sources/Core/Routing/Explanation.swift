/// Where a call would go, and what every trunk and every rule has to do with it: the decision of `Router`, found by a look at
/// each of them in turn instead of by its indexes.
package struct Explanation: Hashable, Sendable {
    /// What a trunk has to do with the call.
    package enum TrunkStanding: Hashable, Sendable {
        case chosen
        case excluded(TrunkExclusion)
        /// It would take the call, but serves every number, and the other lists the one that was called.
        case afterListing(TrunkID)
        /// It would take the call as well as the other, which has the lower id: creation would have refused one of them.
        case afterLowerID(TrunkID)
    }

    /// What a rule has to do with the call.
    package enum RuleStanding: Hashable, Sendable {
        case chosen
        case excluded(RuleExclusion)
        /// It would take the call from any trunk, but the other names this one.
        case afterNaming(RuleID)
        /// It would take the call, but the other has the better rank.
        case afterBetter(RuleID)
    }

    package struct Trunk: Hashable, Sendable {
        package let id: TrunkID
        package let name: String
        package let standing: TrunkStanding
    }

    package struct Rule: Hashable, Sendable {
        package let id: RuleID
        package let name: String
        package let standing: RuleStanding
    }

    package let facts: CallFacts
    /// Every inbound trunk in order of ids.
    package let trunks: [Trunk]
    /// Every rule in order of ids.
    package let rules: [Rule]
    package let trunkDecision: TrunkDecision
    /// What happens to the call before anything is entered; nil when no trunk lets it in.
    package let firstDecision: RuleDecision?
    /// What happens in the end, with the PIN that was given, if one is asked for; nil when no trunk lets the call in.
    package let decision: RuleDecision?

    /// - Parameters:
    ///   - pin: what the caller enters if asked; `.notAsked` ends the explanation at the question.
    ///   - admitsUnmatched: whether a call that matches no trunk is let in all the same, to rules that name none.
    package init(
        _ table: RoutingTable, _ facts: CallFacts, _ pin: PINEntry, _ context: AdmissionContext,
        admitsUnmatched: Bool = false
    ) {
        self.facts = facts
        let scan = TrunkScan(table.inbound, facts)
        (trunkDecision, trunks) = (scan.decision, scan.trunks)
        var trunk: InboundTrunk?
        if case .matched(let match) = scan.decision { trunk = match.trunk }
        guard trunk != nil || admitsUnmatched && !scan.isMatched else {
            (firstDecision, decision) = (nil, nil)
            rules = table.rules.map { rule in
                let exclusion = rule.exclusion(of: facts, from: nil, .notAsked) ?? .noTrunk
                return Rule(id: rule.id, name: rule.name, standing: .excluded(exclusion))
            }
            return
        }
        let first = RuleScan(table.rules, facts, trunk?.id, .notAsked)
        firstDecision = RuleDecision(first.selection, facts, trunk, context)
        guard case .requestPIN = first.selection, pin != .notAsked else {
            (decision, rules) = (firstDecision, first.rules)
            return
        }
        let second = RuleScan(table.rules, facts, trunk?.id, pin)
        decision = RuleDecision(second.selection, facts, trunk, context)
        rules = second.rules
    }

    /// Whether the caller would get into a room, or be asked for a PIN. A trunk with credentials asks for them first.
    package var isTaken: Bool {
        switch decision {
        case .accept, .requestPIN: true
        case .wrongPIN, .refuse, nil: false
        }
    }
}

/// The trunks, one after the other.
private struct TrunkScan {
    let decision: TrunkDecision
    let trunks: [Explanation.Trunk]
    /// Whether a trunk takes the call, be it that its credentials are incomplete.
    let isMatched: Bool

    init(_ all: [InboundTrunk], _ facts: CallFacts) {
        let passing = all.filter { $0.exclusion(of: facts) == nil }
        let listing = passing.filter { !$0.numbers.isEmpty }
        let candidates = listing.isEmpty ? passing : listing
        let winner = candidates.first
        isMatched = winner != nil
        trunks = all.map { trunk in
            let standing: Explanation.TrunkStanding
            if let exclusion = trunk.exclusion(of: facts) {
                standing = .excluded(exclusion)
            } else if let winner, trunk.id != winner.id {
                let isDefault = trunk.numbers.isEmpty && !winner.numbers.isEmpty
                standing = isDefault ? .afterListing(winner.id) : .afterLowerID(winner.id)
            } else {
                standing = .chosen
            }
            return Explanation.Trunk(id: trunk.id, name: trunk.name, standing: standing)
        }
        if let winner {
            let isIncomplete = winner.credentials == .incomplete
            let match = TrunkMatch(trunk: winner, rival: candidates.dropFirst().first?.id)
            decision = isIncomplete ? .refused(Refusal(.incompleteCredentials(winner.id))) : .matched(match)
        } else {
            decision = .refused(Self.refusal(all, facts))
        }
    }

    private static func refusal(_ all: [InboundTrunk], _ facts: CallFacts) -> Refusal {
        let listing = all.first { !$0.numbers.isEmpty && $0.numbers.admit(facts.called) }
        guard let nearest = listing ?? all.first(where: \.numbers.isEmpty), let why = nearest.exclusion(of: facts)
        else {
            return Refusal(all.isEmpty ? .noTrunks : .numberNotServed(facts.called))
        }
        return Refusal(.excluded(nearest.id, why))
    }
}

/// The rules, one after the other.
private struct RuleScan {
    let selection: RuleSelection
    let rules: [Explanation.Rule]

    init(_ all: [DispatchRule], _ facts: CallFacts, _ trunk: TrunkID?, _ pin: PINEntry) {
        let ranked = all.sorted { RuleRank($0) < RuleRank($1) }
        let passing = ranked.filter { $0.exclusion(of: facts, from: trunk, pin) == nil }
        let winner = passing.first { !$0.trunkIDs.isEmpty } ?? passing.first
        rules = all.map { rule in
            let standing: Explanation.RuleStanding
            if let exclusion = rule.exclusion(of: facts, from: trunk, pin) {
                standing = .excluded(exclusion)
            } else if let winner, rule.id != winner.id {
                let isOpen = rule.trunkIDs.isEmpty && !winner.trunkIDs.isEmpty
                standing = isOpen ? .afterNaming(winner.id) : .afterBetter(winner.id)
            } else {
                standing = .chosen
            }
            return Explanation.Rule(id: rule.id, name: rule.name, standing: standing)
        }
        if let winner {
            selection = pin == .notAsked && !winner.pin.isEmpty ? .requestPIN(winner) : .take(winner)
        } else if ranked.contains(where: { $0.exclusion(of: facts, from: trunk, .notAsked) == nil }) {
            selection = .wrongPIN
        } else {
            selection = .refuse(Self.refusal(ranked, facts, trunk))
        }
    }

    private static func refusal(_ ranked: [DispatchRule], _ facts: CallFacts, _ trunk: TrunkID?) -> Refusal {
        let naming = ranked.first { rule in trunk.map { rule.trunkIDs.contains($0) } ?? false }
        guard let nearest = naming ?? ranked.first(where: \.trunkIDs.isEmpty),
            let why = nearest.exclusion(of: facts, from: trunk, .notAsked)
        else { return Refusal(.noRules(trunk)) }
        return Refusal(.notTaken(nearest.id, why))
    }
}
