/// Why a participant left a room (DisconnectReason).
package enum DisconnectReason: Int32, ProtobufEnum {
    case unknownReason = 0
    case clientInitiated = 1
    case duplicateIdentity = 2
    case serverShutdown = 3
    case participantRemoved = 4
    case roomDeleted = 5
    case stateMismatch = 6
    case joinFailure = 7
    case migration = 8
    case signalClose = 9
    case roomClosed = 10
    case userUnavailable = 11
    case userRejected = 12
    case sipTrunkFailure = 13
    case connectionTimeout = 14
    case mediaFailure = 15
    case agentError = 16

    package static let unset = Self.unknownReason
    package var protobufName: String {
        switch self {
        case .unknownReason: "UNKNOWN_REASON"
        case .clientInitiated: "CLIENT_INITIATED"
        case .duplicateIdentity: "DUPLICATE_IDENTITY"
        case .serverShutdown: "SERVER_SHUTDOWN"
        case .participantRemoved: "PARTICIPANT_REMOVED"
        case .roomDeleted: "ROOM_DELETED"
        case .stateMismatch: "STATE_MISMATCH"
        case .joinFailure: "JOIN_FAILURE"
        case .migration: "MIGRATION"
        case .signalClose: "SIGNAL_CLOSE"
        case .roomClosed: "ROOM_CLOSED"
        case .userUnavailable: "USER_UNAVAILABLE"
        case .userRejected: "USER_REJECTED"
        case .sipTrunkFailure: "SIP_TRUNK_FAILURE"
        case .connectionTimeout: "CONNECTION_TIMEOUT"
        case .mediaFailure: "MEDIA_FAILURE"
        case .agentError: "AGENT_ERROR"
        }
    }
}
