/// Why an INVITE failed, a call ended or a request was refused: the label `reason`, in livekit/sip's words. A closed set, whatever
/// peers send.
package enum MetricReason: Hashable, Sendable {
    /// One of the words below.
    case word(Word)
    /// A final response as such: `486-BusyHere`; `other` for a code that no standard names.
    case status(Int)
    /// A response class of the dialling side: `client-error-486`, `upstream-server-error-503`, `global-decline-603`.
    case clientError(Int)
    case upstreamServerError(Int)
    case globalDecline(Int)

    /// The reasons that are words of their own.
    package enum Word: String, Sendable, CaseIterable {
        case other
        // Before a call exists.
        case flood, unauthorized, malformed, draining, overload
        case noRule = "no-rule"
        case quotaExceeded = "quota-exceeded"
        case noTrunk = "no-trunk"
        case authError = "auth-error"
        case lockedOut = "locked-out"
        case rateLimited = "rate-limited"
        // Of a call.
        case hangup, cancelled, rpc, shutdown, bye, removed, migration, crashed
        case mediaConfigError = "media-config-error"
        case unexpectedResult = "unexpected-result"
        case noDispatch = "no-dispatch"
        case dispatchError = "dispatch-error"
        case mediaFailed = "media-failed"
        case noCommonCodec = "no-common-codec"
        case noCommonCrypto = "no-common-crypto"
        case sdpError = "sdp-error"
        case noAck = "no-ack"
        case acceptFailed = "accept-failed"
        case publishFailed = "publish-failed"
        case participantFailed = "participant-failed"
        case cannotSubscribe = "cannot-subscribe"
        case wrongPIN = "wrong-pin"
        case mediaTimeout = "media-timeout"
        case maximumDuration = "max-duration"
        case joinFailed = "join-failed"
        case callTransferred = "call transferred"
        // Of the room.
        case roomFailed = "room-failed"
        case roomDisconnected = "room-disconnected"
        case serverShutdown = "server-shutdown"
        case connectionTimeout = "connection-timeout"
        case sipTrunkFailure = "sip-trunk-failure"
        case mediaFailure = "media-failure"
        case agentError = "agent-error"
        case duplicateIdentity = "duplicate-identity"
        case userUnavailable = "user-unavailable"
        case userRejected = "user-rejected"
        // Of the dialling side.
        case busy, forbidden, unavailable, canceled
        case authRequired = "auth-required"
        case authFailed = "auth-failed"
        case notFound = "not-found"
        case requestTimeout = "request-timeout"
        case notAcceptable = "not-acceptable"
        case cpsLimitExceeded = "cps-limit-exceeded"
        case concurrentLimitExceeded = "concurrent-limit-exceeded"
        case carrierBlocked = "carrier-blocked"
        case noAnswer = "no-answer"
        case upstreamNoResponse = "upstream-no-response"
        case noFinalResponse = "no-final-response"
        case encryptionRequired = "encryption-required"
        case addressError = "address-error"
        case dnsResolution = "dns-resolution"
        case networkError = "network-error"
        case deadlineExceeded = "deadline-exceeded"
        case inviteFailed = "invite-failed"
    }

    /// The value of the label.
    package var label: String {
        switch self {
        case .word(let word): word.rawValue
        case .status(let code):
            Self.isRegistered(code)
                ? "\(code)-" + "\(reasonPhrase(of: code))".filter { $0.isLetter || $0.isNumber } : Word.other.rawValue
        case .clientError(let code): "client-error-\(Self.bounded(code))"
        case .upstreamServerError(let code): "upstream-server-error-\(Self.bounded(code))"
        case .globalDecline(let code): "global-decline-\(Self.bounded(code))"
        }
    }

    /// How the failure response of a call that we placed is counted (livekit/sip: INVITE failures).
    package static func outbound(status: Int) -> (MetricResult, Self) {
        switch status {
        case 401, 407: (.clientError, .word(.authRequired))
        case 403: (.clientError, .word(.forbidden))
        case 404: (.clientError, .word(.notFound))
        case 408: (.clientError, .word(.requestTimeout))
        case 480: (.clientError, .word(.unavailable))
        case 486: (.clientError, .word(.busy))
        case 488: (.clientError, .word(.notAcceptable))
        case 400..<500: (.clientError, .clientError(status))
        case 500..<600: (.upstreamError, .upstreamServerError(status))
        case 600..<700: (.clientError, .globalDecline(status))
        default: (.serverError, .word(.inviteFailed))
        }
    }

    private static func bounded(_ code: Int) -> String { isRegistered(code) ? "\(code)" : "other" }

    /// Whether a standard gives the code a phrase of its own, and not only that of its class, which the unassigned x99 has.
    private static func isRegistered(_ code: Int) -> Bool {
        guard (300..<700).contains(code) else { return false }
        return "\(reasonPhrase(of: code))" != "\(reasonPhrase(of: code / 100 * 100 + 99))"
    }
}
