internal import Core

/// The receiving half of a session: from datagrams to frames and events.
struct MediaReceiver: Sendable {
    /// What a payload type of our description means.
    private enum Role: Equatable, Sendable {
        case unknown
        case audio(VoiceFormat)
        case telephoneEvent
        case comfortNoise
    }

    private(set) var latch = SourceLatch()
    private(set) var source: SSRC?
    var tracker = SequenceTracker(minimumInSequence: 1)
    private(set) var playout = Playout()
    private(set) var events = TelephoneEventReceiver()
    var meter = LevelMeter()
    private(set) var packets = 0
    private(set) var bytes = 0
    private(set) var refused = 0
    private(set) var lastPacket: Instant?
    private var roles = [Role](repeating: .unknown, count: 128)
    /// The last packet of another source, and whether its SSRC may take over.
    private var rival: (ssrc: SSRC, sequence: SequenceNumber)?
    private var negotiated: SocketAddress?
    private var receives = true

    private let own: SSRC

    /// - Parameter own: the SSRC of our packets, to recognise their echo.
    init(own: SSRC) { self.own = own }

    /// Follows a new agreement. What was learned of the source is kept unless its address changed.
    mutating func configure(_ configuration: MediaConfiguration) {
        if latch.destination == nil || configuration.remoteRTP != negotiated {
            latch.open(for: configuration.remoteRTP, allowed: configuration.latching)
        }
        latch.isFollowing = configuration.followsSource
        negotiated = configuration.remoteRTP
        receives = configuration.direction.receives
        for index in roles.indices { roles[index] = .unknown }
        for (payloadType, codec) in configuration.payloadTypesToReceive { setRole(.audio(codec), of: payloadType) }
        setRole(.comfortNoise, of: configuration.comfortNoiseToReceive)
        setRole(.telephoneEvent, of: configuration.telephoneEventToReceive)
    }

    /// Takes a datagram in. Events that it causes are appended.
    mutating func receive(
        _ datagram: Span<UInt8>, from address: SocketAddress, at arrival: Instant, into out: inout [MediaEvent]
    ) -> MediaSession.Verdict {
        guard let packet = try? RTPPacket(parsing: datagram) else { return refuse(.notRTP) }
        let role = roles[Int(packet.payloadType.rawValue)]
        guard role != .unknown else { return refuse(.unknownPayload) }
        switch latch.decide(packet, from: address, at: arrival) {
        case .accepted: break
        case .latched: out.append(.latched(address))
        case .refused: return refuse(.wrongSource)
        }
        guard accept(packet.ssrc, packet.sequence, into: &out) else { return refuse(.wrongSource) }
        let sequence: Int64
        switch tracker.receive(packet.sequence) {
        case .valid(let extended): sequence = extended
        case .restarted(let extended):
            restart(into: &out)
            sequence = extended
        case .onProbation, .suspicious: return refuse(.outOfSequence)
        }
        packets += 1
        bytes += packet.payload.count
        lastPacket = arrival
        hold(packet, role, datagram.extracting(packet.payload), (sequence, arrival), into: &out)
        return .accepted
    }

    /// The next 20 ms.
    mutating func play(into frame: inout MutableSpan<Int16>, at now: Instant, events out: inout [MediaEvent]) {
        playout.play(into: &frame, at: now.units)
        meter.add(frame.span)
        if events.isReceiving, let report = events.advance(to: now) { Self.append(report, to: &out) }
    }

    private mutating func hold(
        _ packet: RTPPacket, _ role: Role, _ payload: Span<UInt8>, _ arrived: (sequence: Int64, at: Instant),
        into out: inout [MediaEvent]
    ) {
        let arrival = arrived.at.units
        let nothing = payload.extracting(0..<0)
        switch role {
        case .audio(let codec):
            tracker.measure(packet.timestamp, arrival: UInt32(truncatingIfNeeded: arrival))
            guard receives else { return }
            playout.receive(
                packet, sequence: arrived.sequence, content: payload.isEmpty ? .nothing : .audio(codec),
                payload: payload, arrival: arrival)
        case .comfortNoise:
            // Without parameters the level is the sender's silence (RFC 3389 §3.1).
            let level = payload.isEmpty ? 127 : payload[0] & 0x7f
            playout.receive(
                packet, sequence: arrived.sequence, content: .comfortNoise(level: level), payload: nothing,
                arrival: arrival)
        case .telephoneEvent:
            playout.receive(
                packet, sequence: arrived.sequence, content: .nothing, payload: nothing, arrival: arrival)
            guard let event = TelephoneEvent(parsing: payload) else { return }
            let report = events.receive(event, timestamp: packet.timestamp, marker: packet.marker, at: arrived.at)
            if let report { Self.append(report, to: &out) }
        case .unknown: break
        }
    }

    /// Whether a packet of `ssrc` belongs to the peer. Another source takes over with two packets in sequence.
    private mutating func accept(_ ssrc: SSRC, _ sequence: SequenceNumber, into out: inout [MediaEvent]) -> Bool {
        if source == ssrc { return true }
        guard source != nil else {
            source = ssrc
            if ssrc == own { out.append(.collision) }
            return true
        }
        guard let rival, rival.ssrc == ssrc, sequence == rival.sequence.next else {
            rival = (ssrc, sequence)
            return false
        }
        source = ssrc
        self.rival = nil
        tracker = SequenceTracker(minimumInSequence: 1)
        restart(into: &out)
        out.append(.ssrcChanged(ssrc))
        return true
    }

    /// The stream begins anew: its timestamps have nothing in common with those before (RFC 3550 §5.1).
    private mutating func restart(into out: inout [MediaEvent]) {
        playout.restart()
        if let report = events.restart() { Self.append(report, to: &out) }
    }

    private mutating func refuse(_ verdict: MediaSession.Verdict) -> MediaSession.Verdict {
        refused += 1
        return verdict
    }

    private mutating func setRole(_ role: Role, of payloadType: PayloadType?) {
        if let payloadType { roles[Int(payloadType.rawValue)] = role }
    }

    private static func append(_ report: TelephoneEventReceiver.Report, to out: inout [MediaEvent]) {
        guard let digit = DTMFDigit(event: report.event) else { return }
        out.append(.digit(digit, duration: Frame.rate.duration(of: SampleCount(report.duration))))
    }
}
