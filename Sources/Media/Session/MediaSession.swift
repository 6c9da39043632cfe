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
    private var receiver: MediaReceiver
    private var sender: MediaSender
    private var pending: [MediaEvent] = []
    private var lastTick = Instant.zero
    private var reports: ReportExchange

    /// A session with its identity in RTP: random SSRC, first sequence number and timestamp (RFC 3550 §5.1), and
    /// the CNAME (RFC 7022).
    package init(
        configuration: MediaConfiguration, ssrc: SSRC, start: (SequenceNumber, RTPTimestamp), cname: [UInt8]
    ) {
        self.configuration = configuration
        reports = ReportExchange(cname: cname)
        receiver = MediaReceiver(own: ssrc)
        sender = MediaSender(ssrc: ssrc, sequence: start.0, timestamp: start.1)
        pending.reserveCapacity(8)
        configure(configuration)
    }

    /// Follows a new agreement, for instance after a re-INVITE. SSRC, sequence numbers and timestamps go on. Another remote
    /// address is used at once and may be corrected again by latching; the same one keeps what was learned.
    package func configure(_ configuration: MediaConfiguration) {
        if configuration.remoteRTP != self.configuration.remoteRTP
            || configuration.negotiatedRTCP != self.configuration.negotiatedRTCP
        {
            reports.forgetAddress()
        }
        self.configuration = configuration
        receiver.configure(configuration)
        sender.configure(configuration)
    }

    /// Takes an RTP datagram in; `arrival` is when it reached the host.
    package func receiveRTP(_ packet: Span<UInt8>, from source: SocketAddress, at arrival: Instant) -> Verdict {
        if configuration.rtcpMux, RTCPPacket.isRTCP(packet) {
            receiveRTCP(packet, from: source, at: arrival)
            return .accepted
        }
        let before = receiver.source
        let verdict = receiver.receive(packet, from: source, at: arrival, into: &pending)
        if receiver.source != before { reports.forgetSource() }
        return verdict
    }

    /// Takes an RTCP datagram in. Only the host that RTP comes from, or the negotiated address, is believed.
    package func receiveRTCP(_ packet: Span<UInt8>, from source: SocketAddress, at arrival: Instant) {
        guard source.ip == destination?.ip || source == configuration.negotiatedRTCP else { return reports.refuse() }
        reports.receive(packet, from: source, at: arrival, (sender.ssrc, receiver.source), into: &pending)
    }

    /// Appends a compound packet when one is due, about every five seconds (RFC 3550 §6.3). `random` spreads the intervals.
    package func rtcp(at now: Instant, random: UInt64, into batch: inout PacketBatch) {
        lastTick = now
        guard reports.isDue(at: now, random: random) else { return }
        writeReport(at: now, bye: false, into: &batch)
    }

    /// Appends the compound packet that ends the session (RFC 3550 §6.6).
    package func bye(into batch: inout PacketBatch) {
        if reports.mayLeave(sender) { writeReport(at: lastTick, bye: true, into: &batch) }
    }

    private func writeReport(at now: Instant, bye: Bool, into batch: inout PacketBatch) {
        guard let destination = rtcpDestination else { return }
        batch.write { reports.write(sender, &receiver, at: now, bye: bye, to: &$0) }
        batch.finish(to: destination, isRTCP: true)
    }

    /// Where RTCP goes: with RTP, or where the peer's RTCP comes from, or beside the RTP that was learned.
    private var rtcpDestination: SocketAddress? {
        guard let destination else { return configuration.negotiatedRTCP }
        if configuration.rtcpMux { return destination }
        if let learned = reports.learned { return learned }
        guard destination != configuration.remoteRTP else { return configuration.negotiatedRTCP }
        return SocketAddress(destination.ip, destination.port &+ 1)
    }

    /// Fills a frame of 160 samples with the next 20 ms: decoded, concealed, comfort noise or silence.
    package func playout(into frame: inout MutableSpan<Int16>, at now: Instant) {
        precondition(frame.count == Frame.sampleCount, "a frame has 160 samples")
        receiver.play(into: &frame, at: now, events: &pending)
    }

    /// Encodes a frame of 160 samples and appends the packets that it completes: none, one, or two of 10 ms. While a digit
    /// is sent or the direction forbids sending, the frame is dropped but its time passes. `now` is when the frame was due: 20 ms after
    /// the last one, or whole frames later when some were left out.
    package func send(_ frame: Span<Int16>, at now: Instant, into batch: inout PacketBatch) {
        precondition(frame.count == Frame.sampleCount, "a frame has 160 samples")
        sender.send(frame, at: now, to: destination, in: &batch)
    }

    /// Queues digits and pauses behind those that are still being sent, as telephone-events. False when the peer did not agree to
    /// telephone-events; nothing is queued then.
    @discardableResult
    package func send(_ sequence: DTMFSequence) -> Bool { sender.append(sequence) }

    /// Whether queued digits, or pauses between them, are still being sent.
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

    /// Whether the peer has sent RTP that was accepted.
    package var hasReceived: Bool { receiver.lastPacket != nil }

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
        result.packetsRefused = receiver.refused + reports.refused
        result.jitterMs = Double(receiver.tracker.jitter) / 8
        result.roundTripMs = reports.roundTrip.map { $0.inSeconds * 1000 }
        result.remoteLossFraction = reports.remoteLossFraction
        result.remoteJitterMs = reports.remoteJitter.map { Double($0) / 8 }
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
