import Core
import Media
import Testing

@Suite("RTP identifiers")
struct IdentifierTests {
    @Test(
        "sequence numbers are compared modulo 2^16 (RFC 3550 §A.1)",
        arguments: [
            (2, 65535, 3), (65535, 2, -3), (5, 5, 0), (0x7fff, 0, 0x7fff), (0x8000, 0, -0x8000), (0, 1, -1),
        ] as [(UInt16, UInt16, Int)])
    func sequenceDistance(later: UInt16, earlier: UInt16, distance: Int) {
        #expect(SequenceNumber(later).distance(since: SequenceNumber(earlier)) == distance)
    }

    @Test(
        "timestamps are compared modulo 2^32",
        arguments: [(0, 0xffff_ffff, 1), (0xffff_ffff, 0, -1), (160, 0, 160), (0x8000_0000, 0, -0x8000_0000)]
            as [(UInt32, UInt32, Int)])
    func timestampDistance(later: UInt32, earlier: UInt32, distance: Int) {
        #expect(RTPTimestamp(later).distance(since: RTPTimestamp(earlier)) == distance)
        #expect(RTPTimestamp(earlier).advanced(by: distance) == RTPTimestamp(later))
    }

    @Test("a payload type has seven bits; the marker's is dropped")
    func payloadType() {
        #expect(PayloadType(0x80 | 101) == PayloadType(101))
        #expect(SequenceNumber(65535).next == SequenceNumber(0))
    }

    @Test("samples and durations")
    func rates() {
        #expect(SampleRate.narrowband.samples(in: .milliseconds(20)) == SampleCount(160))
        #expect(SampleRate(hertz: 44100).samples(in: .seconds(1)) == SampleCount(44100))
        #expect(SampleRate.narrowband.duration(of: SampleCount(2240)) == .milliseconds(280))
    }
}
