/// What SIP said (SIPStatus).
package struct SIPStatusMessage: Hashable, ProtobufMessage {
    package var code = SIPStatusCode.unset
    /// The reason phrase.
    package var status = ""

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "code", \.code),
        .field(2, "status", \.status),
    ])
}

/// Send a participant's call elsewhere (TransferSIPParticipantRequest).
package struct TransferSIPParticipantRequest: Hashable, ProtobufMessage {
    package var participantIdentity = ""
    package var roomName = ""
    /// A sip, sips or tel URI.
    package var transferTo = ""
    package var playDialtone = false
    /// Of the REFER.
    package var headers: [String: String] = [:]
    package var ringingTimeout: Duration?

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "participant_identity", \.participantIdentity),
        .field(2, "room_name", \.roomName),
        .field(3, "transfer_to", \.transferTo),
        .field(4, "play_dialtone", \.playDialtone),
        .map(5, "headers", \.headers),
        .message(6, "ringing_timeout", \.ringingTimeout),
    ])
}

/// TransferSIPParticipantResponse.
package struct TransferSIPParticipantResponse: Hashable, ProtobufMessage {
    package var transferID = ""
    package var status = SIPTransferStatus.ongoing
    package var reason = SIPTransferReason.unspecified
    package var sipStatus: SIPStatusMessage?

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "transfer_id", \.transferID),
        .field(2, "status", \.status),
        .field(3, "reason", \.reason),
        .message(4, "sip_status", \.sipStatus),
    ])
}

/// How a transfer went (SIPTransferInfo).
package struct SIPTransferInfo: Hashable, ProtobufMessage {
    package var transferID = ""
    package var callID = ""
    package var transferTo = ""
    package var initiatedAtNs: Int64 = 0
    package var completedAtNs: Int64 = 0
    package var status = SIPTransferStatus.ongoing
    package var error = ""
    package var statusCode: SIPStatusMessage?
    package var reason = SIPTransferReason.unspecified

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "transfer_id", \.transferID),
        .field(2, "call_id", \.callID),
        .field(3, "transfer_to", \.transferTo),
        .field(4, "transfer_initiated_at_ns", \.initiatedAtNs),
        .field(5, "transfer_completed_at_ns", \.completedAtNs),
        .field(6, "transfer_status", \.status),
        .field(7, "error", \.error),
        .message(8, "transfer_status_code", \.statusCode),
        .field(9, "reason", \.reason),
    ])
}

/// Who carries a call (ProviderInfo).
package struct ProviderInfo: Hashable, ProtobufMessage {
    package var id = ""
    package var name = ""
    package var type = ProviderType.unknown
    package var preventTransfer = false

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "id", \.id),
        .field(2, "name", \.name),
        .field(3, "type", \.type),
        .field(4, "prevent_transfer", \.preventTransfer),
    ])
}

/// A call as the API tells of it (SIPCallInfo). `call_context` and the old times in whole seconds are left out.
package struct SIPCallInfo: Hashable, ProtobufMessage {
    package var callID = ""
    package var trunkID = TrunkID("")
    package var roomName = ""
    package var roomID = ""
    package var participantIdentity = ""
    package var fromURI: SIPUriMessage?
    package var toURI: SIPUriMessage?
    package var status = SIPCallStatus.callIncoming
    package var disconnectReason = DisconnectReason.unknownReason
    package var error = ""
    package var enabledFeatures: [SIPFeature] = []
    package var direction = SIPCallDirection.unknown
    package var dispatchRuleID = RuleID("")
    package var region = ""
    package var participantAttributes: [String: String] = [:]
    package var statusCode: SIPStatusMessage?
    package var audioCodec = ""
    package var mediaEncryption = ""
    /// Nanoseconds since 1970, as the two after it.
    package var createdAtNs: Int64 = 0
    package var startedAtNs: Int64 = 0
    package var endedAtNs: Int64 = 0
    package var pcapFileLink = ""
    package var providerInfo: ProviderInfo?
    /// The Call-ID of the dialog.
    package var sipCallID = ""

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "call_id", \.callID),
        .field(2, "trunk_id", \.trunkID),
        .field(3, "room_name", \.roomName),
        .field(4, "room_id", \.roomID),
        .field(5, "participant_identity", \.participantIdentity),
        .message(6, "from_uri", \.fromURI),
        .message(7, "to_uri", \.toURI),
        .field(8, "call_status", \.status),
        .field(12, "disconnect_reason", \.disconnectReason),
        .field(13, "error", \.error),
        .list(14, "enabled_features", \.enabledFeatures),
        .field(15, "call_direction", \.direction),
        .field(16, "dispatch_rule_id", \.dispatchRuleID),
        .field(17, "region", \.region),
        .map(18, "participant_attributes", \.participantAttributes),
        .message(19, "call_status_code", \.statusCode),
        .field(20, "audio_codec", \.audioCodec),
        .field(21, "media_encryption", \.mediaEncryption),
        .field(22, "created_at_ns", \.createdAtNs),
        .field(23, "started_at_ns", \.startedAtNs),
        .field(24, "ended_at_ns", \.endedAtNs),
        .field(25, "pcap_file_link", \.pcapFileLink),
        .message(27, "provider_info", \.providerInfo),
        .field(28, "sip_call_id", \.sipCallID),
    ])
}
