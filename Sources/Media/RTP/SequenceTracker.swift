/// What one source's packets tell about the path: order, loss and jitter (RFC 3550 §A.1, §A.3, §A.8).
package struct SequenceTracker: Sendable {
    /// What a packet's sequence number says about it.
    package enum Verdict: Equatable, Sendable {
        /// The packet counts; the payload is the sequence number extended beyond 16 bits.
        case valid(Int64)
        /// The source has not yet sent enough packets in sequence to be believed.
        case onProbation
        /// A jump too large to be loss; a second packet in sequence with it makes it a restart.
        case suspicious
        /// The source started again from here: everything counted before belongs to the past.
        case restarted(Int64)
    }

    /// The interval that a report covers, for its fraction lost (RFC 3550 §A.3).
    package struct LossReport: Equatable, Sendable {
        /// Lost in 256ths of what was expected since the last report.
        package var fraction: UInt8
        /// Lost since the beginning, as the 24 bits of the report can hold; negative with duplicates.
        package var cumulative: Int32
        package var extendedHighest: UInt32

        package init(fraction: UInt8, cumulative: Int32, extendedHighest: UInt32) {
            (self.fraction, self.cumulative, self.extendedHighest) = (fraction, cumulative, extendedHighest)
        }
    }

    /// Packets counted as received, duplicates and late ones included.
    package private(set) var received: Int64 = 0
    /// The interarrival jitter in units of the RTP clock (RFC 3550 §6.4.1).
    package var jitter: UInt32 { jitterScaled >> 4 }
    /// The highest sequence number seen, extended by the number of wraps.
    package private(set) var extendedHighest: Int64 = 0

    private var base: Int64 = 0
    private var probation: Int
    private let minimumInSequence: Int
    private var suspect: SequenceNumber?
    private var started = false
    private var expectedAtReport: Int64 = 0
    private var receivedAtReport: Int64 = 0
    private var jitterScaled: UInt32 = 0
    private var transit: UInt32?

    /// A larger jump forward is no loss but a new beginning, or a stray packet (RFC 3550 §A.1, MAX_DROPOUT).
    package static let maximumDropout = 3000
    /// A packet this much too late is still a packet out of order (RFC 3550 §A.1, MAX_MISORDER).
    package static let maximumMisorder = 100

    /// Room below the first packet, so that one from before it does not go under zero. Reports leave it out.
    private static let origin: Int64 = 0x1_0000

    /// A source that is believed after `minimumInSequence` packets in sequence; 1 believes the first.
    package init(minimumInSequence: Int = 2) {
        self.minimumInSequence = max(minimumInSequence, 1)
        probation = max(minimumInSequence, 1)
    }

    /// Counts a packet's sequence number.
    package mutating func receive(_ sequence: SequenceNumber) -> Verdict {
        let highest = SequenceNumber(UInt16(truncatingIfNeeded: extendedHighest))
        guard started, probation == 0 else { return receiveOnProbation(sequence, after: highest) }
        let delta = sequence.distance(since: highest)
        let forward = Int(sequence.rawValue &- highest.rawValue)
        if forward < Self.maximumDropout {
            extendedHighest += Int64(forward)
            suspect = nil
        } else if delta >= 0 || delta < -Self.maximumMisorder {
            guard suspect == sequence else {
                suspect = sequence.next
                return .suspicious
            }
            begin(at: sequence)
            received = 1
            return .restarted(extendedHighest)
        }
        received += 1
        let now = SequenceNumber(UInt16(truncatingIfNeeded: extendedHighest))
        return .valid(extendedHighest + Int64(sequence.distance(since: now)))
    }

    /// Folds one packet's transit time into the jitter. `arrival` is in units of the packet's RTP clock (RFC 3550 §A.8).
    package mutating func measure(_ timestamp: RTPTimestamp, arrival: UInt32) {
        let now = arrival &- timestamp.rawValue
        defer { transit = now }
        guard let transit else { return }
        let deviation = Int32(bitPattern: now &- transit).magnitude
        // A jump of more than two seconds is a new time base, not jitter.
        guard deviation < 16_000 else { return }
        jitterScaled = jitterScaled &+ deviation &- ((jitterScaled &+ 8) >> 4)
    }

    /// Packets expected since the beginning.
    package var expected: Int64 { started && probation == 0 ? extendedHighest - base + 1 : 0 }

    /// Packets lost since the beginning; negative when duplicates outnumber losses.
    package var lost: Int64 { expected - received }

    /// What a report block says of this source; begins a new interval (RFC 3550 §A.3).
    package mutating func report() -> LossReport {
        let expectedNow = expected - expectedAtReport
        let lostNow = expectedNow - (received - receivedAtReport)
        expectedAtReport = expected
        receivedAtReport = received
        let fraction = expectedNow > 0 && lostNow > 0 ? UInt8(clamping: lostNow * 256 / expectedNow) : 0
        let cumulative = Int32(min(max(lost, -0x80_0000), 0x7f_ffff))
        return LossReport(
            fraction: fraction, cumulative: cumulative,
            extendedHighest: UInt32(truncatingIfNeeded: extendedHighest - Self.origin))
    }

    private mutating func receiveOnProbation(_ sequence: SequenceNumber, after highest: SequenceNumber) -> Verdict {
        if started, sequence == highest.next {
            probation -= 1
        } else {
            probation = minimumInSequence - 1
        }
        begin(at: sequence)
        guard probation == 0 else { return .onProbation }
        received = 1
        return .valid(extendedHighest)
    }

    private mutating func begin(at sequence: SequenceNumber) {
        started = true
        extendedHighest = Self.origin + Int64(sequence.rawValue)
        base = extendedHighest
        suspect = nil
        received = 0
        expectedAtReport = 0
        receivedAtReport = 0
        transit = nil
    }
}
