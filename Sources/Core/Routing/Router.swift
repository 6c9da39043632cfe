/// Decides where calls go: which trunk a call comes from, and which rule takes it. The table does not change; a new one makes
/// a new router. Copies are cheap.
///
/// Closed: a call that matches no trunk is refused, and only the packet's source counts for addresses. The time of a decision
/// depends on the number of prefix lengths in use, not on the number of trunks and rules. `Explanation` comes to the same
/// decisions by a look at each of them.
package struct Router: Sendable {
    private typealias TrunkIndex = FilterIndex<NormalizedNumber, FilterIndex<NormalizedNumber, AddressIndex>>
    private typealias RuleFilters = FilterIndex<NormalizedNumber, FilterIndex<NormalizedNumber, RuleLeaf>>

    /// In ascending order of ids.
    private let trunks: [InboundTrunk]
    /// The best first.
    private let rules: [DispatchRule]
    /// By called number, calling number, source.
    private let trunkIndex: TrunkIndex
    /// By trunk, called number, calling number.
    private let ruleIndex: FilterIndex<TrunkID, RuleFilters>

    package init(_ table: RoutingTable) {
        let trunks = table.inbound
        let rules = table.rules.map { (RuleRank($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
        (self.trunks, self.rules) = (trunks, rules)
        let allowed = trunks.map(\.allowed)
        trunkIndex = FilterIndex(Array(trunks.indices), values: { trunks[$0].numbers.normalizedNumbers }) { members in
            FilterIndex(members, values: { trunks[$0].allowedNumbers.normalizedNumbers }) { members in
                AddressIndex(members) { allowed[$0] }
            }
        }
        ruleIndex = FilterIndex(Array(rules.indices), values: { Set(rules[$0].trunkIDs) }) { members in
            FilterIndex(members, values: { rules[$0].numbers.normalizedNumbers }) { members in
                FilterIndex(members, values: { rules[$0].callers.normalizedNumbers }) { members in
                    RuleLeaf(members) { rules[$0].pin }
                }
            }
        }
    }

    // MARK: trunks

    /// The trunk that a call comes from. A trunk that lists the called number is preferred to one that serves every number.
    package func matchTrunk(_ facts: CallFacts) -> TrunkDecision {
        let called = NormalizedNumber(facts.called)
        let caller = NormalizedNumber(facts.caller)
        let listing = trunkIndex.listing(called)
        for group in [listing, trunkIndex.open] {
            var best = BestTwo()
            group?.forEachLeaf(passing: caller) { $0.collect(facts.source, into: &best) }
            if let first = best.first { return decision(trunks[first], rival: best.second.map { trunks[$0].id }) }
        }
        return .refused(refusal(facts, nearest: listing?.first ?? trunkIndex.open?.first))
    }

    private func decision(_ trunk: InboundTrunk, rival: TrunkID?) -> TrunkDecision {
        if trunk.credentials == .incomplete { return .refused(Refusal(.incompleteCredentials(trunk.id))) }
        return .matched(TrunkMatch(trunk: trunk, rival: rival))
    }

    private func refusal(_ facts: CallFacts, nearest: Int?) -> Refusal {
        guard let nearest, let exclusion = trunks[nearest].exclusion(of: facts) else {
            return Refusal(trunks.isEmpty ? .noTrunks : .numberNotServed(facts.called))
        }
        return Refusal(.excluded(trunks[nearest].id, exclusion))
    }

    // MARK: rules

    /// The rule that takes a call. Without a trunk only rules that name none can; whether a call without a trunk is let in
    /// at all is for the caller to decide.
    package func selectRule(_ facts: CallFacts, from trunk: TrunkID?, _ pin: PINEntry) -> RuleSelection {
        let called = NormalizedNumber(facts.called)
        let caller = NormalizedNumber(facts.caller)
        let naming = trunk.flatMap { ruleIndex.listing($0) }
        var anyRule: Int?
        for group in [naming, ruleIndex.open] {
            var best: Int?
            group?.forEachLeaf(passing: called) { group in
                group.forEachLeaf(passing: caller) { leaf in
                    anyRule = leaf.first
                    if let rule = leaf.best(pin) { best = min(best ?? rule, rule) }
                }
            }
            if let best { return selection(rules[best], pin) }
        }
        if anyRule != nil { return .wrongPIN }
        let nearest = naming?.first ?? ruleIndex.open?.first
        guard let nearest, let exclusion = rules[nearest].exclusion(of: facts, from: trunk, .notAsked) else {
            return .refuse(Refusal(.noRules(trunk)))
        }
        return .refuse(Refusal(.notTaken(rules[nearest].id, exclusion)))
    }

    private func selection(_ rule: DispatchRule, _ pin: PINEntry) -> RuleSelection {
        pin == .notAsked && !rule.pin.isEmpty ? .requestPIN(rule) : .take(rule)
    }

    /// What happens to a call that the trunk lets in; with no trunk see `selectRule`.
    package func chooseRule(
        _ facts: CallFacts, _ trunk: InboundTrunk?, _ pin: PINEntry, _ context: AdmissionContext
    ) -> RuleDecision {
        RuleDecision(selectRule(facts, from: trunk?.id, pin), facts, trunk, context)
    }
}

/// Rules with the same filters: the best, and the best by PIN.
private struct RuleLeaf: Sendable {
    /// The best of all.
    let first: Int
    private let open: Int?
    private var byPIN: [String: Int] = [:]

    /// The members in ascending order, at least one.
    init(_ members: [Int], pin: (Int) -> String) {
        first = members.first ?? .max
        open = members.first { pin($0).isEmpty }
        for member in members.reversed() where !pin(member).isEmpty { byPIN[pin(member)] = member }
    }

    func best(_ pin: PINEntry) -> Int? {
        switch pin {
        case .notAsked: first
        case .skipped: open
        case .entered(let digits): byPIN[digits]
        }
    }
}
