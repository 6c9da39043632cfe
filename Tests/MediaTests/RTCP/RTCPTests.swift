import Core
import Media
import Support
import Testing

@Suite("RTCP (RFC 3550 §6)")
struct RTCPTests {
    private let info = SenderInfo(
        ntp: NTPTimestamp(rawValue: 0x0102_0304_0506_0708), rtp: RTPTimestamp(0x0a0b_0c0d), packets: 1000,
        octets: 160_000)
    private let block = ReportBlock(
        source: SSRC(9), loss: .init(fraction: 25, cumulative: -3, extendedHighest: 0x1_0005), jitter: 77,
        lastSenderReport: 0x0304_0506, delaySinceLast: 65536)

    private func compound(_ info: SenderInfo?, _ block: ReportBlock?, cname: String = "abc@example", bye: Bool = true)
        -> [UInt8]
    {
        var bytes: [UInt8] = []
        RTCPWriter.report(SSRC(5), info, block, to: &bytes)
        RTCPWriter.cname(Array(cname.utf8), of: SSRC(5), to: &bytes)
        if bye { RTCPWriter.bye(SSRC(5), to: &bytes) }
        return bytes
    }

    @Test("a compound reads as it was written")
    func roundTrip() throws {
        let bytes = compound(info, block)
        try RTCPPacket.validate(bytes.span)
        let report = try RTCPPacket(parsing: bytes.span, at: 0)
        #expect(report.kind == .senderReport && report.count == 1)
        let (sender, said) = (report.sender(in: bytes.span), report.senderInfo(in: bytes.span))
        let (first, second) = (report.block(0, in: bytes.span), report.block(1, in: bytes.span))
        #expect(sender == SSRC(5) && said == info)
        #expect(first == block && second == nil)
        let description = try RTCPPacket(parsing: bytes.span, at: report.end)
        #expect(description.kind == .sourceDescription)
        #expect(Array(bytes[description.content]) == [0, 0, 0, 5, 1, 11] + Array("abc@example".utf8) + [0, 0, 0])
        let bye = try RTCPPacket(parsing: bytes.span, at: description.end)
        #expect(bye.kind == .bye && bye.end == bytes.count)
        let leaves = [5, 6].map { bye.says(byeOf: SSRC($0), in: bytes.span) }
        #expect(leaves == [true, false])
    }

    @Test("a receiver report without blocks; names of every length fill whole words", arguments: 0...9)
    func emptyReport(length: Int) throws {
        let bytes = compound(nil, nil, cname: String(repeating: "x", count: length), bye: false)
        try RTCPPacket.validate(bytes.span)
        #expect(bytes.count % 4 == 0)
        let report = try RTCPPacket(parsing: bytes.span, at: 0)
        #expect(report.kind == .receiverReport && report.count == 0 && report.end == 8)
        let chunk = try RTCPPacket(parsing: bytes.span, at: 8).content
        #expect(bytes[chunk.upperBound - 1] == 0, "the list of items ends with a zero")
    }

    @Test(
        "what is no compound says why (§A.2)",
        arguments: [
            ([], .truncated), ([0x80, 201, 0], .truncated), ([0x40, 201, 0, 1, 0, 0, 0, 1], .badVersion),
            ([0x81, 202, 0, 2, 0, 0, 0, 1, 1, 0, 0, 0], .noReport),
            ([0x80, 201, 0, 2, 0, 0, 0, 1], .truncated), ([0x81, 201, 0, 1, 0, 0, 0, 1], .badCount),
            ([0x80, 200, 0, 1, 0, 0, 0, 1], .badCount),
            ([0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3], .badPadding),
            ([0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0], .badPadding),
            ([0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4, 0x81, 203, 0, 1, 0, 0, 0, 1], .badPadding),
            ([0x80, 201, 0, 1, 0, 0, 0, 1, 0x80, 203], .truncated),
            ([0x80, 201, 0, 1, 0, 0, 0, 1, 0x82, 203, 0, 1, 0, 0, 0, 1], .badCount),
        ] as [([UInt8], RTCPError)])
    func refuses(bytes: [UInt8], error: RTCPError) {
        #expect(throws: error) { try RTCPPacket.validate(bytes.span) }
    }

    @Test("RTP and RTCP on one port are told apart by the type (RFC 5761 §4)")
    func demultiplexing() {
        let report = compound(info, block)
        let rtp: [UInt8] = [0x80, 0x80 | 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]
        let verdicts = [report, rtp].map { RTCPPacket.isRTCP($0.span) }
        #expect(verdicts == [true, false])
    }

    @Test("the round trip is arrival less LSR less DLSR (§6.4.1, figure 2)")
    func roundTripTime() {
        // Figure 2: A = b710:8000, LSR = b705:2000, DLSR = 0005:4000, so 0006:2000 or 6.125 s.
        var block = block
        (block.lastSenderReport, block.delaySinceLast) = (0xb705_2000, 0x0005_4000)
        let arrival = NTPTimestamp(rawValue: 0xb710_8000 << 16)
        #expect(block.roundTrip(at: arrival) == .milliseconds(6125))
        block.lastSenderReport = 0
        #expect(block.roundTrip(at: arrival) == nil)
        (block.lastSenderReport, block.delaySinceLast) = (0xb710_8001, 0)
        #expect(block.roundTrip(at: arrival) == nil, "a clock that went back")
    }

    @Test("NTP timestamps: 32 bits of seconds, 32 of fraction")
    func ntp() {
        #expect(NTPTimestamp(Instant(nanoseconds: 1_500_000_000)).rawValue == 0x1_8000_0000)
        #expect(NTPTimestamp(Instant(nanoseconds: 1_500_000_000)).middle == 0x1_8000)
        #expect(NTPTimestamp.shortUnits(.milliseconds(250)) == 16384)
        #expect(NTPTimestamp.duration(shortUnits: 16384) == .milliseconds(250))
    }

    @Test("intervals are spread over half to one and a half of 5 s, compensated; the first is half (§6.3.1)")
    func intervals() throws {
        var random = SeededRandom(seed: 1)
        var sum = 0.0
        for _ in 0..<500 {
            var schedule = RTCPSchedule()
            let immediately = schedule.isDue(at: .zero, random: random.next())
            let first = try #require(schedule.due)
            #expect((2.5 * 0.5 / 1.21829...2.5 * 1.5 / 1.21827).contains((first - .zero).inSeconds))
            let early = schedule.isDue(at: first - .nanoseconds(1), random: random.next())
            let onTime = schedule.isDue(at: first, random: random.next())
            #expect(!immediately && !early && onTime)
            let second = try #require(schedule.due)
            #expect((5 * 0.5 / 1.21829...5 * 1.5 / 1.21827).contains((second - first).inSeconds))
            sum += (second - first).inSeconds
        }
        #expect(abs(sum / 500 - 5 / 1.21828) < 0.2)
    }

    @Test("seeds and past crashers of other parsers, whole and cut at any byte")
    func seeds() {
        for seed in FuzzSeeds.load("rtcp") {
            for count in 0...Swift.min(seed.count, 400) {
                let bytes = seed.span.extracting(0..<count)
                guard (try? RTCPPacket.validate(bytes)) != nil else { continue }
                var offset = 0
                while offset < count, let packet = try? RTCPPacket(parsing: bytes, at: offset) {
                    _ = packet.sender(in: bytes)
                    _ = packet.senderInfo(in: bytes)
                    for index in 0..<packet.count { _ = packet.block(index, in: bytes) }
                    _ = packet.says(byeOf: SSRC(1), in: bytes)
                    offset = packet.end
                }
                #expect(offset == count)
            }
        }
    }
}
