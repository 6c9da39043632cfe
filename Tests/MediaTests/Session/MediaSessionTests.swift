import Core
import Media
import Support
import Testing

/// Two sessions on one virtual clock, joined by a line that a closure may tamper with.
struct SessionPair {
    let a: MediaSession
    let b: MediaSession
    static let addressA = SocketAddress(IPAddress(v4: 0xc000_0201), 4000)
    static let addressB = SocketAddress(IPAddress(v4: 0xc000_0202), 5000)
    var batch = PacketBatch()
    var now = Instant.zero
    var events: [MediaEvent] = []

    init(codec: VoiceFormat = .pcmu, _ change: (inout MediaConfiguration) -> Void = { _ in }) {
        var toB = MediaConfiguration(codec: codec, remoteRTP: Self.addressB)
        var toA = MediaConfiguration(codec: codec, remoteRTP: Self.addressA)
        change(&toB)
        change(&toA)
        a = MediaSession(
            configuration: toB, ssrc: SSRC(1), start: (SequenceNumber(65530), RTPTimestamp(0xffff_ff00)), cname: [97])
        b = MediaSession(
            configuration: toA, ssrc: SSRC(2), start: (SequenceNumber(7), RTPTimestamp(8000)), cname: [98])
    }

    /// One tick: a sends `frame`, b plays. Returns what b heard and the packets on the way.
    mutating func tick(_ frame: [Int16], passes: (Int) -> Bool = { _ in true }) -> (heard: [Int16], packets: [[UInt8]])
    {
        batch.removeAll()
        a.send(frame.span, at: now, into: &batch)
        var packets: [[UInt8]] = []
        for (index, packet) in batch.packets.enumerated() {
            packets.append(Array(batch.bytes[packet.range]))
            guard passes(index) else { continue }
            _ = b.receiveRTP(batch.bytes.span.extracting(packet.range), from: Self.addressA, at: now)
        }
        var heard = [Int16](repeating: 1, count: Frame.sampleCount)
        var span = heard.mutableSpan
        b.playout(into: &span, at: now + .milliseconds(10))
        b.takeEvents(into: &events)
        now = now + Frame.duration
        return (heard, packets)
    }
}

/// A tone of `hertz` that goes on from `start`.
func tone(_ hertz: Int, from start: Int, count: Int = 160, amplitude: Int = 8000) -> [Int16] {
    // Rotation by a fixed angle; the cosine and sine come from their series, so that no C library is needed.
    (start..<(start + count)).map { index in
        let turns = Double(index * hertz % 8000) / 8000
        return Int16(Double(amplitude) * sine(turns: turns))
    }
}

/// The sine of 2π·turns.
func sine(turns: Double) -> Double {
    var x = (turns - turns.rounded()) * 2 * Double.pi
    if x > Double.pi / 2 { x = Double.pi - x }
    if x < -Double.pi / 2 { x = -Double.pi - x }
    var term = x
    var sum = x
    for n in stride(from: 2.0, through: 16, by: 2) {
        term *= -x * x / (n * (n + 1))
        sum += term
    }
    return sum
}

@Suite("MediaSession: the chain of one call")
struct MediaSessionTests {
    @Test("what one end says, the other hears", arguments: VoiceFormat.allCases)
    func passesSound(codec: VoiceFormat) {
        var pair = SessionPair(codec: codec)
        var heard: [Int16] = []
        for n in 0..<50 { heard += pair.tick(tone(400, from: n * 160)).heard }
        let start = heard.firstIndex { $0 != 0 } ?? heard.count
        #expect(start <= 5 * 160, "sound begins within 100 ms, not after \(start) samples")
        let said = tone(400, from: 0, count: 8000)
        // A sine begins at zero, which µ-law keeps and A-law does not, so the sound begins here or one sample before.
        let worst =
            [start, start - 1].map { from in
                zip(heard[start...], said[(start - from)...]).map { abs(Int($0) - Int($1)) }.max() ?? 0
            }.min() ?? 0
        #expect(worst < 300, "companding error \(worst)")
        #expect(pair.b.statistics.concealedFrames == 0)
        #expect(pair.b.statistics.packetsReceived == 50)
        #expect(pair.b.statistics.packetsLost == 0)
        #expect(abs(pair.a.statistics.levelOut - -15) <= 1)
    }
}
