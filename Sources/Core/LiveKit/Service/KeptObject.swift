/// What the service needs to know of a kind of object to keep it.
protocol KeptObject: ServiceObject, ListedItem where ID: Hashable {
    static var idPrefix: String { get }
    /// How people call it.
    static var noun: String { get }
    var createdAt: Duration? { get set }
    var updatedAt: Duration? { get set }

    static func makeID(_ text: String) -> ID
    static func find(_ id: ID, in table: RoutingTable) -> Self?
    /// The change that stores it.
    var put: RoutingChange { get }
    mutating func apply(_ update: Update) throws(TwirpError)
    /// Throws when the object, looked at alone, cannot be stored. `path` is where it stands in the request.
    func check(at path: String) throws(TwirpError)
    /// Throws when it cannot be stored beside what is there.
    func checkConflicts(in table: RoutingTable) throws(TwirpError)
    /// What is allowed but will hardly be meant.
    func warnings(in table: RoutingTable) -> [String]
}

extension InboundTrunk: KeptObject {
    static let idPrefix = "ST_"
    static let noun = "inbound trunk"
    static func makeID(_ text: String) -> TrunkID { TrunkID(text) }
    static func find(_ id: TrunkID, in table: RoutingTable) -> Self? { table.inboundTrunk(id) }
    var put: RoutingChange { .putInbound(self) }

    mutating func apply(_ update: SIPInboundTrunkUpdate) throws(TwirpError) {
        try update.numbers?.apply(to: &numbers, "update.numbers")
        try update.allowedAddresses?.apply(to: &allowedAddresses, "update.allowed_addresses")
        try update.allowedNumbers?.apply(to: &allowedNumbers, "update.allowed_numbers")
        authUsername = update.authUsername ?? authUsername
        authPassword = update.authPassword ?? authPassword
        authRealm = update.authRealm ?? authRealm
        name = update.name ?? name
        metadata = update.metadata ?? metadata
        media = update.media ?? media
    }
}

extension OutboundTrunk: KeptObject {
    static let idPrefix = "ST_"
    static let noun = "outbound trunk"
    static func makeID(_ text: String) -> TrunkID { TrunkID(text) }
    static func find(_ id: TrunkID, in table: RoutingTable) -> Self? { table.outboundTrunk(id) }
    var put: RoutingChange { .putOutbound(self) }

    mutating func apply(_ update: SIPOutboundTrunkUpdate) throws(TwirpError) {
        try update.numbers?.apply(to: &numbers, "update.numbers")
        address = update.address ?? address
        transport = update.transport ?? transport
        authUsername = update.authUsername ?? authUsername
        authPassword = update.authPassword ?? authPassword
        name = update.name ?? name
        metadata = update.metadata ?? metadata
        destinationCountry = update.destinationCountry ?? destinationCountry
        fromHost = update.fromHost ?? fromHost
        media = update.media ?? media
    }
}

extension DispatchRule: KeptObject {
    static let idPrefix = "SDR_"
    static let noun = "dispatch rule"
    static func makeID(_ text: String) -> RuleID { RuleID(text) }
    static func find(_ id: RuleID, in table: RoutingTable) -> Self? { table.rule(id) }
    var put: RoutingChange { .putRule(self) }

    mutating func apply(_ update: SIPDispatchRuleUpdate) throws(TwirpError) {
        var ids = trunkIDs.map(\.description)
        try update.trunkIDs?.apply(to: &ids, "update.trunk_ids")
        trunkIDs = ids.map { TrunkID($0) }
        if let target = update.target {
            guard let room = target.room else {
                throw .invalid("update.rule", "names neither a direct, an individual nor a callee rule")
            }
            (self.room, pin) = (room, target.pin)
        }
        name = update.name ?? name
        metadata = update.metadata ?? metadata
        for (key, value) in update.attributes { attributes[key] = value.isEmpty ? nil : value }
        media = update.media ?? media
    }
}

extension ListUpdate {
    /// Changes the list: `clear`, or `set`, or `remove` and then `add` of what is missing. Anything else is refused, because it
    /// is not clear what is meant.
    func apply(to list: inout [String], _ argument: String) throws(TwirpError) {
        let isSet = !set.isEmpty
        let isChanged = !add.isEmpty || !remove.isEmpty
        guard !(set + add + remove).contains("") else { throw .invalid(argument, "has an empty string") }
        guard !(clear && (isSet || isChanged)) else {
            throw .invalid(argument, "clear cannot be given together with set, add or remove")
        }
        guard !(isSet && isChanged) else {
            throw .invalid(argument, "set cannot be given together with add or remove")
        }
        guard clear || isSet || isChanged else {
            throw .invalid(argument, "changes nothing: give set, add, remove or clear")
        }
        if isSet { list = set }
        if clear { list = [] }
        list.removeAll { remove.contains($0) }
        for item in add where !list.contains(item) { list.append(item) }
    }
}
