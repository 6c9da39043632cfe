/// What routing says to people. Numbers come from callers: control characters are taken out.
extension Refusal {
    /// Why the call is refused: `no trunk: source 203.0.113.9 is not in allowed_addresses of ST_x`.
    package var sentence: String {
        switch reason {
        case .noTrunks: "no trunk: there is no inbound trunk"
        case .numberNotServed(let called): "no trunk: \(shown(called, "called")) is in numbers of no inbound trunk"
        case .excluded(let trunk, let exclusion): "no trunk: \(exclusion.sentence(trunk))"
        case .incompleteCredentials(let trunk):
            "trunk \(trunk) takes no calls: only one of auth_username and auth_password is set"
        case .noRules(let trunk?): "no rule: no dispatch rule names trunk \(trunk), and none takes calls of every trunk"
        case .noRules(nil): "no rule: no dispatch rule takes calls of every trunk"
        case .notTaken(let rule, let exclusion): "no rule: \(exclusion.sentence(rule))"
        }
    }
}

extension TrunkExclusion {
    /// `source 203.0.113.9 is not in allowed_addresses of ST_x`.
    package func sentence(_ trunk: TrunkID) -> String {
        switch self {
        case .called(let number): "\(shown(number, "called")) is not in numbers of \(trunk)"
        case .caller(let number): "\(shown(number, "caller")) is not in allowed_numbers of \(trunk)"
        case .source(let source?): "source \(source) is not in allowed_addresses of \(trunk)"
        case .source(nil): "the unknown source is not in allowed_addresses of \(trunk)"
        }
    }

    /// The field of the trunk, as the API names it.
    package var field: String {
        switch self {
        case .called: "numbers"
        case .caller: "allowed_numbers"
        case .source: "allowed_addresses"
        }
    }
}

extension RuleExclusion {
    /// `caller +15550100 is not in inbound_numbers of SDR_x`.
    package func sentence(_ rule: RuleID) -> String {
        switch self {
        case .caller(let number): "\(shown(number, "caller")) is not in inbound_numbers of \(rule)"
        case .called(let number): "\(shown(number, "called")) is not in numbers of \(rule)"
        case .trunk(let trunk): "\(trunk) is not in trunk_ids of \(rule)"
        case .noTrunk: "no trunk lets the call in, so \(rule) is not asked"
        case .otherPIN: "the pin of \(rule) was not entered"
        case .open: "a PIN was entered, and \(rule) has none"
        }
    }

    /// The field of the rule, as the API names it.
    package var field: String {
        switch self {
        case .caller: "inbound_numbers"
        case .called: "numbers"
        case .trunk, .noTrunk: "trunk_ids"
        case .otherPIN, .open: "pin"
        }
    }
}

extension Explanation.Trunk {
    /// What the trunk has to do with the call, in one sentence.
    package var sentence: String {
        switch standing {
        case .chosen: "the call comes from this trunk"
        case .excluded(let exclusion): exclusion.sentence(id)
        case .afterListing(let other): "it would match, but \(other) lists the called number and goes first"
        case .afterLowerID(let other): "it matches as well as \(other), whose id is lower: make one of them narrower"
        }
    }
}

extension Explanation.Rule {
    /// What the rule has to do with the call, in one sentence.
    package var sentence: String {
        switch standing {
        case .chosen: "this rule takes the call"
        case .excluded(let exclusion): exclusion.sentence(id)
        case .afterNaming(let other): "it would match, but \(other) names the trunk and goes first"
        case .afterBetter(let other): "it would match, but \(other) goes first"
        }
    }
}

private func shown(_ number: String, _ role: String) -> String {
    number.isEmpty
        ? "the \(role == "called" ? "empty called number" : "caller without a number")"
        : "\(role) \(CallerName.printable(number))"
}
