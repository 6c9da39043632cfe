/// INVITE server transaction (RFC 3261 §17.2.1, amended by RFC 6026 §7.1: Figure 7 there).
///
/// The owner has passed the INVITE to its transaction user already; it answers through `respond`. Retransmitting a 2xx until
/// its ACK comes is not done here but by `TwoXXRetransmitter`. The last output is always `terminated`.
package struct InviteServerTransaction: Sendable {
    package enum Output: Equatable, Sendable {
        /// Send the response (again), where the INVITE came from (RFC 3261 §18.2.2).
        case send([UInt8])
        /// Send a 100 (Trying), made from the INVITE alone, and say in it how long that was held back (§8.2.6.1).
        case sendTrying(after: Duration)
        /// Timer H: no ACK came for a 300–699.
        case timedOut
        /// A response could not be sent. The transaction lives on, to absorb retransmissions (RFC 6026 §7.1).
        case transportFailed
        /// An ACK came. After a 300–699: once, and there is nothing to do. After a 2xx: pass each to the dialog; the peer gave
        /// the ACK the branch of its INVITE.
        case confirmed
        /// Forget the transaction.
        case terminated
    }

    private enum State { case proceeding, accepted, completed, confirmed, terminated }

    private var state = State.proceeding
    private let reliable: Bool
    private let timers: TransactionTimers
    private var status: UInt16 = 0
    /// What a retransmitted INVITE is answered with: the last provisional response, then the final 300–699. Empty before the user's
    /// first response: then a 100 is.
    private var message: [UInt8] = []
    private var tryingDue: Instant?  // 100 Trying, when the user has not answered within 200 ms
    private var timerG: RetransmissionTimer?  // retransmit a 300–699; unreliable transports only
    private var timerH: Instant?  // give up waiting for the ACK, 64·T1
    private var timerI: Instant?  // absorb retransmitted ACKs, T4
    private var timerL: Instant?  // absorb retransmitted INVITEs after a 2xx, 64·T1

    /// The user is expected to answer within this time; else a 100 keeps the client from retransmitting (§17.2.1).
    package static let tryingDelay = Duration.milliseconds(200)

    /// A 100 is ordered when the user has not answered after 200 ms, or earlier when the INVITE is retransmitted.
    package init(reliable: Bool, timers: TransactionTimers = .standard, at now: Instant) {
        (self.reliable, self.timers) = (reliable, timers)
        tryingDue = now + Self.tryingDelay
    }

    /// When `advance` must next be called; nil when no timer is armed.
    package var deadline: Instant? {
        switch state {
        case .proceeding: tryingDue
        case .accepted: timerL
        case .completed: earliest(timerG?.due, timerH)
        case .confirmed: timerI
        case .terminated: nil
        }
    }

    package var isTerminated: Bool { state == .terminated }

    /// The status of the last response that was sent; 0 before the first. 100 when the machine sent it by itself.
    package var lastStatus: Int { Int(status) }

    /// Whether no final response has been sent yet, so that a CANCEL takes effect (RFC 3261 §9.2).
    package var isPending: Bool { state == .proceeding }

    /// The transaction user answers. Returns without an output where the answer comes too late.
    package mutating func respond(status: Int, _ bytes: [UInt8], at now: Instant, into out: inout [Output]) {
        guard let stimulus = StatusClass(status: status) else {
            preconditionFailure("a response we build has a status from 100 to 699")
        }
        switch (state, stimulus) {
        case (.proceeding, .provisional):
            (self.status, message, tryingDue) = (UInt16(status), bytes, nil)
            out.append(.send(bytes))
        case (.proceeding, .success):
            (state, self.status, message, tryingDue) = (.accepted, UInt16(status), [], nil)
            timerL = now + timers.transactionTimeout  // on every transport (RFC 6026 §8.7)
            out.append(.send(bytes))
        case (.proceeding, .failure):
            (state, self.status, message, tryingDue) = (.completed, UInt16(status), bytes, nil)
            timerG = reliable ? nil : RetransmissionTimer(first: timers.t1, at: now)
            timerH = now + timers.transactionTimeout
            out.append(.send(bytes))
        case (.accepted, .success):
            out.append(.send(bytes))  // the user's retransmission
        case (.accepted, .provisional), (.accepted, .failure),
            (.completed, .provisional), (.completed, .success), (.completed, .failure),
            (.confirmed, .provisional), (.confirmed, .success), (.confirmed, .failure):
            break  // a final response is final: the user lost a race, as between an answer and a CANCEL
        case (.terminated, .provisional), (.terminated, .success), (.terminated, .failure):
            break  // nobody waits any more
        }
    }

    /// The INVITE came again.
    package mutating func receiveRetransmit(at now: Instant, into out: inout [Output]) {
        switch state {
        case .proceeding:
            // Before the first answer of the user this sends the 100 early: it silences a client with a short T1.
            if status == 0 { status = 100 }
            tryingDue = nil
            // It answers this copy, which is not held back.
            out.append(message.isEmpty ? .sendTrying(after: .zero) : .send(message))
        case .completed:
            out.append(.send(message))
        case .accepted, .confirmed, .terminated:
            break  // absorbed: the 2xx is retransmitted by the user, the 300–699 has been acknowledged
        }
    }

    /// An ACK that matches this transaction came.
    package mutating func receiveAck(at now: Instant, into out: inout [Output]) {
        switch state {
        case .completed:
            (state, message, timerG, timerH) = (.confirmed, [], nil, nil)
            out.append(.confirmed)
            // A reliable transport retransmits no ACK: Timer I is zero there.
            if reliable { terminate(into: &out) } else { timerI = now + timers.t4 }
        case .accepted:
            out.append(.confirmed)
        case .proceeding, .confirmed, .terminated:
            break  // an ACK without a final response means nothing; later copies of one are absorbed
        }
    }

    /// The transport could not deliver a response. The state stays: timers end the transaction (RFC 6026 §7.1).
    package mutating func transportError(at now: Instant, into out: inout [Output]) {
        switch state {
        case .proceeding, .accepted, .completed: out.append(.transportFailed)
        case .confirmed, .terminated: break  // the final response did arrive
        }
    }

    /// Fires what is due at `now`.
    package mutating func advance(to now: Instant, into out: inout [Output]) {
        if let tryingDue, tryingDue <= now {
            (status, self.tryingDue) = (100, nil)
            out.append(.sendTrying(after: Self.tryingDelay + (now - tryingDue)))
        } else if let timerH, timerH <= now {
            out.append(.timedOut)
            terminate(into: &out)
        } else if let timerG, timerG.due <= now {
            self.timerG?.double(cappedAt: timers.t2, at: now)
            out.append(.send(message))
        } else if let timerI, timerI <= now {
            terminate(into: &out)
        } else if let timerL, timerL <= now {
            terminate(into: &out)
        }
    }

    private mutating func terminate(into out: inout [Output]) {
        (state, message) = (.terminated, [])
        (tryingDue, timerG, timerH, timerI, timerL) = (nil, nil, nil, nil, nil)
        out.append(.terminated)
    }
}
