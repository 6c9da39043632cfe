/// What the API, the room and the metrics say of a call that we placed and that nobody answered (livekit/sip, "INVITE failures").
package struct CallFailure: Hashable, Sendable {
    /// Of the answer to CreateSIPParticipant.
    package var code: TwirpCode
    /// With which the callee's participant leaves the room.
    package var participant: DisconnectReason
    /// Of SIPCallInfo.
    package var call: DisconnectReason
    /// Whether it is recorded as an error.
    package var isError: Bool
    package var result: MetricResult
    package var reason: MetricReason

    private init(
        _ code: TwirpCode, _ participant: DisconnectReason, _ call: DisconnectReason, isError: Bool,
        _ metric: (MetricResult, MetricReason)
    ) {
        (self.code, self.participant, self.call, self.isError) = (code, participant, call, isError)
        (result, reason) = metric
    }

    /// The row of the table for the end of a call.
    package init(_ end: CallEnd) {
        if let status = end.status, let phrase = end.phrase {
            self.init(response: status, phrase)
            return
        }
        switch end.reason {
        case .noAnswer:
            self.init(.canceled, .userUnavailable, .userUnavailable, isError: false, (.clientError, .word(.noAnswer)))
        case .unreachable where end.status == 408:
            self.init(
                .canceled, .userUnavailable, .sipTrunkFailure, isError: true,
                (.indeterminate, .word(.upstreamNoResponse)))
        case .unreachable:
            self.init(
                .failedPrecondition, .unknownReason, .sipTrunkFailure, isError: true,
                (.serverError, .word(.networkError)))
        case .noCommonMedia:
            self.init(
                .failedPrecondition, .userRejected, .mediaFailure, isError: true, (.clientError, .word(.sdpError)))
        case .localHangup, .cancelled:
            self.init(.canceled, .userRejected, .userUnavailable, isError: false, (.clientError, .word(.canceled)))
        case .remoteHangup, .busy, .declined, .rejected, .unauthorized, .mediaTimeout, .maximumDuration, .noAck,
            .protocolError, .shutdown, .localFailure:
            self.init(
                .failedPrecondition, .unknownReason, .unknownReason, isError: true,
                (.serverError, .word(.inviteFailed)))
        }
    }

    /// The row of a final response.
    private init(response status: Int, _ phrase: String) {
        let code = Self.code(of: status)
        let metric = MetricReason.outbound(status: status)
        let text = phrase.lowercased()
        if text.contains("32203") {  // X-Twilio-Error
            self.init(code, .userRejected, .userRejected, isError: true, (.clientError, .word(.carrierBlocked)))
            return
        }
        switch status {
        case 401, 407:  // our credentials did not help, or there are none
            self.init(
                .failedPrecondition, .userRejected, .userRejected, isError: true, (.clientError, .word(.authFailed)))
        case 404, 408, 480: self.init(code, .userUnavailable, .userUnavailable, isError: false, metric)
        case 403, 486, 488, 600..<700: self.init(code, .userRejected, .userRejected, isError: false, metric)
        case 400..<500: self.init(code, .userRejected, .userUnavailable, isError: false, metric)
        case 500..<600 where text.contains("cps limit exceeded"):
            self.init(
                code, .userRejected, .sipTrunkFailure, isError: true, (.clientError, .word(.cpsLimitExceeded)))
        case 500..<600 where text.contains("concurrent call limit exceeded"):
            self.init(
                code, .userRejected, .sipTrunkFailure, isError: true, (.clientError, .word(.concurrentLimitExceeded)))
        case 500..<600: self.init(code, .unknownReason, .sipTrunkFailure, isError: true, metric)
        default: self.init(code, .unknownReason, .unknownReason, isError: true, metric)
        }
    }

    /// The code of the API for a final response ("SIP mapping").
    private static func code(of status: Int) -> TwirpCode {
        switch status {
        case 301, 302, 404, 410, 481, 604: .notFound
        case 401, 402, 403, 433, 470, 603, 607, 608: .permissionDenied
        case 407, 428, 436, 437, 438, 494: .unauthenticated
        case 408, 504: .deadlineExceeded
        case 409, 412, 482, 483: .failedPrecondition
        case 440, 480, 486, 600: .resourceExhausted
        case 416: .outOfRange
        case 487, 491: .aborted
        case 505, 513: .invalidArgument
        case 500..<600: .failedPrecondition
        default: .invalidArgument
        }
    }
}

extension TwirpError {
    /// The answer to who waits for a call that failed. With the response of the peer, when that was what ended it.
    package init(_ end: CallEnd) {
        let failure = CallFailure(end)
        self.init(failure.code, "the call failed: \(end.sentence)")
        guard let status = end.status, let phrase = end.phrase else { return }
        meta["sip_status_code"] = "\(status)"
        meta["sip_status"] = phrase.isEmpty ? "\(reasonPhrase(of: status))" : phrase
    }
}
