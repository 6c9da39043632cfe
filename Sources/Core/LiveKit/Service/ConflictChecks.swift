/// What cannot be stored beside what is there, and what is worth a warning. The rules are those of Routing.
extension InboundTrunk {
    func checkConflicts(in table: RoutingTable) throws(TwirpError) {
        guard let conflict = table.conflicts(with: self).first else { return }
        throw TwirpError(
            .invalidArgument, "the trunk conflicts with another: \(conflict.sentence)",
            meta: ["sip_trunk_id": conflict.other.description])
    }

    func warnings(in table: RoutingTable) -> [String] { [] }
}

extension OutboundTrunk {
    func checkConflicts(in table: RoutingTable) throws(TwirpError) {}

    func warnings(in table: RoutingTable) -> [String] { [] }
}

extension DispatchRule {
    func checkConflicts(in table: RoutingTable) throws(TwirpError) {
        guard let conflict = table.conflicts(with: self).first else { return }
        throw TwirpError(
            .invalidArgument, "the rule conflicts with another: \(conflict.sentence)",
            meta: ["sip_dispatch_rule_id": conflict.other.description])
    }

    func warnings(in table: RoutingTable) -> [String] { table.warnings(about: self).map(\.sentence) }
}
