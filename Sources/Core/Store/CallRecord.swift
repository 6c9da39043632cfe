/// The id of a call in records and API objects: `SCL_` and twelve letters or digits (livekit API SIPCallInfo `call_id`).
package struct CallRecordID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    package init(_ text: String) { description = text }

    package static func < (a: Self, b: Self) -> Bool {
        a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
    }
}

/// Names one run of a server: random, and never used again. Records left open by a run that is over were cut by a crash.
package struct InstanceID: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ text: String) { description = text }
}

/// One call as it is remembered: written when the call begins, when something about it changes, and when it ends.
package struct CallRecord: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// Not answered yet.
        case ringing
        case active
        case ended
    }

    /// Why the call ended: a reason of `CallEnd`, or one that only records have. Later versions may know more.
    package struct EndReason: Hashable, Sendable, RawRepresentable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }
        package init(_ reason: CallEnd.Reason) { rawValue = reason.rawValue }

        /// The server ended without a word: killed, crashed, or the power failed.
        package static let crashed = EndReason(rawValue: "crashed")
    }

    /// How the audio was, as far as it was measured.
    package struct Quality: Hashable, Sendable {
        /// As in `a=rtpmap`, with the rate: `PCMU/8000`. Empty before an agreement.
        package var codec = ""
        package var packetsSent: Int64 = 0
        package var packetsReceived: Int64 = 0
        /// Of those that the peer sent.
        package var packetsLost: Int64 = 0
        /// Of arrival (RFC 3550 §6.4.1).
        package var jitter = Duration.zero

        package init() {}
    }

    package var id: CallRecordID
    /// Of the dialog.
    package var callID = CallID("")
    package var direction: CallDirection
    /// Nil where none took part: the call was refused before, or placed by hand.
    package var trunkID: TrunkID?
    package var ruleID: RuleID?
    /// Empty before the call has one.
    package var room = ""
    package var participantIdentity = ""
    /// The calling and the called party: numbers, or URIs.
    package var from = ""
    package var to = ""
    /// Where the signalling comes from: `udp:203.0.113.9:5060`.
    package var source = ""
    package var state = State.ringing
    /// Since 1970.
    package var createdAt: Duration
    /// When it was answered; since 1970.
    package var startedAt: Duration?
    /// Since 1970.
    package var endedAt: Duration?
    package var endReason: EndReason?
    /// The end in one sentence for people; empty until then.
    package var endSentence = ""
    /// The SIP status that ended the call, or that we refused it with.
    package var sipStatus: Int?
    package var quality = Quality()
    /// Empty when nothing is recorded.
    package var recordingPath = ""
    /// The server that carries it.
    package var instance: InstanceID

    package init(id: CallRecordID, direction: CallDirection, createdAt: Duration, instance: InstanceID) {
        (self.id, self.direction, self.createdAt, self.instance) = (id, direction, createdAt, instance)
    }

    /// Ends the record of a call whose server is gone.
    package mutating func closeAsCrashed(at now: Duration) {
        (state, endReason, endedAt) = (.ended, .crashed, max(now, startedAt ?? createdAt))
        endSentence = "the server ended without closing the call"
    }
}
