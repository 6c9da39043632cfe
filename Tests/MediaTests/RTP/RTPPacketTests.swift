#if canImport(FoundationEssentials)
import FoundationEssentials
#endif
import Media
import Support
import Testing

struct FuzzSeeds: Decodable {
    struct Input: Decodable {
        var base64: String
    }
    var inputs: [Input]

    static func load(_ name: String) -> [[UInt8]] {
        Fixtures.json("fuzz/\(name).json", as: FuzzSeeds.self).inputs.map {
            Array(Data(base64Encoded: $0.base64) ?? Data())
        }
    }
}

@Suite("RTPPacket (RFC 3550 §5.1)")
struct RTPPacketTests {
    private static let header: [UInt8] = [0x80, 0x80, 0x12, 0x34, 0, 0, 0, 160, 0xde, 0xad, 0xbe, 0xef]

    @Test("the fixed header and a payload")
    func plain() throws {
        let bytes = Self.header + [1, 2, 3]
        let packet = try RTPPacket(parsing: bytes.span)
        #expect(packet.marker)
        #expect(packet.payloadType == .pcmu)
        #expect(packet.sequence == SequenceNumber(0x1234))
        #expect(packet.timestamp == RTPTimestamp(160))
        #expect(packet.ssrc == SSRC(0xdead_beef))
        #expect(packet.csrcs.isEmpty)
        #expect(packet.extensionProfile == nil)
        #expect(Array(bytes[packet.payload]) == [1, 2, 3])
    }

    @Test("CSRC list, header extension and padding are taken off the payload")
    func everything() throws {
        var bytes = Self.header
        bytes[0] = 0x80 | 0x20 | 0x10 | 2
        bytes += [0, 0, 0, 1, 0, 0, 0, 2]
        bytes += [0xbe, 0xde, 0, 1, 0x10, 0x7f, 0, 0]
        bytes += [9, 8, 7, 0, 0, 3]
        let packet = try RTPPacket(parsing: bytes.span)
        #expect(packet.csrcs == 12..<20)
        #expect(packet.extensionProfile == 0xbede)
        #expect(Array(bytes[packet.extensionContent]) == [0x10, 0x7f, 0, 0])
        #expect(Array(bytes[packet.payload]) == [9, 8, 7])
    }

    @Test(
        "what is no RTP says why",
        arguments: [
            ([], .truncated), (Array(header[..<11]), .truncated),
            ([0x40] + header[1...], .badVersion), ([0xc0] + header[1...], .badVersion),
            ([0x81] + header[1...], .truncated), ([0x8f] + header[1...] + [UInt8](repeating: 0, count: 59), .truncated),
            ([0x90] + header[1...], .truncated), ([0x90] + header[1...] + [0, 0, 0, 1], .truncated),
            ([0x90] + header[1...] + [0, 0, 0xff, 0xff, 0, 0, 0, 0], .truncated),
            ([0xa0] + header[1...] + [0], .badPadding), ([0xa0] + header[1...] + [1, 3], .badPadding),
            ([0xa0] + header[1...], .badPadding),
        ] as [([UInt8], RTPError)])
    func refuses(bytes: [UInt8], error: RTPError) {
        #expect(throws: error) { _ = try RTPPacket(parsing: bytes.span) }
    }

    @Test("padding may be the whole payload")
    func onlyPadding() throws {
        let bytes = [0xa0] + Self.header[1...] + [0, 2]
        let packet = try RTPPacket(parsing: bytes.span)
        #expect(packet.payload.isEmpty)
    }

    @Test("what is written reads the same")
    func roundTrip() throws {
        var bytes: [UInt8] = []
        RTPPacket.appendHeader(
            PayloadType(101), marker: true, (SequenceNumber(65535), RTPTimestamp(0xffff_fff0)), ssrc: SSRC(7),
            to: &bytes)
        let packet = try RTPPacket(parsing: bytes.span)
        #expect(packet.marker && packet.payloadType == PayloadType(101))
        #expect(packet.sequence == SequenceNumber(65535) && packet.timestamp == RTPTimestamp(0xffff_fff0))
        #expect(packet.ssrc == SSRC(7) && packet.payload == 12..<12)
    }

    @Test("seeds and past crashers of other parsers, whole and cut at any byte")
    func seeds() {
        for seed in FuzzSeeds.load("rtp") {
            for count in Swift.min(seed.count, 80)...Swift.max(seed.count, 0) where count <= seed.count {
                guard let packet = try? RTPPacket(parsing: seed.span.extracting(0..<count)) else { continue }
                #expect(packet.payload.upperBound <= count && packet.payload.lowerBound >= 12)
            }
        }
    }
}
