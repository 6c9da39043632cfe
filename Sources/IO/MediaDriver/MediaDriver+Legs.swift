internal import Core
internal import Media

/// Calls and room members come and go.
extension MediaDriver {
    /// Opens a leg for a call on ports that are already bound. Its media starts with `configure`.
    func open(_ key: CallKey, _ program: LegProgram, _ ports: RTPPorts) throws(IOError) {
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
    }

    /// Starts the media of a call, or changes it. The first time the program begins: the room is joined, the child started.
    func configure(_ key: CallKey, _ plan: MediaPlan, cname: [UInt8], seed: UInt64, at now: Instant) {
        guard let leg = leg(key) else { return }
        leg.codec = plan.codec.name
        leg.isMultiplexed = plan.rtcpMux
        leg.quietSince = plan.isHeld ? nil : now
        guard let configuration = MediaConfiguration(plan) else {
            return notices.append(.fault(key, "codec \(plan.codec.name) was agreed but cannot be used"))
        }
        if let session = leg.session { return session.configure(configuration) }
        let position = (
            SequenceNumber(UInt16(truncatingIfNeeded: seed >> 48)), RTPTimestamp(UInt32(truncatingIfNeeded: seed >> 16))
        )
        leg.session = MediaSession(
            configuration: configuration, ssrc: SSRC(UInt32(truncatingIfNeeded: seed)), start: position, cname: cname)
        leg.startedAt = now
        begin(leg)
        start(at: now)
    }

    /// Queues digits behind those that are still being sent.
    func send(_ digits: [DTMFDigit], on key: CallKey) { leg(key)?.session?.sendDigits(digits) }

    func statistics(of key: CallKey, at now: Instant) -> LegStatistics? { leg(key)?.statistics(at: now) }

    /// Ends a leg: RTCP BYE, room left, recording closed, child stopped, ports given back.
    func close(_ key: CallKey) {
        guard let number = legOf.removeValue(forKey: key), let leg = legs[Int(number)] else { return }
        packets.tag = UInt64(number)
        leg.session?.bye(into: &packets)
        flush()
        legs[Int(number)] = nil
        freeLegs.append(number)
        leave(leg)
        leg.recording?.close()
        leg.child?.stop()
        poll.remove(leg.ports.rtp.fd)
        poll.remove(leg.ports.rtcp.fd)
    }

    private func leg(_ key: CallKey) -> MediaLeg? { legOf[key].flatMap { legs[Int($0)] } }

    private func begin(_ leg: MediaLeg) {
        if let path = leg.program.recording {
            let (report, key) = (shared.report, leg.key)
            leg.recording = RecordingFile(path: path, sampleRate: 8000, on: shared.files) { event in
                if case .failed(let error) = event { report(.fault(key, "\(error)")) }
            }
        }
        switch leg.program.audio {
        case .silence, .echo: break
        case .tone(let frequency): leg.tone = ToneGenerator(frequency: frequency, level: -10)
        case .room(let name): join(name, leg)
        case .feed(let feed): leg.player = AudioPlayer(feed)
        case .program(let command):
            do { leg.child = try AudioChild(command, on: loop) } catch { notices.append(.failed(leg.key, "\(error)")) }
        }
        if !leg.program.digits.isEmpty { leg.session?.sendDigits(leg.program.digits) }
    }

    // MARK: rooms

    private func join(_ name: String, _ leg: MediaLeg) {
        let room = shared.rooms.join(name, from: index)
        if room.home == index {
            let mixed = mixedRoom(room)
            leg.room = .home(mixed, mixed.joinLocal())
        } else {
            let (toRoom, fromRoom) = (FrameRing(capacity: 8), FrameRing(capacity: 8))
            leg.room = .away(room, toRoom: toRoom, fromRoom: fromRoom)
            notices.append(.join(room, leg.key, toRoom: toRoom, fromRoom: fromRoom))
        }
    }

    private func leave(_ leg: MediaLeg) {
        switch leg.room {
        case .home(let mixed, let port)?:
            mixed.leaveLocal(port)
            shared.rooms.leave(mixed.room)
            if mixed.isEmpty { mixedRooms[mixed.room.number] = nil }
        case .away(let room, _, _)?:
            shared.rooms.leave(room)
            notices.append(.leave(room, leg.key))
        case nil: break
        }
        leg.room = nil
    }

    /// A call on another worker joins a room that is mixed here.
    func joinRemote(_ room: RoomDirectory.Room, _ key: CallKey, toRoom: FrameRing, fromRoom: FrameRing, at now: Instant)
    {
        mixedRoom(room).joinRemote(key, input: toRoom, output: fromRoom)
        start(at: now)
    }

    /// It left again.
    func leaveRemote(_ room: RoomDirectory.Room, _ key: CallKey) {
        guard let mixed = mixedRooms[room.number] else { return }
        mixed.leaveRemote(key)
        if mixed.isEmpty { mixedRooms[room.number] = nil }
    }

    private func mixedRoom(_ room: RoomDirectory.Room) -> MixedRoom {
        if let mixed = mixedRooms[room.number] { return mixed }
        let mixed = MixedRoom(room)
        mixedRooms[room.number] = mixed
        return mixed
    }
}
