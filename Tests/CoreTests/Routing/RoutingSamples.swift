import Core

/// Short ways to make trunks, rules and facts.
extension InboundTrunk {
    init(
        _ id: String, numbers: [String] = [], addresses: [String] = [], callers: [String] = [], username: String = "",
        password: String = ""
    ) {
        self.init()
        (self.id, self.numbers, allowedAddresses, allowedNumbers) = (TrunkID(id), numbers, addresses, callers)
        (authUsername, authPassword) = (username, password)
    }
}

extension DispatchRule {
    init(
        _ id: String, _ room: RoomChoice = .direct(roomName: "room"), pin: String = "", trunks: [String] = [],
        callers: [String] = [], numbers: [String] = []
    ) {
        self.init()
        (self.id, self.room, self.pin) = (RuleID(id), room, pin)
        (trunkIDs, self.callers, self.numbers) = (trunks.map { TrunkID($0) }, callers, numbers)
    }
}

extension CallFacts {
    static func sample(
        from: String = "+15550123", to: String = "+15550100", source: String = "203.0.113.9"
    ) -> CallFacts {
        var facts = CallFacts()
        (facts.source, facts.fromUser, facts.fromHost, facts.toUser) = (IPAddress(source), from, "carrier.example", to)
        (facts.callID, facts.fromTag) = (CallID("call-1"), Tag("tag-1"))
        return facts
    }
}

extension AdmissionContext {
    static let sample = AdmissionContext(callID: "SCL_1", suffix: "abcDEF012345", numberKey: Array("key".utf8))
}

extension TrunkDecision {
    /// The id of the trunk, or the status and the sentence of the refusal.
    var text: String {
        switch self {
        case .matched(let match): match.trunk.id.description + (match.rival.map { " before \($0)" } ?? "")
        case .refused(let refusal): "\(refusal.status) \(refusal.sentence)"
        }
    }
}

extension RuleSelection {
    /// The id of the rule, or what else is decided.
    var text: String {
        switch self {
        case .take(let rule): "\(rule.id)"
        case .requestPIN(let rule): "PIN? \(rule.id)"
        case .wrongPIN: "wrong PIN"
        case .refuse(let refusal): "\(refusal.status) \(refusal.sentence)"
        }
    }
}
