/// Why a call is refused, and the status of the response.
package struct Refusal: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// There is no inbound trunk.
        case noTrunks
        /// No trunk lists the called number, and none serves every number.
        case numberNotServed(String)
        /// The trunk that comes nearest, and what it does not allow.
        case excluded(TrunkID, TrunkExclusion)
        /// The trunk has a user name without a password, or the other way round.
        case incompleteCredentials(TrunkID)
        /// No rule names the trunk, and none takes the calls of every trunk.
        case noRules(TrunkID?)
        /// The rule that comes nearest, and what it does not take.
        case notTaken(RuleID, RuleExclusion)
    }

    package let reason: Reason

    package init(_ reason: Reason) { self.reason = reason }

    /// 403 for whoever is let in by no trunk, whatever the reason: the caller must not learn which numbers are served; 404
    /// for a caller who is let in and finds nothing (RFC 3261 §21.4.4, §21.4.5).
    package var status: Int {
        switch reason {
        case .noTrunks, .numberNotServed, .excluded, .incompleteCredentials: 403
        case .noRules, .notTaken: 404
        }
    }
}

/// The trunk that a call comes from.
package struct TrunkMatch: Hashable, Sendable {
    package let trunk: InboundTrunk
    /// Another trunk that matches as well, which creation would have refused; the one with the lower id is taken. Worth a
    /// warning in the log.
    package let rival: TrunkID?

    /// `none` or `digest`; a trunk with incomplete credentials never matches.
    package var credentials: TrunkCredentials { trunk.credentials }
}

package enum TrunkDecision: Hashable, Sendable {
    case matched(TrunkMatch)
    case refused(Refusal)
}

/// Which rule takes a call.
package enum RuleSelection: Hashable, Sendable {
    case take(DispatchRule)
    /// The caller must enter a PIN; the rule is the best of those in question, and another may be selected in the end.
    case requestPIN(DispatchRule)
    /// No rule has the PIN that was entered, or none lets in without.
    case wrongPIN
    case refuse(Refusal)
}

/// What happens to a call that a trunk lets in.
package enum RuleDecision: Hashable, Sendable {
    case accept(Admission)
    case requestPIN(PINRequest)
    case wrongPIN
    case refuse(Refusal)
}

/// What must be known to answer a call and ask for a PIN.
package struct PINRequest: Hashable, Sendable {
    /// The best of the rules in question.
    package let rule: RuleID
    /// Of the trunk.
    package let headers: [String: String]
    package let media: MediaPolicy
    /// Nil for the configured time.
    package let maxCallDuration: Duration?
}
