internal import Core

/// The sending half of a session: from frames to packets.
struct MediaSender: Sendable {
    let ssrc: SSRC
    private(set) var packetizer: Packetizer
    private(set) var events = TelephoneEventSender()
    var meter = LevelMeter()
    private(set) var packets = 0
    private(set) var bytes = 0
    /// When the last frame was given, whether it was sent or not.
    private(set) var lastFrame: Instant?
    private var codec = VoiceFormat.pcmu
    private var payloadType = PayloadType.pcmu
    private var eventType: PayloadType?
    private var packetSize = Frame.sampleCount
    private var sends = false

    init(ssrc: SSRC, sequence: SequenceNumber, timestamp: RTPTimestamp) {
        self.ssrc = ssrc
        packetizer = Packetizer(sequence: sequence, timestamp: timestamp)
    }

    /// Follows a new agreement. Sequence numbers and timestamps go on.
    mutating func configure(_ configuration: MediaConfiguration) {
        let size = min(max(Int(configuration.ptime.milliseconds) / 10, 1), 6) * 80
        if configuration.codec != codec || size != packetSize { packetizer.skip(0) }
        codec = configuration.codec
        payloadType = configuration.payloadTypeToSend
        eventType = configuration.telephoneEventToSend
        packetSize = size
        sends = configuration.direction.sends
        if eventType == nil { events.cancel() }
    }

    /// What a sender report says at `now` (RFC 3550 §6.4.1).
    func info(at now: Instant) -> SenderInfo {
        // The packetizer stands at the end of the last frame.
        let since = lastFrame.map { now.units - $0.units - Frame.sampleCount } ?? 0
        return SenderInfo(
            ntp: NTPTimestamp(now), rtp: packetizer.timestamp.advanced(by: since),
            packets: UInt32(truncatingIfNeeded: packets), octets: UInt32(truncatingIfNeeded: bytes))
    }

    /// Queues digits and pauses. Returns false when telephone-events were not agreed.
    mutating func append(_ sequence: DTMFSequence) -> Bool {
        guard eventType != nil else { return false }
        events.append(sequence)
        return true
    }

    /// Sends 20 ms of audio, or a digit in its place.
    mutating func send(
        _ frame: Span<Int16>, at now: Instant, to destination: SocketAddress?, in batch: inout PacketBatch
    ) {
        catchUp(to: now)
        guard sends, let destination else { return packetizer.skip(frame.count) }
        if events.isActive, !events.wait(units: frame.count) {
            return sendEvent(frame.count, to: destination, in: &batch)
        }
        meter.add(frame)
        packetizer.encode(frame, as: codec)
        while let header = packetizer.next(packetSize) {
            batch.appendHeader(
                payloadType, marker: header.marker, (header.sequence, header.timestamp), ssrc: ssrc)
            batch.append(packetizer.pending[..<packetSize])
            packetizer.removePayload(packetSize)
            finish(to: destination, in: &batch)
        }
    }

    private mutating func sendEvent(_ units: Int, to destination: SocketAddress, in batch: inout PacketBatch) {
        let step = events.advance(timestamp: packetizer.timestamp, units: units)
        packetizer.skip(units)
        guard let step, let eventType else { return }
        batch.appendHeader(
            eventType, marker: step.marker, (packetizer.takeSequence(), step.timestamp), ssrc: ssrc)
        batch.append(step.event)
        finish(to: destination, in: &batch)
    }

    private mutating func finish(to destination: SocketAddress, in batch: inout PacketBatch) {
        packets += 1
        bytes += batch.finish(to: destination, isRTCP: false) - RTPPacket.fixedHeaderLength
    }

    /// Time that passed without frames passes in timestamps too, in whole frames (RFC 3550 §5.1): frames have the time of their tick,
    /// not that of a tick that came late.
    private mutating func catchUp(to now: Instant) {
        defer { lastFrame = now }
        guard let lastFrame else { return }
        let frames = (now.units - lastFrame.units - Frame.sampleCount / 2) / Frame.sampleCount
        if frames > 0 { packetizer.skip(frames * Frame.sampleCount) }
    }
}
