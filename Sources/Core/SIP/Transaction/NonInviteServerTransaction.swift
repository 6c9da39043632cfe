/// Non-INVITE server transaction (RFC 3261 §17.2.2, Figure 8, with RFC 6026 §8.8), for every method but INVITE and ACK.
///
/// The owner has passed the request to its transaction user already; it answers through `respond`. The last output is always
/// `terminated`.
package struct NonInviteServerTransaction: Sendable {
    package enum Output: Equatable, Sendable {
        /// Send the response (again), where the request came from (RFC 3261 §18.2.2).
        case send([UInt8])
        /// A response could not be sent. The transaction lives on (RFC 6026 §8.8).
        case transportFailed
        /// Forget the transaction.
        case terminated
    }

    private enum State { case trying, proceeding, completed, terminated }

    private var state = State.trying
    private let reliable: Bool
    private let timers: TransactionTimers
    private var status: UInt16 = 0
    /// What a retransmitted request is answered with; empty while trying.
    private var message: [UInt8] = []
    private var timerJ: Instant?  // answer retransmitted requests, 64·T1

    package init(reliable: Bool, timers: TransactionTimers = .standard) {
        (self.reliable, self.timers) = (reliable, timers)
    }

    /// When `advance` must next be called; nil when no timer is armed. Until the user answers there is none: a client that
    /// hears nothing gives up by its Timer F, and a 408 would come too late for it (RFC 4320 §4.2).
    package var deadline: Instant? {
        switch state {
        case .completed: timerJ
        case .trying, .proceeding, .terminated: nil
        }
    }

    package var isTerminated: Bool { state == .terminated }

    /// The status of the last response that was sent; 0 before the first.
    package var lastStatus: Int { Int(status) }

    /// The transaction user answers. Returns without an output where the answer comes too late.
    package mutating func respond(status: Int, _ bytes: [UInt8], at now: Instant, into out: inout [Output]) {
        guard let stimulus = StatusClass(status: status) else {
            preconditionFailure("a response we build has a status from 100 to 699")
        }
        switch (state, stimulus) {
        case (.trying, .provisional), (.proceeding, .provisional):
            (state, self.status, message) = (.proceeding, UInt16(status), bytes)
            out.append(.send(bytes))
        case (.trying, .success), (.trying, .failure), (.proceeding, .success), (.proceeding, .failure):
            (state, self.status, message) = (.completed, UInt16(status), bytes)
            out.append(.send(bytes))
            // A reliable transport retransmits no request: Timer J is zero there.
            if reliable { terminate(into: &out) } else { timerJ = now + timers.transactionTimeout }
        case (.completed, .provisional), (.completed, .success), (.completed, .failure):
            break  // any other response is discarded (§17.2.2)
        case (.terminated, .provisional), (.terminated, .success), (.terminated, .failure):
            break  // nobody waits any more
        }
    }

    /// The request came again.
    package mutating func receiveRetransmit(at now: Instant, into out: inout [Output]) {
        switch state {
        case .proceeding, .completed: out.append(.send(message))
        case .trying, .terminated: break  // discarded until there is an answer
        }
    }

    /// The transport could not deliver a response. The state stays, to absorb retransmissions (RFC 6026 §8.8).
    package mutating func transportError(at now: Instant, into out: inout [Output]) {
        switch state {
        case .proceeding, .completed: out.append(.transportFailed)
        case .trying, .terminated: break  // nothing of ours is under way
        }
    }

    /// Fires what is due at `now`.
    package mutating func advance(to now: Instant, into out: inout [Output]) {
        if let timerJ, timerJ <= now { terminate(into: &out) }
    }

    private mutating func terminate(into out: inout [Output]) {
        (state, message, timerJ) = (.terminated, [], nil)
        out.append(.terminated)
    }
}
