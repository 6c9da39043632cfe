internal import Core
internal import Media

/// Calls come and go.
extension MediaDriver {
    /// Opens a leg for a call on ports that are already bound. Its media starts with `configure`; before that, only a room hears of
    /// it, when the program has a dial tone.
    func open(_ key: CallKey, _ program: LegProgram, _ ports: RTPPorts, at now: Instant) throws(IOError) {
        let number = freeLegs.popLast() ?? UInt32(legs.count)
        if number == legs.count { legs.append(nil) }
        let leg = MediaLeg(key, number: number, program, ports)
        do {
            try poll.add(ports.rtp.fd, .init(leg: number, isRTCP: false))
            try poll.add(ports.rtcp.fd, .init(leg: number, isRTCP: true))
        } catch {
            freeLegs.append(number)
            throw error
        }
        legs[Int(number)] = leg
        legOf[key] = number
        leg.digits.append(program.digits)
        beginDialTone(leg, at: now)
        figures.legs = legOf.count
        publish()
    }

    /// Starts the media of a call, or changes it. The first time the program begins: the room is joined, the child started.
    func configure(_ key: CallKey, _ plan: MediaPlan, cname: [UInt8], seed: UInt64, at now: Instant) {
        guard let leg = leg(key) else { return }
        leg.codec = plan.codec.name
        leg.isMultiplexed = plan.rtcpMux
        leg.quietSince = plan.expectsAudio ? now : nil
        guard var configuration = MediaConfiguration(plan) else {
            return notices.append(.fault(key, "codec \(plan.codec.name) was agreed but cannot be used"))
        }
        configuration.followsSource = leg.program.rules.follows(plan.remoteRTP)
        if let session = leg.session { return session.configure(configuration) }
        let position = (
            SequenceNumber(UInt16(truncatingIfNeeded: seed >> 48)), RTPTimestamp(UInt32(truncatingIfNeeded: seed >> 16))
        )
        leg.session = MediaSession(
            configuration: configuration, ssrc: SSRC(UInt32(truncatingIfNeeded: seed)), start: position, cname: cname)
        leg.startedAt = now
        if !leg.waitsForACK { begin(leg) }
        start(at: now)
    }

    /// The peer has acknowledged our answer: a program that waited for that begins.
    func acknowledged(_ key: CallKey) {
        guard let leg = leg(key), leg.waitsForACK else { return }
        leg.waitsForACK = false
        if leg.session != nil { begin(leg) }
    }

    /// The call is answered: its dial tone ends, and its digits are sent.
    func answered(_ key: CallKey) {
        guard let leg = leg(key) else { return }
        leg.isAnswered = true
        leg.dialTone = nil
        sendDigits(leg)
    }

    func statistics(of key: CallKey, at now: Instant) -> LegStatistics? { leg(key)?.statistics(at: now) }

    /// Ends a leg: RTCP BYE, room left, recording closed, child stopped, ports given back.
    func close(_ key: CallKey) {
        guard let number = legOf.removeValue(forKey: key), let leg = legs[Int(number)] else { return }
        packets.tag = UInt64(number)
        leg.session?.bye(into: &packets)
        flush()
        count(leg, isLast: true)
        legs[Int(number)] = nil
        freeLegs.append(number)
        leave(leg)
        leg.recording?.close()
        leg.child?.stop()
        poll.remove(leg.ports.rtp.fd)
        poll.remove(leg.ports.rtcp.fd)
        figures.legs = legOf.count
        publish()
    }

    func leg(_ key: CallKey) -> MediaLeg? { legOf[key].flatMap { legs[Int($0)] } }
}
