/// A SIP URI in parts (SIPUri).
package struct SIPUriMessage: Hashable, ProtobufMessage {
    package var user = ""
    package var host = ""
    package var ip = ""
    package var port: UInt32 = 0
    package var transport = TrunkTransport.auto

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "user", \.user),
        .field(2, "host", \.host),
        .field(3, "ip", \.ip),
        .field(4, "port", \.port),
        .field(5, "transport", \.transport),
    ])
}

/// A URI as text or in parts (the oneof `uri` of SIPRequestDest and SIPNamedDest).
package enum SIPDestinationURI: Hashable, Sendable {
    case raw(String)
    case values(SIPUriMessage)

    fileprivate var raw: String? { if case .raw(let text) = self { text } else { nil } }
    fileprivate var values: SIPUriMessage? { if case .values(let values) = self { values } else { nil } }
}

/// Where the INVITE is sent (SIPRequestDest).
package struct SIPRequestDest: Hashable, ProtobufMessage {
    package var uri: SIPDestinationURI?

    package init() {}

    package static let schema = MessageSchema<Self>([
        .optional(1, "raw", \.raw, of: "uri"),
        .optional(2, "values", \.values, of: "uri"),
    ])

    private var raw: String? {
        get { uri?.raw }
        set { if let newValue { uri = .raw(newValue) } }
    }

    private var values: SIPUriMessage? {
        get { uri?.values }
        set { if let newValue { uri = .values(newValue) } }
    }
}

/// What From or To says (SIPNamedDest).
package struct SIPNamedDest: Hashable, ProtobufMessage {
    package var uri: SIPDestinationURI?
    package var displayName = ""

    package init() {}

    package static let schema = MessageSchema<Self>([
        .optional(1, "raw", \.raw, of: "uri"),
        .optional(2, "values", \.values, of: "uri"),
        .field(3, "display_name", \.displayName),
    ])

    private var raw: String? {
        get { uri?.raw }
        set { if let newValue { uri = .raw(newValue) } }
    }

    private var values: SIPUriMessage? {
        get { uri?.values }
        set { if let newValue { uri = .values(newValue) } }
    }
}

/// An outbound trunk for one call (SIPOutboundConfig).
package struct SIPOutboundConfig: Hashable, ProtobufMessage {
    package var hostname = ""
    package var transport = TrunkTransport.auto
    package var authUsername = ""
    /// Secret.
    package var authPassword = ""
    package var headersToAttributes: [String: String] = [:]
    package var attributesToHeaders: [String: String] = [:]
    package var destinationCountry = ""
    package var fromHost = ""

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "hostname", \.hostname),
        .field(2, "transport", \.transport),
        .field(3, "auth_username", \.authUsername),
        .field(4, "auth_password", \.authPassword),
        .map(5, "headers_to_attributes", \.headersToAttributes),
        .map(6, "attributes_to_headers", \.attributesToHeaders),
        .field(7, "destination_country", \.destinationCountry),
        .field(8, "from_host", \.fromHost),
    ])
}

/// Where the callee is, a hint (Destination).
package struct CallDestination: Hashable, ProtobufMessage {
    package var city = ""
    package var country = ""
    package var region = ""

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "city", \.city),
        .field(2, "country", \.country),
        .field(3, "region", \.region),
    ])
}

/// Call a number into a room (CreateSIPParticipantRequest).
package struct CreateSIPParticipantRequest: Hashable, ProtobufMessage {
    package var trunkID = TrunkID("")
    /// A number or another user part.
    package var callTo = ""
    package var roomName = ""
    /// Empty for `sip_` and `callTo`.
    package var participantIdentity = ""
    /// Digits after the answer; `w` is half a second.
    package var dtmf = ""
    package var participantName = ""
    package var participantMetadata = ""
    package var participantAttributes: [String: String] = [:]
    package var hidePhoneNumber = false
    package var ringingTimeout: Duration?
    package var maxCallDuration: Duration?
    package var playDialtone = false
    package var krispEnabled = false
    /// The caller's number; empty for one of the trunk's.
    package var number = ""
    /// Win over those of the trunk.
    package var headers: [String: String] = [:]
    package var includeHeaders = HeaderInclusion.none
    package var waitUntilAnswered = false
    /// In place of a trunk that is kept.
    package var trunk: SIPOutboundConfig?
    package var displayName: String?
    package var destination: CallDestination?
    package var media: MediaPolicy?
    package var requestURI: SIPRequestDest?
    package var toHeader: SIPNamedDest?
    package var fromHeader: SIPNamedDest?
    package var toUserOverride = ""

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "sip_trunk_id", \.trunkID),
        .field(2, "sip_call_to", \.callTo),
        .field(3, "room_name", \.roomName),
        .field(4, "participant_identity", \.participantIdentity),
        .field(5, "dtmf", \.dtmf),
        .optional(6, "play_ringtone", \.legacyRingtone),
        .field(7, "participant_name", \.participantName),
        .field(8, "participant_metadata", \.participantMetadata),
        .map(9, "participant_attributes", \.participantAttributes),
        .field(10, "hide_phone_number", \.hidePhoneNumber),
        .message(11, "ringing_timeout", \.ringingTimeout),
        .message(12, "max_call_duration", \.maxCallDuration),
        .field(13, "play_dialtone", \.playDialtone),
        .field(14, "krisp_enabled", \.krispEnabled),
        .field(15, "sip_number", \.number),
        .map(16, "headers", \.headers),
        .field(17, "include_headers", \.includeHeaders),
        .optional(18, "media_encryption", \.legacyEncryption),
        .field(19, "wait_until_answered", \.waitUntilAnswered),
        .message(20, "trunk", \.trunk),
        .optional(21, "display_name", \.displayName),
        .optional(22, "destination", \.destination),
        .message(23, "media", \.media),
        .message(24, "sip_request_uri", \.requestURI),
        .message(25, "sip_to_header", \.toHeader),
        .message(26, "sip_from_header", \.fromHeader),
        .field(27, "to_user_override", \.toUserOverride),
    ])

    /// The old name of `play_dialtone`; read, never written.
    private var legacyRingtone: Bool? {
        get { nil }
        set { playDialtone = playDialtone || newValue == true }
    }

    private var legacyEncryption: MediaEncryption? {
        get { nil }
        set { media.fold(newValue == .disable ? nil : newValue) }
    }
}

/// The participant that a call became (SIPParticipantInfo).
package struct SIPParticipantInfo: Hashable, ProtobufMessage {
    package var participantID = ""
    package var participantIdentity = ""
    package var roomName = ""
    package var sipCallID = ""

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "participant_id", \.participantID),
        .field(2, "participant_identity", \.participantIdentity),
        .field(3, "room_name", \.roomName),
        .field(4, "sip_call_id", \.sipCallID),
    ])
}
