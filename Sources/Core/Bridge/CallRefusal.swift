/// Why an incoming call is not taken: the one table from reasons to statuses, log words and sentences.
package enum CallRefusal: Hashable, Sendable {
    /// No trunk or no rule takes it.
    case routing(Refusal)
    /// Its credentials cannot be read (RFC 7616 §3.4).
    case malformedCredentials(DigestServer.Fault)
    /// The source guessed too many passwords or PINs; the time that is left.
    case lockedOut(GuessKind, Duration)
    /// The source sends too much; the time until it may again.
    case tooMany(Duration)
    /// This machine has no room for another call.
    case overloaded(Shortage, Duration)
    /// It came by a trunk whose calls another server takes (`sip_trunk_ids`).
    case trunkElsewhere(TrunkID)
    /// No new calls are taken any more; the time after which another server should be there.
    case draining(Duration)
    /// The trunks and rules could not be read.
    case storeUnavailable
    /// The offer names no codec or encryption that we have.
    case noCommonMedia
    /// No port is free for the media.
    case noPort
    /// The room could not be joined, or it was closed before the answer.
    case roomUnavailable
    /// Nobody in the room was there to talk to within the ringing time.
    case nobodyThere

    /// The status of the response.
    package var status: Int {
        switch self {
        case .routing(let refusal): refusal.status
        case .malformedCredentials: 400
        case .lockedOut: 403
        case .tooMany, .overloaded, .trunkElsewhere, .draining, .storeUnavailable, .noPort: 503
        case .noCommonMedia: 488
        case .roomUnavailable, .nobodyThere: 486
        }
    }

    /// How long the caller should wait before it tries again (RFC 3261 §20.33); nil when trying again is no use.
    package var retryAfter: Duration? {
        switch self {
        case .lockedOut(_, let time), .tooMany(let time), .overloaded(_, let time), .draining(let time): time
        case .storeUnavailable, .noPort: .seconds(5)
        case .routing, .malformedCredentials, .trunkElsewhere, .noCommonMedia, .roomUnavailable, .nobodyThere: nil
        }
    }

    /// Whether the caller has shown no right to call us: a scanner looks like this.
    package var isStranger: Bool {
        switch self {
        case .routing(let refusal):
            switch refusal.reason {
            case .noTrunks, .numberNotServed, .excluded, .incompleteCredentials: true
            case .noRules(let trunk): trunk == nil
            case .notTaken: false
            }
        case .malformedCredentials, .lockedOut, .tooMany: true
        case .overloaded, .trunkElsewhere, .draining, .storeUnavailable, .noCommonMedia, .noPort, .roomUnavailable,
            .nobodyThere:
            false
        }
    }

    /// One of few words, for logs, call records and the label of a metric.
    package var label: String {
        switch self {
        case .routing(let refusal):
            switch refusal.reason {
            case .noTrunks, .numberNotServed, .excluded: "no-trunk"
            case .incompleteCredentials: "trunk-incomplete"
            case .noRules, .notTaken: "no-rule"
            }
        case .malformedCredentials: "bad-credentials"
        case .lockedOut: "locked-out"
        case .tooMany: "rate-limited"
        case .overloaded: "overloaded"
        case .trunkElsewhere: "trunk-elsewhere"
        case .draining: "draining"
        case .storeUnavailable: "store-unavailable"
        case .noCommonMedia: "no-common-media"
        case .noPort: "no-media-port"
        case .roomUnavailable: "room-unavailable"
        case .nobodyThere: "nobody-there"
        }
    }

    /// The label `reason` of the metrics.
    package var metric: MetricReason.Word {
        switch self {
        case .routing(let refusal):
            switch refusal.reason {
            case .noTrunks, .numberNotServed, .excluded: .noTrunk
            case .incompleteCredentials: .authError
            case .noRules, .notTaken: .noRule
            }
        case .malformedCredentials: .authError
        case .lockedOut: .lockedOut
        case .tooMany: .rateLimited
        case .overloaded: .overload
        case .trunkElsewhere: .noDispatch
        case .draining: .draining
        case .storeUnavailable: .dispatchError
        case .noCommonMedia: .noCommonCodec
        case .noPort: .mediaFailed
        case .roomUnavailable: .roomFailed
        case .nobodyThere: .noAnswer
        }
    }

    /// What happened, for the operator: it names the field at fault.
    package var sentence: String {
        switch self {
        case .routing(let refusal): refusal.sentence
        case .malformedCredentials(let fault): "the credentials cannot be used: \(fault.sentence)"
        case .lockedOut(.authentication, let time):
            "the source is locked out for \(seconds(time)) after wrong passwords"
        case .lockedOut(.pin, let time): "the caller is locked out for \(seconds(time)) after wrong PINs"
        case .tooMany: "the source sends more requests than its limit allows"
        case .overloaded(let shortage, _): "the server has no room for another call: \(shortage.sentence)"
        case .trunkElsewhere(let trunk): "trunk \(trunk) is not in sip_trunk_ids of this server"
        case .draining: "the server takes no new calls because it is draining"
        case .storeUnavailable: "the trunks and rules could not be read from the store"
        case .noCommonMedia: "the offer has no codec and encryption in common with us"
        case .noPort: "no port of rtp_port is free"
        case .roomUnavailable: "the room could not be joined"
        case .nobodyThere: "nobody was in the room to talk to"
        }
    }
}

private func seconds(_ time: Duration) -> String { "\((time.milliseconds + 999) / 1000) s" }
