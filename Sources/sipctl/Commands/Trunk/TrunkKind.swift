internal import Core

/// What the commands need to know of a kind of trunk.
protocol CommandTrunk: ListedObject where ID == TrunkID {
    static var createMethod: SIPMethod { get }
    static var updateMethod: SIPMethod { get }
    static var getMethod: SIPMethod { get }
    static var listMethod: SIPMethod { get }
    /// `inbound` or `outbound`.
    static var word: String { get }
    static var fields: [any DeclaredOption] { get }
    var name: String { get }
    var authPassword: String { get set }
    mutating func apply(_ options: ParsedOptions) throws(Failure)
    /// The part of a trunk of the old form that is for this way; nil when there is none.
    static func migrated(_ legacy: LegacyTrunk) throws(LegacyTrunk.ConversionError) -> Self?
    /// What turns this trunk into another.
    func change(to new: Self) -> UpdateRequest<Self>.Action
}

extension CommandTrunk {
    var concealed: Self {
        var copy = self
        if !authPassword.isEmpty { copy.authPassword = SecretOptions.mask }
        return copy
    }
}

extension InboundTrunk: CommandTrunk {
    static let createMethod = SIPMethod.createInboundTrunk
    static let updateMethod = SIPMethod.updateInboundTrunk
    static let getMethod = SIPMethod.getInboundTrunk
    static let listMethod = SIPMethod.listInboundTrunk
    static let word = "inbound"
    static let fields = InboundTrunkFields.all
    static let headings = ["ID", "NAME", "NUMBERS", "ADDRESSES", "CALLERS", "USER", "ENCRYPTION"]

    var cells: [String] {
        [
            id.description, name.cell, numbers.cell, allowedAddresses.cell, allowedNumbers.cell, authUsername.cell,
            media.encryptionCell,
        ]
    }

    mutating func apply(_ options: ParsedOptions) throws(Failure) { try InboundTrunkFields.apply(options, to: &self) }

    static func migrated(_ legacy: LegacyTrunk) throws(LegacyTrunk.ConversionError) -> Self? { try legacy.inbound() }
}

extension OutboundTrunk: CommandTrunk {
    static let createMethod = SIPMethod.createOutboundTrunk
    static let updateMethod = SIPMethod.updateOutboundTrunk
    static let getMethod = SIPMethod.getOutboundTrunk
    static let listMethod = SIPMethod.listOutboundTrunk
    static let word = "outbound"
    static let fields = OutboundTrunkFields.all
    static let headings = ["ID", "NAME", "ADDRESS", "TRANSPORT", "NUMBERS", "USER", "ENCRYPTION"]

    var cells: [String] {
        let transport = transport.protobufName.dropFirst("SIP_TRANSPORT_".count).lowercased()
        return [
            id.description, name.cell, address.cell, transport, numbers.cell, authUsername.cell, media.encryptionCell,
        ]
    }

    mutating func apply(_ options: ParsedOptions) throws(Failure) { try OutboundTrunkFields.apply(options, to: &self) }

    static func migrated(_ legacy: LegacyTrunk) throws(LegacyTrunk.ConversionError) -> Self? { legacy.outbound() }
}

extension MediaPolicy? {
    /// For a cell: what the policy says of encryption.
    var encryptionCell: String {
        switch self?.encryption {
        case .disable: "disable"
        case .allow: "allow"
        case .require: "require"
        case nil: "-"
        }
    }
}
