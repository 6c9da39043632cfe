internal import Core
internal import Media

/// The 20 ms tick of one worker: reads, plays out, mixes, encodes and sends for every call on it (DESIGN 4).
///
/// Ticks of different workers are shifted against one another, so that they do not compete for the same instant.
final class MediaDriver: DeadlineOwner {
    /// Samples in 20 ms at 8 kHz.
    static let frameCount = 160
    static let interval: Duration = .milliseconds(20)
    /// After a stall this many ticks are made up for; older ones are given up and counted.
    private static let largestCatchUp = 5

    /// What a tick noticed, for the worker that owns the driver.
    enum Notice {
        case digit(CallKey, DTMFDigit, Duration)
        case playedOut(CallKey)
        case lingered(CallKey)
        /// No RTP came for so long.
        case mediaTimeout(CallKey, Duration)
        /// What `play` was given was played to its end.
        case promptPlayed(CallKey)
        case fault(CallKey, String)
        /// What the call was for cannot go on.
        case failed(CallKey, String)
        case statistics(CallKey, LegStatistics)
        case join(RoomDirectory.Room, CallKey, toRoom: FrameRing, fromRoom: FrameRing)
        case leave(RoomDirectory.Room, CallKey)
    }

    let index: Int
    let loop: EventLoop
    let shared: StackShared
    private let reportsStatistics: Bool
    var figures = MediaFigures()
    var notices: [Notice] = []

    let poll: MediaPoll
    var legs: [MediaLeg?] = []
    var freeLegs: [UInt32] = []
    var legOf: [CallKey: UInt32] = [:]
    var mixedRooms: [UInt64: MixedRoom] = [:]
    var mediaEvents: [MediaEvent] = []
    /// A media packet is never larger than an Ethernet frame; larger ones are cut and fail to parse.
    private let arrivals = DatagramBatch(capacity: 8, slotSize: 2048)
    /// What a tick sends, marked with the leg that it belongs to.
    var packets = PacketBatch()
    private var nextTick: Instant?
    private let phase: Int64
    private var tickNumber = 0
    private var random = SystemRandom()
    /// Called after a tick that left notices.
    var onNotices: () -> Void = {}

    init(
        index: Int, on loop: EventLoop, _ shared: StackShared, _ configuration: StackConfiguration
    ) throws(IOError) {
        (self.index, self.loop, self.shared) = (index, loop, shared)
        reportsStatistics = configuration.reportsStatistics
        phase = Self.interval.nanoseconds * Int64(index) / Int64(max(configuration.workers, 1))
        poll = try MediaPoll()
    }

    var isIdle: Bool { legOf.isEmpty && mixedRooms.isEmpty }

    /// No tick is made while nobody is there to hear it.
    var deadline: Instant? { nextTick }

    func wake(at now: Instant) {
        guard let due = nextTick, due <= now else { return }
        let lateness = (now - due).nanoseconds
        figures.noteTick(lateness: lateness)
        let late = Int(lateness / Self.interval.nanoseconds)
        let givenUp = max(late - Self.largestCatchUp, 0)
        if late > 0 { figures.lateTicks += 1 }
        figures.skippedTicks += givenUp
        for missed in givenUp...late { tick(due + Self.interval * missed, at: now) }
        nextTick = isIdle ? nil : nextPhase(after: now)
        if isIdle { figures.noteIdle() }
        publish()
        if !notices.isEmpty { onNotices() }
    }

    /// Starts the ticks when they stood still.
    func start(at now: Instant) {
        if nextTick == nil { nextTick = nextPhase(after: now) }
    }

    private func nextPhase(after now: Instant) -> Instant {
        let interval = Self.interval.nanoseconds
        let since = now.nanoseconds - phase
        return Instant(nanoseconds: (since / interval + 1) * interval + phase)
    }

    // MARK: the tick

    /// The tick that was due at `due`: what it plays and sends belongs to that instant, so that ticks which are made up for pass as
    /// much time as went by. What has arrived and what is reported belongs to `now`.
    private func tick(_ due: Instant, at now: Instant) {
        tickNumber += 1
        figures.ticks += 1
        receive(at: now)
        for case let leg? in legs where leg.isLive { playOut(leg, at: due) }
        for room in mixedRooms.values { room.mix() }
        for case let leg? in legs where leg.session != nil { send(leg, due, at: now) }
        flush()
        for room in mixedRooms.values { room.mixer.clear() }
        // Once a second per call, and not for all calls in the same tick.
        for case let leg? in legs where (tickNumber + Int(leg.number)) % 25 == 0 { review(leg, at: now) }
    }

    private func receive(at now: Instant) {
        poll.drain { token in
            guard Int(token.leg) < legs.count, let leg = legs[Int(token.leg)] else { return }
            let socket = token.isRTCP ? leg.ports.rtcp : leg.ports.rtp
            let count = socket.receiveBatch(into: arrivals, at: now)
            if !token.isRTCP { figures.packetsReceived += count }
            for index in 0..<count {
                // Before the media is agreed there is nobody to hear it.
                guard let session = leg.session else { continue }
                let (source, arrival) = (arrivals.source(index), arrivals.arrival(index))
                arrivals.withBytes(index) { packet in
                    if token.isRTCP {
                        session.receiveRTCP(packet, from: source, at: arrival)
                    } else {
                        _ = session.receiveRTP(packet, from: source, at: arrival)
                    }
                }
            }
        }
    }

    private func playOut(_ leg: MediaLeg, at now: Instant) {
        if let session = leg.session { hear(session, leg, at: now) }
        if leg.dialTone != nil { ring(leg) }
        speak(leg)
    }

    /// Takes a frame and events of what the peer sends.
    private func hear(_ session: MediaSession, _ leg: MediaLeg, at now: Instant) {
        var frame = leg.received.mutableSpan
        session.playout(into: &frame, at: now)
        leg.recording?.append(leg.received.span)
        session.takeEvents(into: &mediaEvents)
        for event in mediaEvents {
            switch event {
            case .digit(let digit, let duration): notices.append(.digit(leg.key, digit, duration))
            case .latched, .ssrcChanged, .collision, .bye: break  // the session has followed them already
            }
        }
        mediaEvents.removeAll(keepingCapacity: true)
    }

    /// The dial tone is what the room hears of the call, until there is something to be heard of the call itself.
    private func ring(_ leg: MediaLeg) {
        if let session = leg.session, session.hasReceived {
            leg.dialTone = nil
            return
        }
        var frame = leg.received.mutableSpan
        leg.dialTone?.fill(&frame)
    }

    private func speak(_ leg: MediaLeg) {
        // Who listens to a prompt is not for the room to hear.
        guard leg.prompt == nil else { return }
        let frame = leg.received
        switch leg.room {
        case .home(let room, let port)?: room.mixer.add(frame.span, from: port)
        case .away(_, let ring, _)?: _ = ring.push(frame.span)
        case nil: leg.child?.write(frame.span)
        }
    }

    private func send(_ leg: MediaLeg, _ due: Instant, at now: Instant) {
        guard let session = leg.session else { return }
        // The array is taken out and put back, so that it is changed in place.
        var samples: [Int16] = []
        swap(&samples, &leg.toSend)
        var frame = samples.mutableSpan
        fill(&frame, leg, at: now)
        packets.tag = UInt64(leg.number)
        session.send(samples.span, at: due, into: &packets)
        swap(&samples, &leg.toSend)
        session.rtcp(at: now, random: random.next(), into: &packets)
    }

    /// Sends what the tick has made, each packet from the socket of its leg.
    func flush() {
        for packet in packets.packets {
            guard let leg = legs[Int(packet.tag)] else { continue }
            let socket = packet.isRTCP && !leg.isMultiplexed ? leg.ports.rtcp : leg.ports.rtp
            if !packet.isRTCP { figures.packetsSent += 1 }
            socket.send(packets.bytes.span.extracting(packet.range), to: packet.destination)
        }
        packets.removeAll()
    }

    /// The frame that the peer hears next.
    private func fill(_ frame: inout MutableSpan<Int16>, _ leg: MediaLeg, at now: Instant) {
        if leg.prompt != nil { return prompt(leg, &frame) }
        switch leg.room {
        case .home(let room, let port)?: return room.mixer.output(for: port, into: &frame)
        case .away(_, _, let ring)?:
            _ = ring.trim(to: 3)
            if !ring.pop(into: &frame) { frame.silence() }
            return
        case nil: break
        }
        switch leg.program.audio {
        case .silence, .room: frame.silence()
        case .tone: leg.tone?.fill(&frame)
        case .echo:
            for index in frame.indices { frame[index] = leg.received[index] }
        case .feed: play(leg, &frame, at: now)
        case .program:
            guard let child = leg.child else { return frame.silence() }
            if case .ended(let sentence) = child.read(into: &frame) {
                leg.child = nil
                leg.fedOut = now
                notices.append(sentence.map { .failed(leg.key, $0) } ?? .playedOut(leg.key))
            }
        }
    }

    private func prompt(_ leg: MediaLeg, _ frame: inout MutableSpan<Int16>) {
        leg.prompt?.fill(&frame)
        guard leg.prompt?.isFinished ?? true else { return }
        leg.prompt = nil
        notices.append(.promptPlayed(leg.key))
    }

    private func play(_ leg: MediaLeg, _ frame: inout MutableSpan<Int16>, at now: Instant) {
        guard let player = leg.player else { return frame.silence() }
        player.next(into: &frame)
        guard player.isFinished else { return }
        leg.player = nil
        leg.fedOut = now
        notices.append(player.failure.map { .failed(leg.key, $0) } ?? .playedOut(leg.key))
    }

    /// What need not happen every tick: time-outs and figures.
    private func review(_ leg: MediaLeg, at now: Instant) {
        guard let session = leg.session else { return }
        count(leg, isLast: false)
        if reportsStatistics { notices.append(.statistics(leg.key, leg.statistics(at: now))) }
        if let fedOut = leg.fedOut, let linger = leg.program.lingerAfterFeed, now - fedOut >= linger {
            leg.fedOut = nil
            notices.append(.lingered(leg.key))
        }
        let rules = leg.program.rules
        guard let limit = session.hasReceived ? rules.timeout : rules.initialTimeout, let since = leg.quietSince else {
            return
        }
        let last = max(since, session.statistics.lastPacket ?? since)
        if now - last >= limit {
            leg.quietSince = nil
            notices.append(.mediaTimeout(leg.key, limit))
        }
    }

    // MARK: figures

    /// Adds to the figures what a leg's session has counted since the last time.
    func count(_ leg: MediaLeg, isLast: Bool) {
        guard let now = leg.session?.statistics else { return }
        let before = leg.counted
        figures.packetsLost += max(0, now.packetsLost - before.packetsLost)
        figures.packetsLate += now.packetsLate - before.packetsLate
        figures.packetsRefused += now.packetsRefused - before.packetsRefused
        figures.framesConcealed += max(0, now.concealedFrames - before.concealedFrames)
        leg.counted = now
        // Losses are taken back when a packet was only late; counters never go back.
        leg.counted.packetsLost = max(now.packetsLost, before.packetsLost)
        leg.reviews += 1
        guard isLast || leg.reviews % 10 == 0, now.packetsReceived > 0 else { return }
        figures.jitter.observe(nanoseconds: Int64(now.jitterMs * 1_000_000))
    }

    func publish() { shared.figures[index].write(figures) }
}

extension MutableSpan<Int16> {
    /// Zeroes every sample.
    mutating func silence() {
        for index in indices { self[index] = 0 }
    }
}
