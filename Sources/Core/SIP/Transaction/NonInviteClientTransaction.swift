/// Non-INVITE client transaction (RFC 3261 §17.1.2, Figure 6), for every method but INVITE and ACK.
///
/// Driven like `InviteClientTransaction`; the last output is always `terminated`.
package struct NonInviteClientTransaction: Sendable {
    package enum Output: Equatable, Sendable {
        /// Send the request (again).
        case send([UInt8])
        /// Pass the response that was just received to the transaction user. One final response at most is delivered.
        case deliver(status: Int)
        /// Timer F: no final response. To be treated as a 408 (RFC 3261 §8.1.3.1).
        case timedOut
        /// The transport failed. To be treated as a 503 (RFC 3261 §8.1.3.1).
        case transportFailed
        /// Forget the transaction.
        case terminated
    }

    private enum State { case trying, proceeding, completed, terminated }

    private var state = State.trying
    private let reliable: Bool
    private let timers: TransactionTimers
    private var sendsLeft: UInt16
    /// The request until a final response has come.
    private var message: [UInt8]
    private var timerE: RetransmissionTimer?  // retransmit the request; unreliable transports only
    private var timerF: Instant?  // give up, 64·T1
    private var timerK: Instant?  // absorb retransmitted responses, T4

    /// Sends the request. `sendLimit` ends retransmissions early (`CancelGate.sendLimit`); Timer F goes on.
    package init(
        request: [UInt8], reliable: Bool, timers: TransactionTimers = .standard, sendLimit: UInt16 = .max,
        at now: Instant, into out: inout [Output]
    ) {
        (message, self.reliable, self.timers) = (request, reliable, timers)
        sendsLeft = max(sendLimit, 1) - 1
        timerE = reliable || sendsLeft == 0 ? nil : RetransmissionTimer(first: timers.t1, at: now)
        timerF = now + timers.transactionTimeout
        out.append(.send(request))
    }

    /// When `advance` must next be called; nil when no timer is armed.
    package var deadline: Instant? {
        switch state {
        case .trying, .proceeding: earliest(timerE?.due, timerF)
        case .completed: timerK
        case .terminated: nil
        }
    }

    package var isTerminated: Bool { state == .terminated }

    /// Whether a provisional response has come and no final one yet.
    package var hasProvisional: Bool { state == .proceeding }

    /// A response arrived. A status outside 100...699 is ignored.
    package mutating func receive(status: Int, at now: Instant, into out: inout [Output]) {
        guard let stimulus = StatusClass(status: status) else { return }
        switch (state, stimulus) {
        case (.trying, .provisional), (.proceeding, .provisional):
            state = .proceeding  // Timer E goes on: only a retransmitted request brings a lost final response
            out.append(.deliver(status: status))
        case (.trying, .success), (.trying, .failure), (.proceeding, .success), (.proceeding, .failure):
            (state, timerE, timerF, message) = (.completed, nil, nil, [])
            out.append(.deliver(status: status))
            // A reliable transport retransmits no response: Timer K is zero there.
            if reliable { terminate(into: &out) } else { timerK = now + timers.t4 }
        case (.completed, .provisional), (.completed, .success), (.completed, .failure):
            break  // a retransmission, buffered here so that it is not delivered twice
        case (.terminated, .provisional), (.terminated, .success), (.terminated, .failure):
            break  // destroyed
        }
    }

    /// The transport could not deliver what this transaction sent last (RFC 3261 §17.1.4).
    package mutating func transportError(at now: Instant, into out: inout [Output]) {
        switch state {
        case .trying, .proceeding:
            out.append(.transportFailed)
            terminate(into: &out)
        case .completed, .terminated:
            break  // the answer is here: a late report is about an earlier copy of the request
        }
    }

    /// Fires what is due at `now`.
    package mutating func advance(to now: Instant, into out: inout [Output]) {
        if let timerF, timerF <= now {
            out.append(.timedOut)
            terminate(into: &out)
        } else if let timerE, timerE.due <= now {
            retransmit(at: now, into: &out)
        } else if let timerK, timerK <= now {
            terminate(into: &out)
        }
    }

    /// Sends the request no more, because it has become needless: a CANCEL whose INVITE has ended. Timer F goes on, so that a response
    /// to it still finds its transaction.
    package mutating func stopSending() { (timerE, message) = (nil, []) }

    private mutating func retransmit(at now: Instant, into out: inout [Output]) {
        sendsLeft -= 1
        if sendsLeft == 0 {
            timerE = nil
        } else if state == .proceeding {
            timerE = RetransmissionTimer(first: timers.t2, at: now)
        } else {
            timerE?.double(cappedAt: timers.t2, at: now)
        }
        out.append(.send(message))
    }

    private mutating func terminate(into out: inout [Output]) {
        (state, message) = (.terminated, [])
        (timerE, timerF, timerK) = (nil, nil, nil)
        out.append(.terminated)
    }
}
