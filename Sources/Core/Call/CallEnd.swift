/// Names a call for as long as the process lives: the worker that owns it and a number that the worker never reuses.
package struct CallKey: Hashable, Sendable, CustomStringConvertible {
    package let worker: UInt8
    package let number: UInt64

    package init(worker: UInt8, number: UInt64) { (self.worker, self.number) = (worker, number) }

    package var description: String { "\(worker)-\(number)" }
}

/// Which side placed the call.
package enum CallDirection: String, Sendable, CaseIterable { case inbound, outbound }

/// Why a call ended, in the RFC's and in a person's words.
package struct CallEnd: Hashable, Sendable {
    package enum Reason: String, Sendable {
        /// One side sent BYE after the call was answered.
        case localHangup = "local_hangup"
        case remoteHangup = "remote_hangup"
        /// The caller gave up before an answer (CANCEL).
        case cancelled
        case busy
        case declined
        /// A final response of 300 or above that none of the other reasons names.
        case rejected
        /// No answer within the ringing timeout.
        case noAnswer = "no_answer"
        /// Nothing came back at all, or the transport failed.
        case unreachable
        /// 401 or 407 without credentials that satisfy it, or 403.
        case unauthorized
        /// No RTP within the media timeout.
        case mediaTimeout = "media_timeout"
        case maximumDuration = "maximum_duration"
        /// The offer or the answer of the peer cannot be used.
        case noCommonMedia = "no_common_media"
        /// Our 2xx was never acknowledged (RFC 3261 §13.3.1.4).
        case noAck = "no_ack"
        /// The peer broke the protocol in a way that left no call.
        case protocolError = "protocol_error"
        /// The server ended, and the call with it.
        case shutdown
        /// Something on this machine failed: a port, a file, a child process.
        case localFailure = "local_failure"
    }

    package let reason: Reason
    /// The SIP status that ended the call; nil when a BYE or a timer did.
    package let status: Int?
    /// What the peer's response said, when it was one that ended the call: its reason phrase, or a better text in it.
    package let phrase: String?
    /// One sentence for a person.
    package let sentence: String

    package init(_ reason: Reason, status: Int? = nil, phrase: String? = nil, _ sentence: String) {
        (self.reason, self.status, self.phrase, self.sentence) = (reason, status, phrase, sentence)
    }

    /// The end that a final failure response means (RFC 3261 §21.3 to §21.6).
    init(status: Int, phrase: String) {
        let text = phrase.isEmpty ? "\(status)" : "\(status) \(phrase)"
        switch status {
        case 300..<400:
            self.init(
                .rejected, status: status, phrase: phrase, "the callee has moved (\(text)); redirects are not followed")
        case 401, 407:
            self.init(.unauthorized, status: status, phrase: phrase, "the peer wants other credentials (\(text))")
        case 403: self.init(.unauthorized, status: status, phrase: phrase, "the peer forbids the call (\(text))")
        case 404: self.init(.rejected, status: status, phrase: phrase, "the peer knows no such callee (\(text))")
        case 408, 480: self.init(.noAnswer, status: status, phrase: phrase, "the callee did not answer (\(text))")
        case 486, 600: self.init(.busy, status: status, phrase: phrase, "the callee is busy (\(text))")
        case 487: self.init(.cancelled, status: status, phrase: phrase, "the call was cancelled (\(text))")
        case 488, 606:
            self.init(
                .noCommonMedia, status: status, phrase: phrase, "the peer accepts none of the offered media (\(text))")
        case 603, 607, 608: self.init(.declined, status: status, phrase: phrase, "the callee declined (\(text))")
        default: self.init(.rejected, status: status, phrase: phrase, "the peer refused the call (\(text))")
        }
    }

    /// The value of a Reason header field in our BYE or CANCEL (RFC 3326); nil when an ordinary hang-up needs none.
    var reasonHeader: String? {
        switch reason {
        case .localHangup, .remoteHangup, .cancelled, .maximumDuration: nil
        case .mediaTimeout, .noAnswer: "SIP;cause=408;text=\"\(sentence)\""
        case .noCommonMedia: "SIP;cause=488;text=\"\(sentence)\""
        default: "SIP;cause=\(status ?? 500);text=\"\(sentence)\""
        }
    }
}
