import Core
@testable import Media
import Support

/// A sender, a line that loses, delays and repeats, and a `Playout` at its end, on a virtual clock of one tick a step.
///
/// A packet's samples all have the code of its number, so that what is heard tells which packet it came from.
struct JitterLine {
    var playout = Playout()
    /// Samples in a packet.
    var samples = 160
    /// Ticks run so far.
    private(set) var tick = 0
    /// What each frame began with: the number of a packet, or nil for anything else.
    private(set) var heard: [Int?] = []
    private(set) var frames: [[Int16]] = []

    /// Packets that were given to the playout.
    private(set) var delivered = 0
    private var number = 0
    private var tracker = SequenceTracker(minimumInSequence: 1)
    private var inFlight: [(arrival: Instant, bytes: [UInt8])] = []
    var timestamp: UInt32 = 1_000_000
    private var sequence: UInt16 = 65_500
    /// Sending is this much ahead of arriving, at least.
    static let transit = Duration.milliseconds(37)

    /// The time of a tick; ticks come 3 ms after packets would.
    static func time(_ tick: Int) -> Instant { .zero + .milliseconds(20) * tick }

    /// Codes whose values are far enough apart and loud.
    static func code(_ number: Int) -> UInt8 { UInt8(0x80 + number % 64) }

    private static let values = (0..<64).map { G711.decodeULaw(code($0)) }

    /// What the line does in this tick, as a letter: `P` a packet, `L` one that is lost, `T` one that comes twice, `1`–`F` one that
    /// comes so many ticks late, `S` silence: no packet but time, `N` a packet without audio.
    mutating func run(_ script: String) {
        for letter in script where !letter.isWhitespace { step(letter) }
    }

    mutating func step(_ letter: Character, delay: Duration = .zero) {
        let sent = Self.time(tick) + Self.transit
        switch letter {
        case "S": timestamp &+= UInt32(samples)
        case "L": _ = packet()
        case "T":
            let bytes = packet()
            inFlight += [(sent, bytes), (sent + .milliseconds(1), bytes)]
        case "N":
            inFlight.append((sent, packet(payloadType: 101)))
        default:
            let late = letter.hexDigitValue ?? 0
            inFlight.append((sent + .milliseconds(20) * late + delay, packet()))
        }
        advance()
    }

    /// Samples sent so far by `put`.
    private(set) var sent = 0

    /// Sends a packet now, without the passing of time.
    mutating func put() {
        inFlight.append((Self.time(tick) + Self.transit, packet()))
        sent += samples
    }

    /// Time passes and nothing is sent.
    mutating func advance() {
        tick += 1
        let now = Self.time(tick) + .milliseconds(3)
        // In the order of their arrival; equal ones as they were sent.
        let due = inFlight.enumerated().filter { $0.element.arrival <= now }
            .sorted { ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset) }
        inFlight.removeAll { $0.arrival <= now }
        for (_, element) in due { receive(element.bytes, element.arrival) }
        play(at: now)
    }

    mutating func receive(_ bytes: [UInt8], _ arrival: Instant) {
        guard let packet = try? RTPPacket(parsing: bytes.span) else { return }
        let sequence: Int64
        switch tracker.receive(packet.sequence) {
        case .valid(let extended): sequence = extended
        case .restarted(let extended):
            playout.restart()
            sequence = extended
        case .onProbation, .suspicious: return
        }
        let isAudio = packet.payloadType == .pcmu
        let payload = bytes.span.extracting(isAudio ? packet.payload : 12..<12)
        delivered += 1
        playout.receive(
            packet, sequence: sequence, content: isAudio ? .audio(.pcmu) : .nothing, payload: payload,
            arrival: arrival.units)
    }

    mutating func play(at now: Instant) {
        var frame = [Int16](repeating: 0, count: Frame.sampleCount)
        var span = frame.mutableSpan
        playout.play(into: &span, at: now.units)
        frames.append(frame)
        // The end of a frame: its beginning may be blended with concealment.
        let value = frame[Frame.sampleCount - 1]
        heard.append(value == 0 ? nil : Self.values.firstIndex(of: value))
    }

    mutating func packet(payloadType: UInt8 = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        RTPPacket.appendHeader(
            PayloadType(payloadType), marker: false, (SequenceNumber(sequence), RTPTimestamp(timestamp)), ssrc: SSRC(1),
            to: &bytes)
        bytes += [UInt8](repeating: Self.code(number), count: samples)
        number += 1
        sequence &+= 1
        timestamp &+= UInt32(samples)
        return bytes
    }

    /// Jumps of the sender's numbers.
    mutating func jump(sequence: UInt16 = 0, timestamp: UInt32 = 0) {
        self.sequence &+= sequence
        self.timestamp &+= timestamp
    }

    /// Numbers of the packets that were heard, each once, in order.
    var order: [Int] {
        var result: [Int] = []
        for case let number? in heard where number != result.last { result.append(number) }
        return result
    }
}
