import Core
import Media
import Support
import Testing

@Suite("MediaSession: what a call does to it")
struct CallTests {
    private static let silence = [Int16](repeating: 0, count: 160)
    private let stranger = SocketAddress(IPAddress(v4: 0xcb00_7101), 6000)

    private func session(
        remote: SocketAddress? = SessionPair.addressA, _ change: (inout MediaConfiguration) -> Void = { _ in }
    ) -> MediaSession {
        var configuration = MediaConfiguration(codec: .pcmu, remoteRTP: remote)
        change(&configuration)
        return MediaSession(
            configuration: configuration, ssrc: SSRC(1), start: (SequenceNumber(1), RTPTimestamp(0)), cname: [120])
    }

    private func packet(
        _ sequence: Int, payloadType: UInt8 = 0, ssrc: UInt32 = 77, payload: [UInt8]? = nil
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        let position = (SequenceNumber(UInt16(truncatingIfNeeded: sequence)), RTPTimestamp(UInt32(sequence) * 160))
        RTPPacket.appendHeader(PayloadType(payloadType), marker: false, position, ssrc: SSRC(ssrc), to: &bytes)
        return bytes + (payload ?? [UInt8](repeating: 0x90, count: 160))
    }

    /// A packet of a digit that lasts 100 ms, and began `position` packets after the beginning.
    private func digit(
        _ event: UInt8, _ sequence: UInt16, at position: Int, ssrc: UInt32 = 77, isEnd: Bool = false
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        let place = (SequenceNumber(sequence), RTPTimestamp(UInt32(position) * 160))
        RTPPacket.appendHeader(PayloadType(101), marker: !isEnd, place, ssrc: SSRC(ssrc), to: &bytes)
        TelephoneEvent(event: event, isEnd: isEnd, volume: 10, duration: 800).append(to: &bytes)
        return bytes
    }

    private func give(
        _ session: MediaSession, _ bytes: [UInt8], from source: SocketAddress = SessionPair.addressA, ms: Int = 0
    ) -> MediaSession.Verdict {
        session.receiveRTP(bytes.span, from: source, at: .zero + .milliseconds(ms))
    }

    private func play(_ session: MediaSession, ms: Int) -> [Int16] {
        var frame = Self.silence
        var span = frame.mutableSpan
        session.playout(into: &span, at: .zero + .milliseconds(ms))
        return frame
    }

    private func send(_ session: MediaSession, _ ticks: Range<Int>, _ frame: [Int16] = silence) -> [RTPPacket] {
        var batch = PacketBatch()
        for tick in ticks { session.send(frame.span, at: .zero + .milliseconds(20 * tick), into: &batch) }
        return batch.packets.compactMap { try? RTPPacket(parsing: batch.bytes.span.extracting($0.range)) }
    }

    private func events(_ session: MediaSession) -> [MediaEvent] {
        var events: [MediaEvent] = []
        session.takeEvents(into: &events)
        return events
    }

    // MARK: Receiving

    @Test("verdicts: not RTP, unknown payload type, wrong source")
    func verdicts() {
        let session = session { $0.latching = false }
        #expect(give(session, [1, 2, 3]) == .notRTP)
        #expect(give(session, packet(1, payloadType: 99)) == .unknownPayload)
        #expect(give(session, packet(1), from: stranger) == .wrongSource)
        #expect(give(session, packet(1)) == .accepted)
        #expect(give(session, packet(9000)) == .outOfSequence)
        #expect(session.statistics.packetsRefused == 4)
        #expect(session.statistics.packetsReceived == 1 && session.statistics.bytesReceived == 160)
        #expect(session.statistics.lastPacket == .zero)
    }

    @Test("a recorded call is decoded whole: 236 packets of 30 ms A-law")
    func recordedCall() throws {
        var capture = try PcapReader(Fixtures.bytes("media/g711a.pcap"))
        let session = session(remote: nil) { configuration in
            configuration.codec = .pcma
            configuration.payloadTypesToReceive = [.pcma: .pcma]
        }
        var expected: [Int16] = []
        var heard: [Int16] = []
        var arrivals: [(Instant, SocketAddress, Range<Int>)] = []
        while let datagram = try capture.next() {
            arrivals.append((datagram.time, datagram.source, datagram.payload))
            expected += capture.bytes[datagram.payload].dropFirst(12).map { G711.decodeALaw($0) }
        }
        let start = try #require(arrivals.first).0
        var next = 0
        for tick in 1...400 {
            let now = start + .milliseconds(20) * tick
            while next < arrivals.count, arrivals[next].0 <= now {
                let (time, source, range) = arrivals[next]
                _ = session.receiveRTP(capture.bytes.span.extracting(range), from: source, at: time)
                next += 1
            }
            var frame = Self.silence
            var span = frame.mutableSpan
            session.playout(into: &span, at: now)
            heard += frame
        }
        let statistics = session.statistics
        // Without a negotiated address the first packet only makes a candidate of its source.
        #expect(statistics.packetsReceived == 235)
        #expect(statistics.packetsLost == 0 && statistics.packetsLate == 0)
        #expect(statistics.droppedFrames <= 1)
        // Everything but what a changed delay left out or concealed is there, in order, bit for bit.
        let blocks = stride(from: 240, to: expected.count - 1000, by: 480).map { Array(expected[$0..<($0 + 40)]) }
        var from = 0
        var found = 0
        for block in blocks {
            guard let place = (from..<(heard.count - 40)).first(where: { Array(heard[$0..<($0 + 40)]) == block }) else {
                continue
            }
            found += 1
            from = place
        }
        #expect(found >= blocks.count - 3, "\(found) of \(blocks.count)")
    }

    @Test("another SSRC takes over with its second packet in sequence")
    func ssrcChange() {
        let session = session()
        for n in 0..<20 {
            _ = give(session, packet(n), ms: n * 20)
            _ = play(session, ms: n * 20 + 5)
        }
        #expect(give(session, packet(500, ssrc: 88), ms: 400) == .wrongSource)
        #expect(give(session, packet(501, ssrc: 88), ms: 420) == .accepted)
        #expect(events(session) == [.ssrcChanged(SSRC(88))])
        for n in 502..<520 {
            _ = give(session, packet(n, ssrc: 88, payload: Array(repeating: 0xa0, count: 160)), ms: 440)
        }
        let heard = (0..<12).map { play(session, ms: 460 + $0 * 20)[159] }
        #expect(heard.contains(G711.decodeULaw(0xa0)))
        #expect(session.statistics.packetsLost == 0)
    }

    @Test("packets that bear our own SSRC are an echo, and heard")
    func echo() {
        let session = session()
        #expect(give(session, packet(1, ssrc: 1)) == .accepted)
        #expect(events(session) == [.collision])
    }

    @Test("comfort noise fills the silence at its level (RFC 3389)")
    func comfortNoise() {
        let session = session()
        for n in 0..<10 {
            _ = give(session, packet(n), ms: n * 20)
            _ = play(session, ms: n * 20 + 5)
        }
        _ = give(session, packet(10, payloadType: 13, payload: [40]), ms: 200)
        for tick in 11..<20 { _ = play(session, ms: tick * 20 + 5) }
        var meter = LevelMeter()
        for tick in 20..<70 { meter.add(play(session, ms: tick * 20 + 5).span) }
        #expect(abs(meter.level - -40) <= 2, "\(meter.level) dBov")
    }

    @Test("on hold nothing is played and nothing sent; time goes on")
    func hold() {
        let session = session()
        var packets = send(session, 0..<10)
        var configuration = MediaConfiguration(codec: .pcmu, remoteRTP: SessionPair.addressA)
        configuration.direction = .inactive
        session.configure(configuration)
        _ = give(session, packet(1))
        #expect(send(session, 10..<20).isEmpty)
        #expect((0..<10).allSatisfy { play(session, ms: $0 * 20) == Self.silence })
        configuration.direction = .sendrecv
        session.configure(configuration)
        let resumed = send(session, 20..<22)
        packets += resumed
        #expect(packets.map(\.sequence.rawValue) == Array(1...12))
        let times: [UInt32] = Array(0..<10) + [20, 21]
        #expect(packets.map(\.timestamp.rawValue) == times.map { $0 * 160 })
        #expect(packets.indices.filter { packets[$0].marker } == [0, 10])
    }

    // MARK: Sending

    @Test("packets of 10 to 60 ms", arguments: [(10, 20), (20, 10), (30, 6), (40, 5), (60, 3)])
    func ptime(milliseconds: Int, count: Int) {
        let session = session { $0.ptime = .milliseconds(milliseconds) }
        let packets = send(session, 0..<10)
        let samples = milliseconds * 8
        #expect(packets.count == count)
        #expect(packets.allSatisfy { $0.payload.count == samples })
        #expect(packets.map(\.timestamp.rawValue) == (0..<count).map { UInt32($0 * samples) })
        #expect(session.statistics.packetsSent == count && session.statistics.bytesSent == count * samples)
    }

    @Test("without a destination nothing is sent")
    func noDestination() {
        #expect(send(session(remote: nil), 0..<5).isEmpty)
    }

    @Test("digits take the place of audio, then audio goes on with its time")
    func digits() throws {
        let session = session()
        var packets = send(session, 0..<2)
        let digit = try #require(DTMFDigit(ascii: UInt8(ascii: "5")))
        var sequence = DTMFSequence([.digit(digit)])
        (sequence.tone, sequence.gap) = (.milliseconds(100), .milliseconds(50))
        #expect(session.send(sequence))
        #expect(session.isSendingDigits)
        packets += send(session, 2..<12)
        #expect(!session.isSendingDigits)
        #expect(packets.map(\.payloadType.rawValue) == [0, 0, 101, 101, 101, 101, 101, 101, 101, 0, 0])
        #expect(packets.map(\.sequence.rawValue) == Array(1...11))
        let times: [UInt32] = [0, 1, 2, 2, 2, 2, 2, 2, 2, 10, 11]
        #expect(packets.map(\.timestamp.rawValue) == times.map { $0 * 160 })
        #expect(packets.indices.filter { packets[$0].marker } == [0, 2, 9])
    }

    @Test("digits are not queued for a peer that does not take them")
    func noDigits() throws {
        let session = session { $0.telephoneEventToSend = nil }
        let digit = try #require(DTMFDigit(event: 1))
        #expect(!session.send(DTMFSequence([.digit(digit)])))
        #expect(!session.isSendingDigits)
    }

    @Test("digits from one end arrive at the other, whatever the line loses", arguments: 0..<10)
    func digitsThroughLoss(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var pair = SessionPair()
        let digits = "159*#0".utf8.compactMap { DTMFDigit(ascii: $0) }
        var sequence = DTMFSequence(digits.map { .digit($0) })
        (sequence.tone, sequence.gap) = (.milliseconds(120), .milliseconds(50))
        for _ in 0..<20 { _ = pair.tick(Self.silence) }
        pair.a.send(sequence)
        for _ in 0..<120 { _ = pair.tick(Self.silence) { _ in Int.random(in: 0..<10, using: &random) > 2 } }
        let heard = pair.events.compactMap { if case .digit(let digit, _) = $0 { digit } else { nil } }
        #expect(heard == digits, "seed \(seed)")
    }

    @Test("ticks that were left out are made up in timestamps")
    func missedTicks() {
        let session = session()
        let packets = send(session, 0..<2) + send(session, 52..<53)
        #expect(packets.map(\.timestamp.rawValue) == [0, 160, 52 * 160])
        #expect(packets.map(\.marker) == [true, false, true])
    }

    @Test("digits are heard of a stream that begins anew, with timestamps before those of the digits until then")
    func digitsOfAnotherStream() {
        let session = session()
        let later = 0x4000_0000 / 160
        #expect(give(session, digit(1, 100, at: later, isEnd: true)) == .accepted)
        #expect(give(session, digit(2, 101, at: later + 10), ms: 200) == .accepted)
        #expect(give(session, packet(500, ssrc: 88), ms: 300) == .wrongSource)
        #expect(give(session, packet(501, ssrc: 88), ms: 320) == .accepted)
        #expect(give(session, digit(3, 502, at: 502, ssrc: 88, isEnd: true), ms: 340) == .accepted)
        // The same source begins again, at another place.
        #expect(give(session, packet(9000, ssrc: 88), ms: 360) == .outOfSequence)
        #expect(give(session, digit(4, 9001, at: 10, ssrc: 88, isEnd: true), ms: 380) == .accepted)
        let heard = events(session)
        let digits = heard.compactMap { if case .digit(let digit, .milliseconds(100)) = $0 { "\(digit)" } else { nil } }
        #expect(digits == ["1", "2", "3", "4"])
        #expect(heard.firstIndex(of: .ssrcChanged(SSRC(88))) == 2, "the digit that was held ends with its stream")
    }

    // MARK: Latching

    @Test("two packets in sequence from elsewhere move the destination once, if the negotiated source is silent")
    func latches() {
        let session = session()
        #expect(give(session, packet(1), from: stranger) == .wrongSource)
        #expect(give(session, packet(3), from: stranger) == .wrongSource)
        #expect(session.destination == SessionPair.addressA)
        #expect(give(session, packet(4), from: stranger) == .accepted)
        #expect(session.destination == stranger)
        #expect(events(session) == [.latched(stranger)])
        let other = SocketAddress(stranger.ip, 6002)
        for n in 5..<20 { #expect(give(session, packet(n), from: other) == .wrongSource) }
        #expect(give(session, packet(20)) == .wrongSource, "not even the negotiated one")
    }

    @Test("once the negotiated source has spoken, nobody takes the call over")
    func doesNotLatchLater() {
        let session = session()
        #expect(give(session, packet(1)) == .accepted)
        #expect(give(session, packet(1), from: stranger) == .wrongSource)
        #expect(give(session, packet(2)) == .accepted)
        for n in 2..<20 { #expect(give(session, packet(n), from: stranger) == .wrongSource) }
        #expect(session.destination == SessionPair.addressA)
        #expect(events(session).isEmpty)
    }

    @Test("a session that follows takes another source, but only when the one before has fallen silent")
    func follows() {
        let session = session { $0.followsSource = true }
        for n in 1...2 { #expect(give(session, packet(n), ms: n * 20) == .accepted) }
        for n in 3...20 {
            #expect(give(session, packet(n), from: stranger, ms: n * 20) == .wrongSource)
            #expect(give(session, packet(n), ms: n * 20) == .accepted)
        }
        for n in 21...44 { #expect(give(session, packet(n), from: stranger, ms: n * 20) == .wrongSource) }
        #expect(session.destination == SessionPair.addressA)
        #expect(give(session, packet(45), from: stranger, ms: 900) == .wrongSource, "one packet is no stream")
        #expect(give(session, packet(46), from: stranger, ms: 920) == .accepted)
        #expect(session.destination == stranger)
        #expect(give(session, packet(47), ms: 940) == .wrongSource)
    }

    @Test("unknown payload types never latch; latching can be forbidden")
    func latchingRules() {
        let strict = session { $0.latching = false }
        for n in 1..<5 { #expect(give(strict, packet(n), from: stranger) == .wrongSource) }
        let open = session()
        for n in 1..<5 { #expect(give(open, packet(n, payloadType: 50), from: stranger) == .unknownPayload) }
        #expect(open.destination == SessionPair.addressA)
    }

    @Test("a re-INVITE with the same address keeps what was learned; another address opens the latch again")
    func reinvite() {
        let session = session()
        for n in 1...2 { _ = give(session, packet(n), from: stranger) }
        #expect(session.destination == stranger)
        session.configure(MediaConfiguration(codec: .pcma, remoteRTP: SessionPair.addressA))
        #expect(session.destination == stranger)
        session.configure(MediaConfiguration(codec: .pcmu, remoteRTP: SessionPair.addressB))
        #expect(session.destination == SessionPair.addressB)
        #expect(give(session, packet(3), from: SessionPair.addressB) == .accepted)
    }
}
