/// One call: a SIP dialog with one media session, from the first INVITE to the end (RFC 3261 §12 to §15).
///
/// The machine decides; `UserAgent` writes the messages that its outputs ask for and feeds it what comes back.
package struct Call {
    /// Where the call stands. Holding is not a state of the dialog but of the media: see `direction` in `plan`.
    package enum State: String, Sendable, CaseIterable {
        /// We sent an INVITE and heard nothing yet.
        case dialing
        /// A provisional response above 100 came.
        case ringing
        /// An INVITE came and nobody has answered it here.
        case incoming
        /// We gave up on our INVITE; its final response is still out.
        case cancelling
        /// A 2xx was sent or received.
        case answered
        /// Our BYE is out.
        case ending
        case ended
    }

    /// What the machine asks for.
    enum Output {
        /// A response to the INVITE that waits for one.
        case respond(Int, body: [UInt8], extra: [(HeaderName, String)])
        /// The INVITE, first or once more with credentials; `body` is an offer.
        case invite(body: [UInt8])
        /// An INVITE inside the dialog; `body` is an offer.
        case reinvite(body: [UInt8])
        /// Give up the INVITE that is out.
        case cancel
        case ack
        case bye(reason: String?)
        case media(MediaPlan)
        case progress(CallProgress)
        case ended(CallEnd)
    }

    /// The limits of a call; each bounds something that a silent peer would keep alive for ever.
    package struct Limits: Hashable, Sendable {
        /// From INVITE to a final response.
        package var ringing: Duration = .seconds(180)
        /// What a caller gets whom nobody has answered by then.
        package var noAnswerStatus = 480
        /// From answer to the end; nil is without limit.
        package var duration: Duration?

        package init() {}
    }

    package let key: CallKey
    package let direction: CallDirection
    package private(set) var state: State
    /// Whether `hangUp` still has something to end.
    var mayHangUp: Bool {
        switch state {
        case .dialing, .ringing, .incoming, .answered: true
        case .cancelling, .ending, .ended: false
        }
    }
    /// What was agreed last; nil before the first agreement.
    package private(set) var plan: MediaPlan?
    private(set) var limits: Limits

    var offerAnswer: OfferAnswer?
    /// What we want of the stream when nobody holds anybody.
    private(set) var ownDirection = MediaDirection.sendrecv
    var holding = Holding()
    /// Whether the peer wants to hear nothing from us (RFC 3264 §8.4).
    var isHeldByPeer = false
    /// A 2xx of ours to an INVITE waits for its ACK.
    private(set) var awaitsAck = false
    private var awaitsAnswerInAck = false
    private var end: CallEnd?
    private let startedAt: Instant
    private var answeredAt: Instant?
    private var ringingTimer: Instant?
    private var durationTimer: Instant?
    /// When the next 180 is due, and how long after the last (RFC 3261 §13.3.1.1).
    private var ringAgain: (due: Instant, interval: Duration)?
    /// Ends the wait for the peer's reply to BYE or CANCEL.
    private var farewellTimer: Instant?

    /// When `advance` must next be called; nil when no timer is armed.
    var deadline: Instant? {
        earliest(
            earliest(ringingTimer, durationTimer), earliest(farewellTimer, earliest(ringAgain?.due, holding.deadline)))
    }

    /// A call that an INVITE from the peer begins.
    init(incoming key: CallKey, limits: Limits, at now: Instant) {
        (self.key, direction, state, self.limits, startedAt) = (key, .inbound, .incoming, limits, now)
        ringingTimer = now + limits.ringing
    }

    /// A call that we place; appends the INVITE.
    init(dialing key: CallKey, _ media: OfferAnswer, limits: Limits, at now: Instant, into out: inout [Output]) {
        (self.key, direction, state, self.limits, startedAt) = (key, .outbound, .dialing, limits, now)
        ringingTimer = now + limits.ringing
        ownDirection = media.local.direction
        var media = media
        out.append(.invite(body: media.makeOffer(direction: nil)))
        offerAnswer = media
    }

    // MARK: orders

    /// Replaces the limits. Ringing counts from the INVITE, the duration from the answer.
    mutating func limit(_ limits: Limits) {
        self.limits = limits
        if ringingTimer != nil { ringingTimer = startedAt + limits.ringing }
        if state == .answered, let answeredAt { durationTimer = limits.duration.map { answeredAt + $0 } }
    }

    /// Tells the caller that we ring, once or again and again until the final response: proxies give up on an INVITE that has
    /// been silent for three minutes, and some peers much earlier (RFC 3261 §13.3.1.1).
    /// A caller whose `offer` the media of the later answer cannot take is refused at once instead.
    mutating func ring(
        every interval: Duration? = nil, for media: OfferAnswer? = nil, offer: ArraySlice<UInt8> = [],
        at now: Instant, into out: inout [Output]
    ) {
        guard state == .incoming else { return }
        if var media, !offer.isEmpty, case .failure(let refusal) = media.receiveOffer(offer) {
            return finish(refuse(refusal, into: &out), into: &out)
        }
        ringAgain = interval.map { (now + max($0, Self.shortestRing), max($0, Self.shortestRing)) }
        out.append(.respond(180, body: [], extra: []))
    }

    /// No peer needs to hear 180 more often.
    private static let shortestRing = Duration.milliseconds(100)

    /// Answers an incoming call; `offer` is the body of the INVITE, empty when it had none.
    mutating func accept(_ media: OfferAnswer, offer: ArraySlice<UInt8>, at now: Instant, into out: inout [Output]) {
        guard state == .incoming else { return }
        (offerAnswer, ownDirection) = (media, media.local.direction)
        guard let body = answer(offer, into: &out) else {
            return finish(end ?? CallEnd(.noCommonMedia, status: 488, "no common media"), into: &out)
        }
        awaitsAck = true
        out.append(.respond(200, body: body, extra: []))
        reportHold(isFirst: true, isAnswer: false, into: &out)
        establish(at: now, into: &out)
    }

    /// Refuses an incoming call with a final status of 300 or above.
    mutating func reject(
        _ status: Int, _ end: CallEnd, extra: [(HeaderName, String)] = [], into out: inout [Output]
    ) {
        guard state == .incoming else { return }
        out.append(.respond(status, body: [], extra: extra))
        finish(end, into: &out)
    }

    /// Ends the call from this side in whatever state it is.
    mutating func hangUp(_ end: CallEnd, at now: Instant, into out: inout [Output]) {
        switch state {
        case .incoming: reject(end.status ?? 480, end, into: &out)
        case .dialing, .ringing:
            // A peer that has said nothing yet will hardly answer a CANCEL. Should it answer the INVITE after all, the endpoint
            // still knows the transaction and ends what it began.
            farewellTimer = now + (state == .dialing ? .seconds(2) : .seconds(34))
            (state, self.end, ringingTimer) = (.cancelling, end, nil)
            out.append(.cancel)
        case .answered:
            (state, self.end, ringingTimer, durationTimer) = (.ending, end, nil, nil)
            holding.exchange = .settled
            farewellTimer = now + .seconds(34)
            out.append(.bye(reason: end.reasonHeader))
        case .cancelling, .ending, .ended: break  // already on its way
        }
    }

    /// Ends the call at once, without a message: there is no dialog to end.
    mutating func fail(_ end: CallEnd, into out: inout [Output]) { finish(end, into: &out) }

    // MARK: what the peer does

    /// An 1xx response to our INVITE.
    mutating func receiveProvisional(_ status: Int, body: ArraySlice<UInt8>, into out: inout [Output]) {
        guard state == .dialing || state == .ringing, status > 100 else { return }
        let firstRinging = state == .dialing
        state = .ringing
        if !body.isEmpty, case .success(let early)? = offerAnswer?.previewAnswer(body) {
            guard early != plan else { return }
            plan = early
            out.append(.progress(.early(status)))
            return out.append(.media(early))
        }
        if firstRinging || status != 180 { out.append(.progress(.ringing(status))) }
    }

    /// The first 2xx to our INVITE. It is acknowledged whatever it says; when the call is no longer wanted or the answer cannot be
    /// used, BYE follows (RFC 3261 §13.2.2.4, §15).
    mutating func receiveSuccess(_ status: Int, body: ArraySlice<UInt8>, at now: Instant, into out: inout [Output]) {
        out.append(.ack)
        guard state == .dialing || state == .ringing else {
            state = .answered
            farewellTimer = nil
            return hangUp(end ?? CallEnd(.localHangup, "hung up here"), at: now, into: &out)
        }
        if let end = fault(ofAnswer: body) {
            // The dialog stands, and nobody has answered a call that can be had.
            (state, ringingTimer) = (.answered, nil)
            return hangUp(end, at: now, into: &out)
        }
        establish(at: now, into: &out)
        if body.isEmpty { return }
        adopt(answer: body, at: now, into: &out)
        renegotiate(at: now, into: &out)
    }

    /// Why a 2xx cannot be used; nil when it can.
    private func fault(ofAnswer body: ArraySlice<UInt8>) -> CallEnd? {
        if body.isEmpty { return plan == nil ? CallEnd(.noCommonMedia, "the answer carries no SDP") : nil }
        guard case .failure(let refusal)? = offerAnswer?.previewAnswer(body) else { return nil }
        return CallEnd(.noCommonMedia, refusal.sentence)
    }

    /// A final response of 300 or above to our INVITE.
    mutating func receiveFailure(_ status: Int, phrase: String, into out: inout [Output]) {
        switch state {
        case .dialing, .ringing: finish(CallEnd(status: status, phrase: phrase), into: &out)
        case .cancelling: finish(end ?? CallEnd(status: status, phrase: phrase), into: &out)
        case .incoming, .answered, .ending, .ended: break  // the first INVITE is over
        }
    }

    /// The INVITE got no final response, or could not be sent.
    mutating func receiveNoResponse(_ cause: Endpoint.FailureCause, peer: Flow, into out: inout [Output]) {
        guard state == .dialing || state == .ringing || state == .cancelling else { return }
        let sentence =
            switch cause {
            case .timedOut: "\(peer) did not answer within 32 s"
            case .transport: "\(peer) cannot be reached"
            }
        finish(end ?? CallEnd(.unreachable, status: cause == .timedOut ? 408 : 503, sentence), into: &out)
    }

    /// The caller gave up before we answered (RFC 3261 §9.2).
    mutating func receiveCancel(into out: inout [Output]) {
        reject(487, CallEnd(.cancelled, status: 487, "the caller gave up"), into: &out)
    }

    /// The ACK of our 2xx; `body` is the answer when the offer was ours.
    mutating func receiveAck(body: ArraySlice<UInt8>, at now: Instant, into out: inout [Output]) {
        awaitsAck = false
        guard state == .answered else { return }
        if awaitsAnswerInAck {
            awaitsAnswerInAck = false
            guard !body.isEmpty else {
                return hangUp(CallEnd(.noCommonMedia, "the ACK carries no answer to our offer"), at: now, into: &out)
            }
            adopt(answer: body, at: now, into: &out)
        }
        renegotiate(at: now, into: &out)
    }

    /// Our 2xx was never acknowledged (RFC 3261 §13.3.1.4): the session ends.
    mutating func receiveNoAck(at now: Instant, into out: inout [Output]) {
        hangUp(CallEnd(.noAck, status: 408, "the answer was never acknowledged"), at: now, into: &out)
    }

    /// A new INVITE inside the dialog (RFC 3261 §14.2); `offer` is empty when it has no body. On refusal the session goes on as it was.
    mutating func receiveReinvite(offer: ArraySlice<UInt8>, into out: inout [Output]) {
        guard state == .answered else { return out.append(.respond(481, body: [], extra: [])) }
        guard !awaitsAnswerInAck else {
            return out.append(.respond(500, body: [], extra: [(.retryAfter, "2")]))  // offer still out (§14.2)
        }
        let before = (offerAnswer, plan)
        // What the peer holds is in its offer: ours is answered to it anew.
        let wanted = direction(holding: holding.isAgreed, peerListens: true)
        offerAnswer?.local.direction = wanted
        guard let body = answer(offer, into: &out) else {
            (offerAnswer, plan) = before
            end = nil
            return
        }
        awaitsAck = true
        out.append(.respond(200, body: body, extra: []))
        if !awaitsAnswerInAck { reportHold(isFirst: before.1 == nil, isAnswer: false, into: &out) }
    }

    /// BYE (RFC 3261 §15.1.2); the user agent has answered it. `why` is its Reason, for a person.
    mutating func receiveBye(why: String?, into out: inout [Output]) {
        switch state {
        case .incoming:
            reject(487, CallEnd(.remoteHangup, "the caller hung up before the answer"), into: &out)
        case .dialing, .ringing, .answered:
            finish(CallEnd(.remoteHangup, "the peer hung up" + (why.map { " (\($0))" } ?? "")), into: &out)
        case .cancelling, .ending: finish(end ?? CallEnd(.remoteHangup, "the peer hung up"), into: &out)
        case .ended: break  // late, harmless
        }
    }

    /// The reply to our BYE, whatever it says, or none at all (RFC 3261 §15.1.1).
    mutating func receiveByeOutcome(into out: inout [Output]) {
        guard state == .ending else { return }
        finish(end ?? CallEnd(.localHangup, "hung up here"), into: &out)
    }

    /// Fires what is due.
    mutating func advance(to now: Instant, into out: inout [Output]) {
        if let due = farewellTimer, due <= now {
            return finish(end ?? CallEnd(.localHangup, "hung up here"), into: &out)
        }
        if let due = ringingTimer, due <= now {
            ringingTimer = nil
            let seconds = limits.ringing.milliseconds / 1000
            let status = direction == .inbound ? limits.noAnswerStatus : nil
            hangUp(CallEnd(.noAnswer, status: status, "no answer within \(seconds) s"), at: now, into: &out)
        }
        if let again = ringAgain, again.due <= now { ring(every: again.interval, at: now, into: &out) }
        advanceHold(to: now, into: &out)
        if let due = durationTimer, due <= now {
            durationTimer = nil
            hangUp(CallEnd(.maximumDuration, "the maximum duration was reached"), at: now, into: &out)
        }
    }

    // MARK: parts

    private mutating func establish(at now: Instant, into out: inout [Output]) {
        (state, answeredAt, ringingTimer, ringAgain) = (.answered, now, nil, nil)
        durationTimer = limits.duration.map { now + $0 }
        out.append(.progress(.answered))
    }

    mutating func adopt(answer body: ArraySlice<UInt8>, at now: Instant, into out: inout [Output]) {
        switch offerAnswer?.receiveAnswer(body) {
        case .success(let plan)?:
            let before = self.plan
            self.plan = plan
            out.append(.media(plan))
            reportHold(isFirst: before == nil, isAnswer: true, into: &out)
        case .failure(let refusal)?:
            hangUp(CallEnd(.noCommonMedia, status: 488, refusal.sentence), at: now, into: &out)
        case nil: break
        }
    }

    /// The body of our 2xx: an answer to `offer`, or an offer of ours when there is none. Nil when it was refused, which is then ordered.
    private mutating func answer(_ offer: ArraySlice<UInt8>, into out: inout [Output]) -> [UInt8]? {
        guard !offer.isEmpty else {
            awaitsAnswerInAck = true
            return offerAnswer?.makeOffer(direction: nil)
        }
        switch offerAnswer?.receiveOffer(offer) {
        case .success(let answer)?:
            plan = answer.plan
            if let plan { out.append(.media(plan)) }
            return answer.sdp
        case .failure(let refusal)?:
            end = refuse(refusal, into: &out)
            return nil
        case nil: return nil
        }
    }

    private func refuse(_ refusal: OfferRefusal, into out: inout [Output]) -> CallEnd {
        let warning = "\(refusal.warningCode ?? 399) sipctl \"\(refusal.sentence)\""
        out.append(.respond(refusal.status, body: [], extra: [(.warning, warning)]))
        return CallEnd(.noCommonMedia, status: refusal.status, refusal.sentence)
    }

    private mutating func finish(_ end: CallEnd, into out: inout [Output]) {
        (state, ringingTimer, durationTimer, farewellTimer, ringAgain) = (.ended, nil, nil, nil, nil)
        holding.exchange = .settled
        out.append(.ended(end))
    }
}

/// What happens to a call between its beginning and its end.
package enum CallProgress: Hashable, Sendable {
    /// A provisional response with this status.
    case ringing(Int)
    /// A provisional response with SDP: the callee's side can be heard before the answer.
    case early(Int)
    case answered
    /// The peer put us on hold, or took us back (RFC 3264 §8.4).
    case held, resumed
    /// We put the peer on hold, or took it back, and it agreed.
    case heldHere, resumedHere
    /// The peer refused our hold or its end with this status; the call goes on as it was.
    case holdRefused(Int)
}

extension MediaPlan {
    /// Whether the peer wants to hear nothing from us (RFC 3264 §8.4, and the old form with an unspecified address).
    package var isHeld: Bool { remoteRTP == nil || direction == .recvonly || direction == .inactive }

    /// Whether silence of the peer is a fault: not while either side holds the other.
    package var expectsAudio: Bool { remoteRTP != nil && direction == .sendrecv }
}
