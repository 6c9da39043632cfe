/// A trunk from which calls come in (SIPInboundTrunkInfo): who may call, and which numbers it serves.
package struct InboundTrunk: Hashable, Sendable {
    package var id = TrunkID("")
    package var name = ""
    package var metadata = ""
    /// Called numbers that the trunk serves; empty serves every number.
    package var numbers: [String] = []
    /// Source addresses that may call: addresses and CIDR blocks; empty allows every one. Host names, which other tools may
    /// have stored, match nothing: only the packet's source counts.
    package var allowedAddresses: [String] = []
    /// Calling numbers that may call; empty allows every one.
    package var allowedNumbers: [String] = []
    package var authUsername = ""
    /// Secret.
    package var authPassword = ""
    /// The realm of the challenge; empty for the configured one.
    package var authRealm = ""
    /// Added to the 200 (OK) of the call.
    package var headers: [String: String] = [:]
    /// Header of the INVITE → attribute of the participant.
    package var headersToAttributes: [String: String] = [:]
    /// Attribute of the participant → header of 200, BYE and REFER.
    package var attributesToHeaders: [String: String] = [:]
    package var includeHeaders = HeaderInclusion.none
    /// How long the caller may hear ringing; nil for the configured time.
    package var ringingTimeout: Duration?
    package var maxCallDuration: Duration?
    package var krispEnabled = false
    package var media: MediaPolicy?
    /// Since 1970.
    package var createdAt: Duration?
    package var updatedAt: Duration?

    package init() {}
}

/// A trunk by which calls go out (SIPOutboundTrunkInfo).
package struct OutboundTrunk: Hashable, Sendable {
    package var id = TrunkID("")
    package var name = ""
    package var metadata = ""
    /// A host or `host:port`, without scheme and parameters.
    package var address = ""
    package var transport = TrunkTransport.auto
    /// The caller ids, one of which is used where a call names none.
    package var numbers: [String] = []
    package var authUsername = ""
    /// Secret.
    package var authPassword = ""
    /// Added to the INVITE.
    package var headers: [String: String] = [:]
    /// Header of the 200 (OK) → attribute of the participant.
    package var headersToAttributes: [String: String] = [:]
    /// Attribute of the participant → header of BYE and REFER.
    package var attributesToHeaders: [String: String] = [:]
    package var includeHeaders = HeaderInclusion.none
    /// ISO 3166-1 alpha-2; a hint.
    package var destinationCountry = ""
    /// The host of the From URI; empty for our own.
    package var fromHost = ""
    package var media: MediaPolicy?
    /// Since 1970.
    package var createdAt: Duration?
    package var updatedAt: Duration?

    package init() {}
}
