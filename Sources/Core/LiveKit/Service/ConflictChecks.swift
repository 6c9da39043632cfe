/// What cannot be stored beside what is there, and what is worth a warning. The rules are those of Routing.
extension InboundTrunk {
    func checkConflicts(in table: RoutingTable) throws(TwirpError) {}

    func warnings(in table: RoutingTable) -> [String] { [] }
}

extension OutboundTrunk {
    func checkConflicts(in table: RoutingTable) throws(TwirpError) {}

    func warnings(in table: RoutingTable) -> [String] { [] }
}

extension DispatchRule {
    func checkConflicts(in table: RoutingTable) throws(TwirpError) {}

    func warnings(in table: RoutingTable) -> [String] { [] }
}
