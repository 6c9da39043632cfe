/// Retransmits a 2xx to an INVITE until its ACK comes: the task of the UAS core, on every transport, since a proxy on the way
/// may change to UDP (RFC 3261 §13.3.1.4, RFC 6026 §8.1).
///
/// Created when the 2xx is first sent, through `InviteServerTransaction.respond`.
package struct TwoXXRetransmitter: Sendable {
    package enum Output: Equatable, Sendable {
        /// Send the 2xx again.
        case send([UInt8])
        /// No ACK within 64·T1: the dialog is confirmed, but the session should be ended with a BYE (§13.3.1.4).
        case gaveUp
    }

    private enum State { case waiting, done }

    private var state = State.waiting
    private let timers: TransactionTimers
    private var response: [UInt8]
    private var retransmission: RetransmissionTimer
    private var end: Instant

    package init(response: [UInt8], timers: TransactionTimers = .standard, at now: Instant) {
        (self.response, self.timers) = (response, timers)
        retransmission = RetransmissionTimer(first: timers.t1, at: now)
        end = now + timers.transactionTimeout
    }

    /// When `advance` must next be called; nil once the ACK has come or the wait is over.
    package var deadline: Instant? {
        switch state {
        case .waiting: min(retransmission.due, end)
        case .done: nil
        }
    }

    package var isDone: Bool { state == .done }

    /// The ACK came, or the call ended in another way. Harmless when repeated.
    package mutating func stop() { (state, response) = (.done, []) }

    /// Fires what is due at `now`.
    package mutating func advance(to now: Instant, into out: inout [Output]) {
        switch state {
        case .waiting where end <= now:
            stop()
            out.append(.gaveUp)
        case .waiting where retransmission.due <= now:
            retransmission.double(cappedAt: timers.t2, at: now)
            out.append(.send(response))
        case .waiting, .done:
            break  // too early, or over
        }
    }
}
