extension InboundTrunk: ProtobufMessage {
    package static let schema = MessageSchema<Self>([
        .field(1, "sip_trunk_id", \.id),
        .field(2, "name", \.name),
        .field(3, "metadata", \.metadata),
        .list(4, "numbers", \.numbers),
        .list(5, "allowed_addresses", \.allowedAddresses),
        .list(6, "allowed_numbers", \.allowedNumbers),
        .field(7, "auth_username", \.authUsername),
        .field(8, "auth_password", \.authPassword),
        .map(9, "headers", \.headers),
        .map(10, "headers_to_attributes", \.headersToAttributes),
        .message(11, "ringing_timeout", \.ringingTimeout),
        .message(12, "max_call_duration", \.maxCallDuration),
        .field(13, "krisp_enabled", \.krispEnabled),
        .map(14, "attributes_to_headers", \.attributesToHeaders),
        .field(15, "include_headers", \.includeHeaders),
        .optional(16, "media_encryption", \.legacyEncryption),
        .timestamp(17, "created_at", \.createdAt),
        .timestamp(18, "updated_at", \.updatedAt),
        .field(19, "auth_realm", \.authRealm),
        .message(20, "media", \.media),
    ])
}

extension OutboundTrunk: ProtobufMessage {
    package static let schema = MessageSchema<Self>([
        .field(1, "sip_trunk_id", \.id),
        .field(2, "name", \.name),
        .field(3, "metadata", \.metadata),
        .field(4, "address", \.address),
        .field(5, "transport", \.transport),
        .list(6, "numbers", \.numbers),
        .field(7, "auth_username", \.authUsername),
        .field(8, "auth_password", \.authPassword),
        .map(9, "headers", \.headers),
        .map(10, "headers_to_attributes", \.headersToAttributes),
        .map(11, "attributes_to_headers", \.attributesToHeaders),
        .field(12, "include_headers", \.includeHeaders),
        .optional(13, "media_encryption", \.legacyEncryption),
        .field(14, "destination_country", \.destinationCountry),
        .field(15, "from_host", \.fromHost),
        .timestamp(16, "created_at", \.createdAt),
        .timestamp(17, "updated_at", \.updatedAt),
        .message(18, "media", \.media),
    ])
}

extension InboundTrunk {
    /// Read, never written; there DISABLE is the same as nothing.
    fileprivate var legacyEncryption: MediaEncryption? {
        get { nil }
        set { media.fold(newValue == .disable ? nil : newValue) }
    }
}

extension OutboundTrunk {
    fileprivate var legacyEncryption: MediaEncryption? {
        get { nil }
        set { media.fold(newValue == .disable ? nil : newValue) }
    }
}

/// A trunk of the old form, for both ways at once (SIPTrunkInfo).
package struct LegacyTrunk: Hashable, ProtobufMessage {
    package var id = TrunkID("")
    package var inboundAddresses: [String] = []
    package var outboundAddress = ""
    package var outboundNumber = ""
    /// Deprecated before the rest was; matches nothing.
    package var inboundNumbersRegex: [String] = []
    package var inboundUsername = ""
    package var inboundPassword = ""
    package var outboundUsername = ""
    package var outboundPassword = ""
    /// Calling numbers.
    package var inboundNumbers: [String] = []
    package var name = ""
    package var metadata = ""
    package var transport = TrunkTransport.auto
    package var trunkKind = LegacyTrunkKind.legacy

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "sip_trunk_id", \.id),
        .list(2, "inbound_addresses", \.inboundAddresses),
        .field(3, "outbound_address", \.outboundAddress),
        .field(4, "outbound_number", \.outboundNumber),
        .list(5, "inbound_numbers_regex", \.inboundNumbersRegex),
        .field(6, "inbound_username", \.inboundUsername),
        .field(7, "inbound_password", \.inboundPassword),
        .field(8, "outbound_username", \.outboundUsername),
        .field(9, "outbound_password", \.outboundPassword),
        .list(10, "inbound_numbers", \.inboundNumbers),
        .field(11, "name", \.name),
        .field(12, "metadata", \.metadata),
        .field(13, "transport", \.transport),
        .field(14, "kind", \.trunkKind),
    ])
}
