/// Turns packets that arrive when they like into 20 ms of sound at every tick.
///
/// `receive` puts a packet into the buffer, `play` takes a frame out. Time is in units of the 8000 Hz clock. Sound is placed by
/// timestamps, so packets may hold 10 to 60 ms; sequence numbers only tell loss from silence.
struct Playout: Sendable {
    /// What was done to the stream so far; packets and samples.
    struct Counts: Equatable, Sendable {
        var late = 0
        var duplicates = 0
        var discarded = 0
        var concealed = 0
        /// Frames that were left out, or put in, to bring the delay where it is wanted.
        var dropped = 0
        var inserted = 0
    }

    private enum State: Sendable {
        /// Nothing is being played: before the first packet, or in silence. The next packet begins a talk spurt.
        case stopped
        /// `end` is the timestamp of the sample that follows the line.
        case playing
    }

    private(set) var counts = Counts()
    /// How long samples wait from the fastest possible arrival to being played, in units.
    private(set) var currentDelay = 0

    private var state = State.stopped
    private var buffer = JitterBuffer()
    private(set) var delay = PlayoutDelay()
    private var line = SampleLine()
    private var concealer = LossConcealer()
    private var noise = ComfortNoise()
    private var end = 0
    private var lastTimestamp: Int?
    /// Ticks in a row in which the delay was too long, or too short.
    private var excess = 0
    private var deficit = 0

    /// Deviations from the wanted delay that are left alone: the phase between ticks and packets is up to 20 ms.
    private static let tooLong = 240
    private static let tooShort = -80
    /// Ticks that a deviation must last before anything is done, and until it is done even in loud sound.
    private static let patience = 5
    private static let urgency = 50
    /// 60 ms too long is worth a faster change.
    private static let muchTooLong = 480

    init() {}

    /// Takes a packet in. `sequence` is extended; `arrival` is when it reached the host.
    mutating func receive(
        _ packet: RTPPacket, sequence: Int64, content: JitterBuffer.Content, payload: Span<UInt8>, arrival: Int
    ) {
        let timestamp = extend(packet.timestamp)
        if case .audio = content { _ = delay.measure(timestamp: timestamp, arrival: arrival) }
        let entry = JitterBuffer.Entry(
            sequence: sequence, timestamp: timestamp, arrival: arrival, marker: packet.marker, content: content,
            count: 0, slot: 0)
        switch buffer.insert(entry, payload: payload) {
        case .held: break
        case .late: counts.late += 1
        case .duplicate: counts.duplicates += 1
        case .tooLarge: counts.discarded += 1
        case .overflow:
            // So many packets are no jitter any more. What is there is old; begin with the newest.
            counts.discarded += buffer.count
            buffer.removeAll()
            state = .stopped
            _ = buffer.insert(entry, payload: payload)
        }
    }

    /// Begins anew with another source or after its restart: sequence numbers and timestamps have nothing in common.
    mutating func restart() {
        buffer.removeAll()
        delay = PlayoutDelay()
        lastTimestamp = nil
        state = .stopped
        noise.stop()
    }

    /// Fills a frame: decoded, concealed, comfort noise or silence.
    mutating func play(into frame: inout MutableSpan<Int16>, at now: Int) {
        fill(at: now)
        adapt(at: now)
        line.take(into: &frame)
    }

    /// Whether sound is being played, or a hole in it concealed.
    var isPlaying: Bool { state == .playing }

    // MARK: Filling

    /// Brings the line to at least a frame.
    private mutating func fill(at now: Int) {
        while line.count < Frame.sampleCount {
            let needed = Frame.sampleCount - line.count
            switch state {
            case .stopped:
                guard begin(at: now) else { return pad(needed) }
            case .playing:
                extendLine(by: needed, at: now)
            }
        }
    }

    /// Appends what follows the end of the line: a packet, concealment or the beginning of a silence.
    private mutating func extendLine(by needed: Int, at now: Int) {
        guard let (entry, missing) = nextAudio() else { return concealUnderrun(needed, at: now) }
        let ahead = entry.timestamp - end
        if ahead == 0 {
            decode(entry, skipping: 0)
        } else if ahead < 0 {
            decodeOverlapping(entry, by: -ahead)
        } else if missing == 0 || ahead > (missing + 1) * Self.longestPacket {
            // No packet is missing, so the sender was silent (or moved its timestamps): wait for the new talk spurt.
            stop()
        } else {
            conceal(min(ahead, needed))
            end += min(ahead, needed)
            if concealer.isSilent { stop() }
        }
    }

    /// 60 ms: a larger step than the missing packets can explain is silence.
    private static let longestPacket = 480

    /// The next packet with audio. Packets without are passed over.
    private mutating func nextAudio() -> (entry: JitterBuffer.Entry, missing: Int)? {
        while let (entry, missing) = buffer.first {
            switch entry.content {
            case .audio: return (entry, missing)
            case .comfortNoise(let level): noise.start(level: level)
            case .nothing: break
            }
            // A packet may still come before this one, and then it must not be called late.
            guard missing == 0 || state == .stopped else { return nil }
            buffer.remove(entry)
        }
        return nil
    }

    private mutating func decode(_ entry: JitterBuffer.Entry, skipping: Int) {
        guard case .audio(let codec) = entry.content else { return }
        let waiting = line.count
        line.append(entry, as: codec, from: buffer, skipping: skipping)
        concealer.recover(on: &line, at: waiting)
        noise.stop()
        buffer.remove(entry)
        end = entry.timestamp + entry.count
    }

    /// A packet that begins before the end of the line: its beginning has been concealed already.
    private mutating func decodeOverlapping(_ entry: JitterBuffer.Entry, by overlap: Int) {
        if overlap < entry.count {
            decode(entry, skipping: overlap)
        } else if overlap > PlayoutDelay.maximum * 2 {
            // Too far back to be lateness: the sender moved its timestamps.
            stop()
        } else {
            counts.late += 1
            buffer.remove(entry)
        }
    }

    /// The buffer is empty. If the delay is too short anyway, the concealment also lengthens it.
    private mutating func concealUnderrun(_ needed: Int, at now: Int) {
        conceal(needed)
        if deviation(at: now) > Self.tooShort {
            end += needed
        } else {
            counts.inserted += 1
        }
        if concealer.isSilent { stop() }
    }

    private mutating func conceal(_ count: Int) {
        counts.concealed += count
        concealer.conceal(count, on: &line)
    }

    /// What is heard while nothing is played.
    private mutating func pad(_ count: Int) {
        for _ in 0..<count { line.append(noise.next()) }
    }

    // MARK: Talk spurts

    private mutating func stop() {
        state = .stopped
        concealer.reset()
        (excess, deficit) = (0, 0)
    }

    /// Begins a talk spurt when its first packet has waited long enough. Here the delay can change unheard.
    private mutating func begin(at now: Int) -> Bool {
        let due = delay.due(at: now)
        while let (entry, _) = nextAudio() {
            let waited = now - entry.arrival
            guard entry.timestamp <= due || waited >= PlayoutDelay.maximum else { return false }
            // After a hold-up many packets come at once. Those that would only make the delay longer are left out.
            if let following = buffer.entry(after: entry.sequence), following.timestamp < due - Frame.sampleCount,
                following.timestamp > entry.timestamp, case .audio = following.content
            {
                counts.discarded += 1
                buffer.remove(entry)
                continue
            }
            end = entry.timestamp
            state = .playing
            concealer.reset()
            return true
        }
        return false
    }

    // MARK: Adapting the delay while sound is played

    /// How much longer samples wait than they should; negative when they wait too little.
    private func deviation(at now: Int) -> Int { delay.due(at: now) - (end - line.count) }

    private mutating func adapt(at now: Int) {
        guard state == .playing else { return }
        let deviation = deviation(at: now)
        currentDelay = deviation + delay.target
        if deviation > Self.tooLong {
            excess += 1
            deficit = 0
            if excess >= Self.patience { shorten(by: deviation) }
        } else if deviation < Self.tooShort {
            deficit += 1
            excess = 0
            if deficit >= Self.patience { lengthen() }
        } else {
            (excess, deficit) = (0, 0)
        }
    }

    /// Leaves out a frame when it is quiet, or when it has waited for quiet too long.
    private mutating func shorten(by deviation: Int) {
        let urgency = deviation > Self.muchTooLong ? 2 * Self.patience : Self.urgency
        guard concealer.run == 0, isQuiet || excess >= urgency else { return }
        while line.count < 2 * Frame.sampleCount {
            guard let (entry, _) = nextAudio(), entry.timestamp == end else { return }
            decode(entry, skipping: 0)
        }
        line.merge(Frame.sampleCount)
        counts.dropped += 1
        excess = 0
    }

    /// Puts in a frame of the same pitch. The next packet is blended with it as after a loss.
    private mutating func lengthen() {
        guard concealer.run == 0, isQuiet || deficit >= Self.urgency, line.count == Frame.sampleCount else { return }
        concealer.conceal(Frame.sampleCount, on: &line)
        counts.inserted += 1
        deficit = 0
    }

    /// Whether the next frame is so low that a change is not heard: below about -46 dBov.
    private var isQuiet: Bool {
        var sum = 0
        for index in 0..<Frame.sampleCount { sum &+= Int(line[index].magnitude) }
        return sum < 160 * Frame.sampleCount
    }

    private mutating func extend(_ timestamp: RTPTimestamp) -> Int {
        guard let last = lastTimestamp else {
            lastTimestamp = Int(timestamp.rawValue)
            return Int(timestamp.rawValue)
        }
        let known = RTPTimestamp(UInt32(truncatingIfNeeded: last))
        let extended = last + timestamp.distance(since: known)
        lastTimestamp = extended
        return extended
    }
}
