import Core
import Media

/// Rooms of two G.711 phones, ROUNDS ticks long: receive, jitter buffer, decode, mix, encode, packetise for every phone.
///
/// usage: MediaBench ROUNDS [PHONES]
///
/// One tick of one phone is one unit: a packet in and a packet out. Instructions and allocations are counted from outside;
/// the time is printed for people. `MediaBench size PHONES` makes sessions and runs them for a second, for their memory.
@main
struct MediaBench {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let phones = arguments.dropFirst().first.flatMap { Int($0) } ?? 2
        let rounds = arguments.first.flatMap { Int($0) } ?? 50
        var rooms = (0..<((phones + 1) / 2)).map { Room(seed: UInt32($0)) }
        var batch = PacketBatch(reserving: 8)
        let clock = ContinuousClock()
        let start = clock.now
        for tick in 0..<rounds {
            for index in rooms.indices { rooms[index].run(tick, &batch) }
        }
        let spent = clock.now - start
        var heard = 0
        for room in rooms { heard &+= room.heard }
        let packets = max(rounds * rooms.count * 2, 1)
        print("media: \(packets) packets each way, \(spent.nanoseconds / Int64(packets)) ns each, sum \(heard)")
    }
}

/// Two phones in a room of their own.
private struct Room {
    private let mixer = Mixer(frameCount: Frame.sampleCount)
    private var phones: [MediaSession] = []
    private var ports: [Mixer.Port] = []
    private var packets: [[UInt8]] = []
    private var frame = [Int16](repeating: 0, count: Frame.sampleCount)
    private var events: [MediaEvent] = []
    private let peers = [
        SocketAddress(IPAddress(v4: 0xc000_0201), 4000), SocketAddress(IPAddress(v4: 0xc000_0202), 4000),
    ]
    private(set) var heard = 0

    init(seed: UInt32) {
        for index in 0..<2 {
            let configuration = MediaConfiguration(codec: index == 0 ? .pcmu : .pcma, remoteRTP: peers[index])
            phones.append(
                MediaSession(
                    configuration: configuration, ssrc: SSRC(seed &* 2 &+ UInt32(index)),
                    start: (SequenceNumber(1), RTPTimestamp(0)), cname: Array("bench".utf8)))
            ports.append(mixer.addPort())
            var bytes: [UInt8] = []
            RTPPacket.appendHeader(
                configuration.payloadTypeToSend, marker: false, (SequenceNumber(0), RTPTimestamp(0)), ssrc: SSRC(99),
                to: &bytes)
            // Something loud with some variety.
            bytes += (0..<160).map { UInt8(truncatingIfNeeded: $0 * 37 + index) }
            packets.append(bytes)
        }
        events.reserveCapacity(8)
    }

    mutating func run(_ tick: Int, _ batch: inout PacketBatch) {
        let now = Instant(nanoseconds: Int64(tick) * 20_000_000)
        // The frame is taken out and put back, so that it is changed in place.
        var frame: [Int16] = []
        swap(&frame, &self.frame)
        defer { swap(&frame, &self.frame) }
        for index in phones.indices {
            number(index, tick)
            // Arrivals with a jitter of 4 ms.
            let arrival = now - .milliseconds(5 + tick % 5)
            let packet = packets[index]
            _ = phones[index].receiveRTP(packet.span, from: peers[index], at: arrival)
        }
        for index in phones.indices {
            var span = frame.mutableSpan
            phones[index].playout(into: &span, at: now)
            mixer.add(frame.span, from: ports[index])
            phones[index].takeEvents(into: &events)
        }
        for index in phones.indices {
            var span = frame.mutableSpan
            mixer.output(for: ports[index], into: &span)
            phones[index].send(frame.span, at: now, into: &batch)
            heard &+= Int(frame[0])
        }
        mixer.clear()
        heard &+= batch.bytes.count
        batch.removeAll()
    }

    private mutating func number(_ index: Int, _ tick: Int) {
        let timestamp = UInt32(truncatingIfNeeded: tick * 160)
        packets[index][2] = UInt8(truncatingIfNeeded: tick >> 8)
        packets[index][3] = UInt8(truncatingIfNeeded: tick)
        for byte in 0..<4 { packets[index][4 + byte] = UInt8(truncatingIfNeeded: timestamp >> UInt32(24 - 8 * byte)) }
    }
}
