package import Core

/// The media of one call: RTP in to frames out, frames in to RTP out, digits both ways.
///
/// Owned by one worker and never shared. The driver calls, on every 20 ms tick: `receiveRTP` and `receiveRTCP` for what has arrived,
/// `playout` once, `send` once, `rtcp` once, then `takeEvents`. After `init` and `configure` none of these
/// allocates, apart from events.
package final class MediaSession {
    /// What became of a datagram.
    package enum Verdict: Equatable, Sendable {
        case accepted
        /// It cannot be parsed as RTP.
        case notRTP
        /// Not from the negotiated or learned address, or of an SSRC that has not yet proved itself.
        case wrongSource
        /// Its payload type was not agreed.
        case unknownPayload
        /// Too far from its predecessors to be believed (RFC 3550 §A.1).
        case outOfSequence
    }

    private var configuration: MediaConfiguration
    private var receiver = MediaReceiver()
    private var sender: MediaSender
    private var pending: [MediaEvent] = []
    private let cname: [UInt8]

    /// A session with its identity in RTP: random SSRC, first sequence number and timestamp (RFC 3550 §5.1), and
    /// the CNAME (RFC 7022).
    package init(
        configuration: MediaConfiguration, ssrc: SSRC, start: (SequenceNumber, RTPTimestamp), cname: [UInt8]
    ) {
        self.configuration = configuration
        self.cname = cname
        sender = MediaSender(ssrc: ssrc, sequence: start.0, timestamp: start.1)
        pending.reserveCapacity(8)
        configure(configuration)
    }

    /// Follows a new agreement, for instance after a re-INVITE. SSRC, sequence numbers and timestamps go on. Another remote
    /// address is used at once and may be corrected again by latching; the same one keeps what was learned.
    package func configure(_ configuration: MediaConfiguration) {
        self.configuration = configuration
        receiver.configure(configuration)
        sender.configure(configuration)
    }

    /// Takes an RTP datagram in; `arrival` is when it reached the host.
    package func receiveRTP(_ packet: Span<UInt8>, from source: SocketAddress, at arrival: Instant) -> Verdict {
        receiver.receive(packet, from: source, at: arrival, into: &pending)
    }

    /// Fills a frame of 160 samples with the next 20 ms: decoded, concealed, comfort noise or silence.
    package func playout(into frame: inout MutableSpan<Int16>, at now: Instant) {
        precondition(frame.count == Frame.sampleCount, "a frame has 160 samples")
        receiver.play(into: &frame, at: now, events: &pending)
    }

    /// Encodes a frame of 160 samples and appends the packets that it completes: none, one, or two of 10 ms. While a digit
    /// is sent or the direction forbids sending, the frame is dropped but its time passes.
    package func send(_ frame: Span<Int16>, at now: Instant, into batch: inout PacketBatch) {
        precondition(frame.count == Frame.sampleCount, "a frame has 160 samples")
        sender.send(frame, at: now, to: destination, in: &batch)
    }

    /// Queues digits as telephone-events. False when the peer did not agree to telephone-events; nothing is queued then.
    @discardableResult
    package func sendDigits(
        _ digits: [DTMFDigit], duration: Duration = .milliseconds(100), gap: Duration = .milliseconds(50)
    ) -> Bool {
        sender.append(digits, duration: duration, gap: gap)
    }

    /// Whether queued digits are still being sent.
    package var isSendingDigits: Bool { sender.events.isActive }

    /// Moves the events since the last call to the end of `events`.
    package func takeEvents(into events: inout [MediaEvent]) {
        guard !pending.isEmpty else { return }
        events.append(contentsOf: pending)
        pending.removeAll(keepingCapacity: true)
    }

    /// Where RTP goes: learned or negotiated; nil when it is not known yet.
    package var destination: SocketAddress? { receiver.latch.destination }

    /// The SSRC that our packets bear.
    package var ssrc: SSRC { sender.ssrc }

    /// Begins the measurement of levels anew.
    package func resetLevels() {
        receiver.meter.reset()
        sender.meter.reset()
    }

    /// What has been counted so far.
    package var statistics: MediaStatistics {
        var result = MediaStatistics()
        let counts = receiver.playout.counts
        result.packetsSent = sender.packets
        result.bytesSent = sender.bytes
        result.packetsReceived = receiver.packets
        result.bytesReceived = receiver.bytes
        result.packetsLost = Int(receiver.tracker.lost)
        result.packetsLate = counts.late
        result.packetsDuplicate = counts.duplicates
        result.packetsDiscarded = counts.discarded
        result.packetsRefused = receiver.refused
        result.jitterMs = Double(receiver.tracker.jitter) / 8
        result.levelIn = receiver.meter.level
        result.levelOut = sender.meter.level
        result.concealedFrames = (counts.concealed + Frame.sampleCount / 2) / Frame.sampleCount
        result.droppedFrames = counts.dropped
        result.insertedFrames = counts.inserted
        result.bufferDelayMs = receiver.playout.currentDelay / 8
        result.targetDelayMs = receiver.playout.delay.target / 8
        result.lastPacket = receiver.lastPacket
        return result
    }
}
