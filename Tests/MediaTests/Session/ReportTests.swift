import Core
import Media
import Support
import Testing

@Suite("MediaSession: RTCP")
struct ReportTests {
    private static let silence = [Int16](repeating: 0, count: 160)

    /// Runs two sessions against each other for some seconds; every RTCP packet takes `delay`.
    private func run(
        seconds: Int, loss: Int = 0, delay: Duration = .milliseconds(40), mux: Bool = false
    ) -> (SessionPair, sent: [PacketBatch.Packet]) {
        var pair = SessionPair { $0.rtcpMux = mux }
        var random = SeededRandom(seed: 9)
        var batch = PacketBatch()
        var sent: [PacketBatch.Packet] = []
        var inFlight: [(Instant, Bool, [UInt8])] = []
        for _ in 0..<(seconds * 50) {
            _ = pair.tick(Self.silence) { _ in loss == 0 || Int.random(in: 0..<100, using: &random) >= loss }
            for (isFromA, session) in [(true, pair.a), (false, pair.b)] {
                batch.removeAll()
                session.rtcp(at: pair.now, random: random.next(), into: &batch)
                for packet in batch.packets {
                    sent.append(packet)
                    inFlight.append((pair.now + delay, isFromA, Array(batch.bytes[packet.range])))
                }
            }
            for (time, isFromA, bytes) in inFlight where time <= pair.now {
                let base = isFromA ? SessionPair.addressA : SessionPair.addressB
                let source = mux ? base : SocketAddress(base.ip, base.port + 1)
                let receiver = isFromA ? pair.b : pair.a
                if mux {
                    #expect(receiver.receiveRTP(bytes.span, from: source, at: pair.now) == .accepted)
                } else {
                    receiver.receiveRTCP(bytes.span, from: source, at: pair.now)
                }
            }
            inFlight.removeAll { $0.0 <= pair.now }
        }
        return (pair, sent)
    }

    @Test("reports every few seconds; the round trip is that of the line", arguments: [false, true])
    func roundTrip(mux: Bool) throws {
        let (pair, sent) = run(seconds: 60, mux: mux)
        #expect((16...50).contains(sent.count), "\(sent.count) reports of two in a minute")
        #expect(sent.allSatisfy { $0.isRTCP })
        let toB = mux ? SessionPair.addressB : SocketAddress(SessionPair.addressB.ip, SessionPair.addressB.port + 1)
        #expect(sent.contains { $0.destination == toB })
        let measured = try #require(pair.a.statistics.roundTripMs)
        #expect(abs(measured - 80) < 1, "\(measured)")
        #expect(pair.a.statistics.remoteLossFraction == 0)
    }

    @Test("the peer's loss is told")
    func loss() throws {
        let (pair, _) = run(seconds: 60, loss: 20)
        let told = try #require(pair.a.statistics.remoteLossFraction)
        #expect((0.1...0.3).contains(told), "\(told)")
        #expect((400...800).contains(pair.b.statistics.packetsLost))
    }

    @Test("RTCP of strangers does not count; BYE of the peer is an event")
    func strangersAndBye() {
        var pair = SessionPair()
        for _ in 0..<5 { _ = pair.tick(Self.silence) }
        var batch = PacketBatch()
        pair.a.bye(into: &batch)
        let packet = batch.packets[0]
        let bytes = Array(batch.bytes[packet.range])
        let refused = pair.b.statistics.packetsRefused
        pair.b.receiveRTCP(bytes.span, from: SocketAddress(IPAddress(v4: 1), 4001), at: pair.now)
        #expect(pair.b.statistics.packetsRefused == refused + 1)
        let port = SessionPair.addressA.port + 1
        pair.b.receiveRTCP(bytes.span, from: SocketAddress(SessionPair.addressA.ip, port), at: pair.now)
        var events: [MediaEvent] = []
        pair.b.takeEvents(into: &events)
        #expect(events == [.bye])
    }

    @Test("who never sent anything says no BYE (§6.3.7)")
    func silentLeave() {
        let pair = SessionPair()
        var batch = PacketBatch()
        pair.b.bye(into: &batch)
        #expect(batch.packets.isEmpty)
    }

    @Test("after latching, RTCP goes beside the learned address, then where it comes from")
    func followsTheLatch() {
        var pair = SessionPair()
        let learned = SocketAddress(IPAddress(v4: 0xcb00_7101), 9000)
        var batch = PacketBatch()
        for _ in 0..<5 {
            batch.removeAll()
            pair.a.send(Self.silence.span, at: pair.now, into: &batch)
            pair.b.send(Self.silence.span, at: pair.now, into: &batch)
            _ = pair.b.receiveRTP(batch.bytes.span.extracting(batch.packets[0].range), from: learned, at: pair.now)
            pair.now = pair.now + .milliseconds(20)
        }
        #expect(pair.b.destination == learned)
        func destination() -> SocketAddress? {
            var batch = PacketBatch()
            pair.b.bye(into: &batch)
            return batch.packets.first?.destination
        }
        #expect(destination() == SocketAddress(learned.ip, 9001))
        batch.removeAll()
        pair.a.bye(into: &batch)
        let source = SocketAddress(learned.ip, 12345)
        pair.b.receiveRTCP(batch.bytes.span, from: source, at: pair.now)
        #expect(destination() == source)
    }
}
