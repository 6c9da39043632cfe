/// What a sender says of its own stream (RFC 3550 §6.4.1).
package struct SenderInfo: Equatable, Sendable {
    package var ntp: NTPTimestamp
    /// The same instant on the clock of the media.
    package var rtp: RTPTimestamp
    package var packets: UInt32
    /// Payload bytes.
    package var octets: UInt32

    static let length = 20

    package init(ntp: NTPTimestamp, rtp: RTPTimestamp, packets: UInt32, octets: UInt32) {
        (self.ntp, self.rtp, self.packets, self.octets) = (ntp, rtp, packets, octets)
    }

    /// Reads the 20 bytes at `offset`, which the caller has checked to be there.
    init(_ bytes: Span<UInt8>, at offset: Int) {
        let ntp = UInt64(bytes.word(at: offset)) << 32 | UInt64(bytes.word(at: offset &+ 4))
        self.init(
            ntp: NTPTimestamp(rawValue: ntp), rtp: RTPTimestamp(bytes.word(at: offset &+ 8)),
            packets: bytes.word(at: offset &+ 12), octets: bytes.word(at: offset &+ 16))
    }

    func append(to bytes: inout [UInt8]) {
        bytes.appendWord(UInt32(truncatingIfNeeded: ntp.rawValue >> 32))
        bytes.appendWord(UInt32(truncatingIfNeeded: ntp.rawValue))
        bytes.appendWord(rtp.rawValue)
        bytes.appendWord(packets)
        bytes.appendWord(octets)
    }
}

/// What a receiver says of one source (RFC 3550 §6.4.1).
package struct ReportBlock: Equatable, Sendable {
    package var source: SSRC
    package var loss: SequenceTracker.LossReport
    /// In units of the RTP clock.
    package var jitter: UInt32
    /// The middle bits of the last sender report's time; 0 when there was none.
    package var lastSenderReport: UInt32
    /// Between its arrival and this report, in units of 1/65536 s.
    package var delaySinceLast: UInt32

    static let length = 24

    package init(
        source: SSRC, loss: SequenceTracker.LossReport, jitter: UInt32, lastSenderReport: UInt32, delaySinceLast: UInt32
    ) {
        (self.source, self.loss, self.jitter) = (source, loss, jitter)
        (self.lastSenderReport, self.delaySinceLast) = (lastSenderReport, delaySinceLast)
    }

    /// Reads the 24 bytes at `offset`, which the caller has checked to be there.
    init(_ bytes: Span<UInt8>, at offset: Int) {
        let lost = bytes.word(at: offset &+ 4)
        let loss = SequenceTracker.LossReport(
            fraction: UInt8(truncatingIfNeeded: lost >> 24),
            // Sign-extends the 24 bits.
            cumulative: Int32(bitPattern: lost << 8) >> 8, extendedHighest: bytes.word(at: offset &+ 8))
        self.init(
            source: SSRC(bytes.word(at: offset)), loss: loss, jitter: bytes.word(at: offset &+ 12),
            lastSenderReport: bytes.word(at: offset &+ 16), delaySinceLast: bytes.word(at: offset &+ 20))
    }

    func append(to bytes: inout [UInt8]) {
        bytes.appendWord(source.rawValue)
        bytes.appendWord(UInt32(loss.fraction) << 24 | UInt32(bitPattern: loss.cumulative) & 0xff_ffff)
        bytes.appendWord(loss.extendedHighest)
        bytes.appendWord(jitter)
        bytes.appendWord(lastSenderReport)
        bytes.appendWord(delaySinceLast)
    }

    /// The time to the peer and back, for a block about us that arrived at `arrival`; nil when the peer had no report of ours, or
    /// when its figures put the arrival before the report.
    package func roundTrip(at arrival: NTPTimestamp) -> Duration? {
        guard lastSenderReport != 0 else { return nil }
        let units = arrival.middle &- lastSenderReport &- delaySinceLast
        return units < 0x8000_0000 ? NTPTimestamp.duration(shortUnits: units) : nil
    }
}
