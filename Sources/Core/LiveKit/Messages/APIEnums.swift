extension TrunkID: ProtobufValue {
    package static var kind: ProtobufKind<TrunkID> { .text({ TrunkID($0) }, { $0.description }) }
}

extension RuleID: ProtobufValue {
    package static var kind: ProtobufKind<RuleID> { .text({ RuleID($0) }, { $0.description }) }
}

extension TrunkTransport: ProtobufEnum {
    package static let unset = Self.auto
    package var protobufName: String {
        switch self {
        case .auto: "SIP_TRANSPORT_AUTO"
        case .udp: "SIP_TRANSPORT_UDP"
        case .tcp: "SIP_TRANSPORT_TCP"
        case .tls: "SIP_TRANSPORT_TLS"
        }
    }
}

extension HeaderInclusion: ProtobufEnum {
    package static let unset = Self.none
    package var protobufName: String {
        switch self {
        case .none: "SIP_NO_HEADERS"
        case .xHeaders: "SIP_X_HEADERS"
        case .all: "SIP_ALL_HEADERS"
        }
    }
}

extension MediaEncryption: ProtobufEnum {
    package static let unset = Self.disable
    package var protobufName: String {
        switch self {
        case .disable: "SIP_MEDIA_ENCRYPT_DISABLE"
        case .allow: "SIP_MEDIA_ENCRYPT_ALLOW"
        case .require: "SIP_MEDIA_ENCRYPT_REQUIRE"
        }
    }
}

extension RestartPolicy: ProtobufEnum {
    package static let unset = Self.onFailure
    package var protobufName: String {
        switch self {
        case .onFailure: "JRP_ON_FAILURE"
        case .never: "JRP_NEVER"
        }
    }
}

/// Which way a trunk of the old form goes (SIPTrunkInfo.TrunkKind).
package enum LegacyTrunkKind: Int32, ProtobufEnum {
    case legacy = 0
    case inbound = 1
    case outbound = 2

    package static let unset = Self.legacy
    package var protobufName: String {
        switch self {
        case .legacy: "TRUNK_LEGACY"
        case .inbound: "TRUNK_INBOUND"
        case .outbound: "TRUNK_OUTBOUND"
        }
    }
}

/// How far a call has come (SIPCallStatus).
package enum SIPCallStatus: Int32, ProtobufEnum {
    case callIncoming = 0
    case participantJoined = 1
    case active = 2
    case disconnected = 3
    case error = 4

    package static let unset = Self.callIncoming
    package var protobufName: String {
        switch self {
        case .callIncoming: "SCS_CALL_INCOMING"
        case .participantJoined: "SCS_PARTICIPANT_JOINED"
        case .active: "SCS_ACTIVE"
        case .disconnected: "SCS_DISCONNECTED"
        case .error: "SCS_ERROR"
        }
    }
}

/// Which way a call goes (SIPCallDirection).
package enum SIPCallDirection: Int32, ProtobufEnum {
    case unknown = 0
    case inbound = 1
    case outbound = 2

    package static let unset = Self.unknown
    package var protobufName: String {
        switch self {
        case .unknown: "SCD_UNKNOWN"
        case .inbound: "SCD_INBOUND"
        case .outbound: "SCD_OUTBOUND"
        }
    }
}

/// How a transfer stands (SIPTransferStatus).
package enum SIPTransferStatus: Int32, ProtobufEnum {
    case ongoing = 0
    case failed = 1
    case successful = 2

    package static let unset = Self.ongoing
    package var protobufName: String {
        switch self {
        case .ongoing: "STS_TRANSFER_ONGOING"
        case .failed: "STS_TRANSFER_FAILED"
        case .successful: "STS_TRANSFER_SUCCESSFUL"
        }
    }
}

/// Why a transfer ended (SIPTransferReason).
package enum SIPTransferReason: Int32, ProtobufEnum {
    case unspecified = 0
    case completed = 1
    case callEnded = 2
    case rejected = 3
    case ringingTimeout = 4
    case subscriptionTerminated = 5
    case canceled = 6

    package static let unset = Self.unspecified
    package var protobufName: String {
        switch self {
        case .unspecified: "STR_UNSPECIFIED"
        case .completed: "STR_COMPLETED"
        case .callEnded: "STR_CALL_ENDED"
        case .rejected: "STR_REJECTED"
        case .ringingTimeout: "STR_RINGING_TIMEOUT"
        case .subscriptionTerminated: "STR_SUBSCRIPTION_TERMINATED"
        case .canceled: "STR_CANCELED"
        }
    }
}

/// What a call has besides audio (SIPFeature).
package enum SIPFeature: Int32, ProtobufEnum {
    case none = 0
    case krispEnabled = 1

    package static let unset = Self.none
    package var protobufName: String {
        switch self {
        case .none: "NONE"
        case .krispEnabled: "KRISP_ENABLED"
        }
    }
}

/// Whose a number is (ProviderType).
package enum ProviderType: Int32, ProtobufEnum {
    case unknown = 0
    case `internal` = 1
    case external = 2

    package static let unset = Self.unknown
    package var protobufName: String {
        switch self {
        case .unknown: "PROVIDER_TYPE_UNKNOWN"
        case .internal: "PROVIDER_TYPE_INTERNAL"
        case .external: "PROVIDER_TYPE_EXTERNAL"
        }
    }
}
