/// How long a peer of a server may take, as a machine on the caller's clock: it decides nothing but time.
package struct HTTPServerTiming: Sendable {
    /// The times that a connection is allowed.
    package struct Limits: Hashable, Sendable {
        /// Without a request, at the start and between requests.
        package var idle: Duration
        /// From the first byte of a request to its last, so that one byte now and then keeps nothing open.
        package var request: Duration
        /// Without taking a byte of what is sent to it.
        package var stall: Duration
        /// From the end of our side to the end of the peer's, so that it reads the last response before a reset.
        package var linger: Duration

        package init(
            idle: Duration = .seconds(60), request: Duration = .seconds(20), stall: Duration = .seconds(30),
            linger: Duration = .seconds(2)
        ) {
            (self.idle, self.request, self.stall, self.linger) = (idle, request, stall, linger)
        }
    }

    /// What has run out.
    package enum Output: Hashable, Sendable {
        /// The connection had nothing to do for long enough: close it.
        case idle
        /// The request is too slow: 408, then close.
        case slowRequest
        /// The peer does not read: close at once.
        case stalled
        /// The peer does not close: close at once.
        case lingered
    }

    private enum Phase {
        case idle, receiving, answering, lingering
    }

    private let limits: Limits
    private var phase = Phase.idle
    private var due: Instant?
    private var stall: (due: Instant, progress: Int)?

    package init(_ limits: Limits, at now: Instant) {
        self.limits = limits
        due = now + limits.idle
    }

    /// When `advance` must next be called; nil when nothing is running.
    package var deadline: Instant? { earliest(due, stall?.due) }

    /// Bytes of a request came. Only the first of a request counts.
    package mutating func receiving(at now: Instant) {
        guard case .idle = phase else { return }
        (phase, due) = (.receiving, now + limits.request)
    }

    /// The request is whole: its handler may take what time it wants.
    package mutating func answering() { (phase, due) = (.answering, nil) }

    /// The response is handed to the connection.
    package mutating func answered(at now: Instant) { (phase, due) = (.idle, now + limits.idle) }

    /// Our side has finished.
    package mutating func finishing(at now: Instant) { (phase, due) = (.lingering, now + limits.linger) }

    /// Something was sent or a deadline passed: `queued` bytes wait for the peer, which has taken `progress` in all.
    package mutating func sent(queued: Int, progress: Int, at now: Instant) {
        if queued == 0 {
            stall = nil
        } else if stall?.progress != progress {
            stall = (now + limits.stall, progress)
        }
    }

    /// Says what has run out; nil when nothing has. Call `sent` first, so that the progress is known.
    package mutating func advance(to now: Instant) -> Output? {
        if let stall, stall.due <= now {
            self.stall = nil
            return .stalled
        }
        guard let due, due <= now else { return nil }
        self.due = nil
        switch phase {
        case .idle, .lingering:
            // While bytes wait for the peer, the stall decides.
            guard stall == nil else {
                self.due = now + limits.linger
                return nil
            }
            if case .idle = phase { return .idle }
            return .lingered
        case .receiving: return .slowRequest
        case .answering: return nil
        }
    }
}
