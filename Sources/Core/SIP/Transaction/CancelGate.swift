/// When to send the CANCEL of an INVITE that we sent, and what follows from it (RFC 3261 §9.1).
///
/// One gate stands beside each INVITE client transaction and sees every response to the INVITE. It decides only; the CANCEL
/// (`CancelBuilder`) goes through a `NonInviteClientTransaction` of its own, limited to `sendLimit` sends.
///
/// Deviation: §9.1 forbids a CANCEL before the first provisional response, because it could overtake the INVITE. The gate waits
/// for that response, but only for `grace`. A peer that sends none, or whose 100 was lost, would else keep a caller who has
/// hung up waiting for Timer B. A CANCEL that does overtake the INVITE is answered 481 and changes nothing, and the
/// INVITE then ends by its final response: a 2xx is acknowledged and hung up. With a grace of nil the gate does what §9.1 says.
package struct CancelGate: Sendable {
    package enum Output: Equatable, Sendable {
        /// Send the CANCEL now. At most once.
        case sendCancel
        /// The INVITE has its final response: retransmitting the CANCEL is of no use any more.
        case stopCancel
        /// A 2xx crossed the CANCEL: acknowledge it, then end its dialog with a BYE. Given at every 2xx, retransmissions and
        /// forks included: each is acknowledged, each dialog gets one BYE.
        case acknowledgeThenBye
        /// 64·T1 after the CANCEL there is still no final response: destroy the INVITE transaction (§9.1).
        case abandoned
    }

    /// What became of the wish to cancel.
    package enum Answer: Hashable, Sendable {
        /// The CANCEL waits for the first provisional response or the end of the grace.
        case queued
        /// The CANCEL goes out now.
        case sent
        /// Asked before: nothing new happens.
        case repeated
        /// Too late: the call is answered and must be ended with a BYE.
        case answered
        /// Too late: the INVITE failed, timed out or was never sent.
        case ended
    }

    private enum State { case calling, proceeding, queued, sent, answered, crossed, ended }

    private var state = State.calling
    /// Whether the CANCEL went at the end of the grace, so that it may have come before the INVITE.
    package private(set) var mayHaveOvertaken = false
    private let timers: TransactionTimers
    private let grace: Duration?
    private var graceEnd: Instant?  // send without having heard anything
    private var abandonAt: Instant?  // the final response that never comes, 64·T1

    /// How long a CANCEL waits for the first provisional response.
    package static let defaultGrace = Duration.milliseconds(500)
    /// A CANCEL is sent six times at most over UDP, at 0, 0.5, 1.5, 3.5, 7.5 and 11.5 s; none answers later than that.
    package static let sendLimit: UInt16 = 6

    package init(grace: Duration? = defaultGrace, timers: TransactionTimers = .standard) {
        (self.grace, self.timers) = (grace, timers)
    }

    /// When `advance` must next be called; nil when no timer is armed.
    package var deadline: Instant? { earliest(graceEnd, abandonAt) }

    /// Whether cancelling has been asked for: the user no longer wants the call.
    package var isCancelling: Bool {
        switch state {
        case .queued, .sent, .crossed: true
        case .calling, .proceeding, .answered, .ended: false
        }
    }

    /// The user wants the INVITE cancelled. Idempotent.
    @discardableResult
    package mutating func cancel(at now: Instant, into out: inout [Output]) -> Answer {
        switch state {
        case .calling:
            state = .queued
            graceEnd = grace.map { now + $0 }
            return .queued
        case .proceeding:
            send(at: now, into: &out)
            return .sent
        case .queued, .sent, .crossed: return .repeated
        case .answered: return .answered
        case .ended: return .ended
        }
    }

    /// A response to the INVITE arrived. A status outside 100...699 is ignored.
    package mutating func receive(status: Int, at now: Instant, into out: inout [Output]) {
        guard let stimulus = StatusClass(status: status) else { return }
        switch (state, stimulus) {
        case (.calling, .provisional): state = .proceeding
        case (.queued, .provisional): send(at: now, into: &out)
        case (.calling, .success), (.proceeding, .success): state = .answered
        case (.queued, .success), (.sent, .success):
            if state == .sent { out.append(.stopCancel) }
            (state, graceEnd, abandonAt) = (.crossed, nil, nil)
            out.append(.acknowledgeThenBye)
        case (.crossed, .success): out.append(.acknowledgeThenBye)
        case (.sent, .failure):
            (state, abandonAt) = (.ended, nil)
            out.append(.stopCancel)
        case (.calling, .failure), (.proceeding, .failure), (.queued, .failure):
            (state, graceEnd) = (.ended, nil)
        case (.proceeding, .provisional), (.sent, .provisional): break  // nothing changes
        case (.answered, .provisional), (.answered, .success), (.answered, .failure): break  // the dialog's business
        case (.crossed, .provisional), (.crossed, .failure): break  // other branches of a fork end by themselves
        case (.ended, .provisional), (.ended, .success), (.ended, .failure): break  // the INVITE is over
        }
    }

    /// The INVITE ended without a final response (timeout, transport failure), or the leg is being cleaned up.
    package mutating func end(into out: inout [Output]) {
        if state == .sent { out.append(.stopCancel) }
        (state, graceEnd, abandonAt) = (.ended, nil, nil)
    }

    /// Fires what is due at `now`.
    package mutating func advance(to now: Instant, into out: inout [Output]) {
        if let graceEnd, graceEnd <= now {
            mayHaveOvertaken = true
            send(at: now, into: &out)
        } else if let abandonAt, abandonAt <= now {
            (state, self.abandonAt) = (.ended, nil)
            out.append(.stopCancel)
            out.append(.abandoned)
        }
    }

    private mutating func send(at now: Instant, into out: inout [Output]) {
        (state, graceEnd, abandonAt) = (.sent, nil, now + timers.transactionTimeout)
        out.append(.sendCancel)
    }
}
