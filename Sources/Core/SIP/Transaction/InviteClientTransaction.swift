/// INVITE client transaction (RFC 3261 §17.1.1, amended by RFC 6026 §7.2: Figure 5 there).
///
/// The owner sends what `send` and `sendAck` carry to the address that the INVITE went to, passes every response that matches
/// (`TransactionKey`) to `receive`, and calls `advance` at `deadline`. The last output is always `terminated`.
package struct InviteClientTransaction: Sendable {
    package enum Output: Equatable, Sendable {
        /// Send the INVITE (again).
        case send([UInt8])
        /// Pass the response that was just received to the transaction user. Every 2xx is delivered, its retransmissions and
        /// those of other branches of a fork included; the user acknowledges each (RFC 3261 §13.2.2.4).
        case deliver(status: Int)
        /// Send the ACK for a non-2xx final response (again): always the same bytes.
        case sendAck([UInt8])
        /// Timer B: no response at all. To be treated as a 408 (RFC 3261 §8.1.3.1).
        case timedOut
        /// The transport failed. To be treated as a 503 (RFC 3261 §8.1.3.1).
        case transportFailed
        /// Forget the transaction.
        case terminated
    }

    private enum State { case calling, proceeding, accepted, completed, terminated }

    private var state = State.calling
    private let reliable: Bool
    private let timers: TransactionTimers
    /// The INVITE while calling, the ACK when completed; empty otherwise, since neither can be needed again.
    private var message: [UInt8]
    private var timerA: RetransmissionTimer?  // retransmit the INVITE; unreliable transports only
    private var timerB: Instant?  // give up, 64·T1
    private var timerD: Instant?  // outlive retransmitted 300–699
    private var timerM: Instant?  // outlive retransmitted and forked 2xx, 64·T1

    /// Sends the INVITE.
    package init(
        request: [UInt8], reliable: Bool, timers: TransactionTimers = .standard, at now: Instant,
        into out: inout [Output]
    ) {
        (message, self.reliable, self.timers) = (request, reliable, timers)
        timerA = reliable ? nil : RetransmissionTimer(first: timers.t1, at: now)
        timerB = now + timers.transactionTimeout
        out.append(.send(request))
    }

    /// When `advance` must next be called; nil when no timer is armed.
    package var deadline: Instant? {
        switch state {
        case .calling: earliest(timerA?.due, timerB)
        case .proceeding, .terminated: nil
        case .accepted: timerM
        case .completed: timerD
        }
    }

    package var isTerminated: Bool { state == .terminated }

    /// Whether a provisional response has come and no final one yet: from here on a CANCEL may be sent (RFC 3261 §9.1).
    package var hasProvisional: Bool { state == .proceeding }

    /// A response arrived. `ack` builds the ACK of §17.1.1.3 and is called at the first 300–699 only. A status outside
    /// 100...699 is ignored.
    package mutating func receive(
        status: Int, ack: () -> [UInt8], at now: Instant, into out: inout [Output]
    ) {
        guard let stimulus = StatusClass(status: status) else { return }
        switch (state, stimulus) {
        case (.calling, .provisional), (.proceeding, .provisional):
            (state, timerA, timerB, message) = (.proceeding, nil, nil, [])
            out.append(.deliver(status: status))
        case (.calling, .success), (.proceeding, .success):
            (state, timerA, timerB, message) = (.accepted, nil, nil, [])
            timerM = now + timers.transactionTimeout
            out.append(.deliver(status: status))
        case (.accepted, .success):
            out.append(.deliver(status: status))
        case (.calling, .failure), (.proceeding, .failure):
            complete(status: status, ack: ack(), at: now, into: &out)
        case (.completed, .failure):
            out.append(.sendAck(message))  // the ACK was lost; the response is not delivered twice
        case (.accepted, .provisional), (.accepted, .failure):
            break  // another branch of a fork: the call is answered already
        case (.completed, .provisional), (.completed, .success):
            break  // overtaken, or from a fork whose proxy has answered for it: Figure 5 has no such arrow
        case (.terminated, .provisional), (.terminated, .success), (.terminated, .failure):
            break  // destroyed: the response matches nothing and is dropped (RFC 6026 §7.2)
        }
    }

    /// The transport could not deliver what this transaction sent last (RFC 3261 §17.1.4).
    package mutating func transportError(at now: Instant, into out: inout [Output]) {
        switch state {
        case .calling, .completed:
            out.append(.transportFailed)
            terminate(into: &out)
        case .proceeding, .accepted, .terminated:
            break  // nothing of ours is under way: a late report about an INVITE that has been answered
        }
    }

    /// Fires what is due at `now`.
    package mutating func advance(to now: Instant, into out: inout [Output]) {
        if let timerB, timerB <= now {
            out.append(.timedOut)
            terminate(into: &out)
        } else if let timerA, timerA.due <= now {
            // Doubling has no cap: only Timer B bounds an INVITE (§17.1.1.2). Timer E is capped at T2.
            self.timerA?.double(cappedAt: nil, at: now)
            out.append(.send(message))
        } else if let timerD, timerD <= now {
            terminate(into: &out)
        } else if let timerM, timerM <= now {
            terminate(into: &out)
        }
    }

    /// Ends the transaction without telling why: the user gave up waiting, 64·T1 after a CANCEL (RFC 3261 §9.1).
    package mutating func abandon(into out: inout [Output]) {
        switch state {
        case .calling, .proceeding, .accepted, .completed: terminate(into: &out)
        case .terminated: break
        }
    }

    private mutating func complete(status: Int, ack: [UInt8], at now: Instant, into out: inout [Output]) {
        (state, timerA, timerB, message) = (.completed, nil, nil, ack)
        out.append(.sendAck(ack))
        out.append(.deliver(status: status))
        // A reliable transport retransmits no response: Timer D is zero there.
        if reliable { terminate(into: &out) } else { timerD = now + timers.waitForRetransmittedFinal }
    }

    private mutating func terminate(into out: inout [Output]) {
        (state, message) = (.terminated, [])
        (timerA, timerB, timerD, timerM) = (nil, nil, nil, nil)
        out.append(.terminated)
    }
}
