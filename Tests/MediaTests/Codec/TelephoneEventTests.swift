import Core
import Media
import Support
import Testing

private struct Vector: Decodable {
    struct Packet: Decodable {
        var seq: Int
        var timestamp: UInt32
        var marker: Bool
        var event: UInt8
        var duration: UInt16
        var end: Bool
        var payload_hex: String

        var payload: [UInt8] {
            let digits = Array(payload_hex)
            return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        }
    }
    var packets: [Packet]
}

@Suite("telephone-event (RFC 4733)")
struct TelephoneEventTests {
    private let vector = Fixtures.json("vectors/rtp_telephone_event.json", as: Vector.self)

    /// Feeds the packets 50 ms apart, then silence; returns every report.
    private func receive(_ packets: [Vector.Packet]) -> [TelephoneEventReceiver.Report] {
        var receiver = TelephoneEventReceiver()
        var reports: [TelephoneEventReceiver.Report] = []
        var now = Instant.zero
        for packet in packets {
            now = Instant(nanoseconds: Int64(packet.timestamp) * 125_000 + Int64(packet.duration) * 125_000)
            guard let event = TelephoneEvent(parsing: packet.payload.span) else { continue }
            let report = receiver.receive(
                event, timestamp: RTPTimestamp(packet.timestamp), marker: packet.marker, at: now)
            if let report { reports.append(report) }
        }
        if let report = receiver.advance(to: now + .seconds(1)) { reports.append(report) }
        let again = receiver.advance(to: now + .seconds(2))
        #expect(again == nil)
        return reports
    }

    @Test("payloads read and write as in section 5, table 5")
    func payloads() {
        for packet in vector.packets {
            let event = TelephoneEvent(parsing: packet.payload.span)
            #expect(event?.event == packet.event && event?.isEnd == packet.end && event?.duration == packet.duration)
            var bytes: [UInt8] = []
            event?.append(to: &bytes)
            #expect(bytes == packet.payload)
        }
        let short: [UInt8] = [1, 2, 3]
        let event = TelephoneEvent(parsing: short.span)
        #expect(event == nil)
    }

    @Test("dialling 911 is three digits of 200, 250 and 220 ms")
    func reportsEachOnce() {
        let reports = receive(vector.packets)
        #expect(reports.map(\.event) == [9, 1, 1])
        #expect(reports.map(\.duration) == [1600, 2000, 1760])
    }

    @Test("without its beginning or all of its end packets a digit is still one digit")
    func survivesLoss() {
        #expect(receive(vector.packets.filter { !$0.marker }).map(\.event) == [9, 1, 1])
        #expect(receive(vector.packets.filter { !$0.end }).map(\.event) == [9, 1, 1])
        #expect(receive(vector.packets.filter(\.end)).map(\.duration) == [1600, 2000, 1760])
    }

    @Test("any loss that leaves one packet of each digit leaves each digit once", arguments: 0..<200)
    func randomLoss(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var kept = vector.packets.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
        for digit in Set(vector.packets.map(\.timestamp)) where !kept.contains(where: { $0.timestamp == digit }) {
            kept += vector.packets.filter { $0.timestamp == digit }.prefix(1)
        }
        kept.sort { $0.seq < $1.seq }
        #expect(receive(kept).map(\.event) == [9, 1, 1], "seed \(seed)")
    }

    @Test("each capture of a digit is that digit, once, 280 ms", arguments: Array("0123456789*#"))
    func captures(character: Character) throws {
        let name = character == "*" ? "star" : character == "#" ? "pound" : String(character)
        var capture = try PcapReader(Fixtures.bytes("media/dtmf_2833_\(name).pcap"))
        var configuration = MediaConfiguration(codec: .pcmu, remoteRTP: nil)
        configuration.telephoneEventToReceive = PayloadType(101)
        let session = MediaSession(
            configuration: configuration, ssrc: SSRC(1), start: (SequenceNumber(1), RTPTimestamp(0)), cname: [])
        var now = Instant.zero
        var packets = 0
        while let datagram = try capture.next() {
            packets += 1
            now = datagram.time
            let bytes = capture.bytes.span.extracting(datagram.payload)
            _ = session.receiveRTP(bytes, from: datagram.source, at: now)
        }
        var frame = [Int16](repeating: 0, count: 160)
        var span = frame.mutableSpan
        session.playout(into: &span, at: now + .seconds(1))
        var events: [MediaEvent] = []
        session.takeEvents(into: &events)
        let digits = events.filter { if case .digit = $0 { true } else { false } }
        let digit = try #require(DTMFDigit(ascii: character.asciiValue ?? 0))
        #expect(packets == 10)
        #expect(digits == [.digit(digit, duration: .milliseconds(280))])
    }

    @Test("an event longer than its 16 bits goes on in the next segment (§2.5.1.3)")
    func segments() {
        var receiver = TelephoneEventReceiver()
        var now = Instant.zero
        func take(_ duration: UInt16, _ timestamp: UInt32, end: Bool = false) -> TelephoneEventReceiver.Report? {
            now = now + .milliseconds(50)
            return receiver.receive(
                TelephoneEvent(event: 5, isEnd: end, volume: 10, duration: duration),
                timestamp: RTPTimestamp(timestamp),
                marker: false, at: now)
        }
        #expect(take(0xf800, 0) == nil)
        #expect(take(0xffff, 0) == nil)
        #expect(take(400, 0xffff) == nil)
        #expect(take(800, 0xffff, end: true)?.duration == 0xffff + 800)
        #expect(take(800, 0xffff, end: true) == nil)
    }

    @Test("late packets of the digit before are ignored")
    func lateRepeats() {
        let packets = vector.packets
        guard let second = packets.firstIndex(where: { $0.timestamp > 0 }) else { return }
        var order = packets
        order.swapAt(second - 1, second)
        #expect(receive(order).map(\.event) == [9, 1, 1])
    }

    @Test("a digit is sent with one timestamp, growing durations, a marker and three ends (§2.5.1)")
    func sends() {
        var sender = TelephoneEventSender()
        #expect(!sender.isActive)
        for digit in "1#".utf8.compactMap({ DTMFDigit(ascii: $0) }) {
            sender.append(digit, duration: .milliseconds(100), gap: .milliseconds(50))
        }
        var lines: [String] = []
        var timestamp = RTPTimestamp(0xffff_ffff)
        while sender.isActive, lines.count < 100 {
            if let step = sender.advance(timestamp: timestamp, units: 160) {
                let mark = (step.marker ? "M" : "") + (step.event.isEnd ? "E" : "")
                lines.append("\(step.event.event) \(step.event.duration) \(mark)@\(step.timestamp.rawValue)")
            } else {
                lines.append("-")
            }
            timestamp = timestamp.advanced(by: 160)
        }
        // The repeats of the end lie in the pause of 50 ms, which takes three ticks.
        #expect(
            lines == [
                "1 160 M@4294967295", "1 320 @4294967295", "1 480 @4294967295", "1 640 @4294967295",
                "1 800 E@4294967295", "1 800 E@4294967295", "1 800 E@4294967295", "-",
                "11 160 M@1279", "11 320 @1279", "11 480 @1279", "11 640 @1279", "11 800 E@1279", "11 800 E@1279",
                "11 800 E@1279", "-",
            ])
    }

    @Test("durations are brought to 40 ms at least and 8 s at most; a gap of nothing still repeats the end")
    func bounds() {
        for (wanted, units) in [(Duration.milliseconds(1), 320), (.seconds(60), 64_000), (.milliseconds(45), 360)] {
            var sender = TelephoneEventSender()
            guard let digit = DTMFDigit(event: 5) else { return }
            sender.append(digit, duration: wanted, gap: .zero)
            var last: TelephoneEvent?
            var ends = 0
            while sender.isActive {
                last = sender.advance(timestamp: RTPTimestamp(0), units: 160)?.event ?? last
                if last?.isEnd == true { ends += 1 }
            }
            #expect(last?.duration == UInt16(units))
            #expect(ends == 3)
        }
    }

    @Test("sixteen digits by character and by code; everything else is none")
    func digits() {
        let characters = Array("0123456789*#ABCD".utf8)
        for (code, character) in characters.enumerated() {
            #expect(DTMFDigit(event: UInt8(code))?.ascii == character)
            #expect(DTMFDigit(ascii: character)?.event == UInt8(code))
        }
        #expect(DTMFDigit(ascii: UInt8(ascii: "d"))?.description == "D")
        #expect(DTMFDigit(event: 16) == nil && DTMFDigit(ascii: UInt8(ascii: "E")) == nil)
    }
}
