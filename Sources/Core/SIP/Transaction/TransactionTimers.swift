/// The values that every SIP timer is made of (RFC 3261 §17.1.1.1 and Table 4). Kept in microseconds: every machine carries
/// a copy, so 12 bytes matter more than the range, which ends at 71 minutes.
package struct TransactionTimers: Hashable, Sendable {
    private var t1Microseconds: UInt32
    private var t2Microseconds: UInt32
    private var t4Microseconds: UInt32

    /// T1 500 ms, T2 4 s, T4 5 s.
    package static let standard = TransactionTimers()

    package init(
        t1: Duration = .milliseconds(500), t2: Duration = .seconds(4), t4: Duration = .seconds(5)
    ) {
        t1Microseconds = Self.microseconds(t1)
        t2Microseconds = Self.microseconds(t2)
        t4Microseconds = Self.microseconds(t4)
    }

    /// The estimate of the round-trip time.
    package var t1: Duration {
        get { .microseconds(t1Microseconds) }
        set { t1Microseconds = Self.microseconds(newValue) }
    }

    /// The longest interval between retransmissions of a non-INVITE request or of an INVITE response.
    package var t2: Duration {
        get { .microseconds(t2Microseconds) }
        set { t2Microseconds = Self.microseconds(newValue) }
    }

    /// How long a message can stay in the network.
    package var t4: Duration {
        get { .microseconds(t4Microseconds) }
        set { t4Microseconds = Self.microseconds(newValue) }
    }

    /// 64·T1: Timers B, F, H, J, L and M.
    package var transactionTimeout: Duration { .microseconds(64 * Int64(t1Microseconds)) }

    /// Timer D over an unreliable transport: at least 32 s, because the T1 of the server is unknown (RFC 6026 §8.4).
    package var waitForRetransmittedFinal: Duration { max(.seconds(32), transactionTimeout) }

    private static func microseconds(_ duration: Duration) -> UInt32 {
        UInt32(clamping: duration.nanoseconds / 1000)
    }
}

/// A retransmission timer: when it fires next, and the interval that led there (Timers A, E and G).
struct RetransmissionTimer: Hashable, Sendable {
    private(set) var due: Instant
    private var intervalMicroseconds: UInt32

    init(first interval: Duration, at now: Instant) {
        due = now + interval
        intervalMicroseconds = UInt32(clamping: interval.nanoseconds / 1000)
    }

    /// Rearms with twice the interval, at most `cap`. Counts from the instant it was due, so that a late wake-up does not
    /// stretch the schedule, unless it is later than the whole next interval: then one retransmission is enough.
    mutating func double(cappedAt cap: Duration?, at now: Instant) {
        var next = intervalMicroseconds.multipliedReportingOverflow(by: 2).overflow ? .max : intervalMicroseconds * 2
        if let cap { next = min(next, UInt32(clamping: cap.nanoseconds / 1000)) }
        intervalMicroseconds = next
        due = due + .microseconds(next)
        if due <= now { due = now + .microseconds(next) }
    }
}
