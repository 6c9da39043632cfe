import Testing

@testable import Core

/// A message with a field of every kind, and one nested.
private struct Sample: ProtobufMessage, Equatable {
    var text = ""
    var flag = false
    var small: Int32 = 0
    var large: Int64 = 0
    var list: [String] = []
    var features: [SIPFeature] = []
    var map: [String: String] = [:]
    var choice: String?
    var media: MediaPolicy?
    var time: Duration?
    var span: Duration?

    static let schema = MessageSchema<Self>([
        .field(1, "text", \.text),
        .field(2, "flag", \.flag),
        .field(3, "small_number", \.small),
        .field(4, "large", \.large),
        .list(5, "list", \.list),
        .list(6, "features", \.features),
        .map(7, "map", \.map),
        .optional(8, "choice", \.choice),
        .message(9, "media", \.media),
        .timestamp(10, "time", \.time),
        .message(11, "span", \.span),
    ])
}

@Suite("Protobuf wire format")
struct ProtobufReaderTests {
    @Test("Defaults take no bytes; what is set has the bytes of the standard's examples")
    func bytes() {
        var sample = Sample()
        #expect(sample.protobuf.isEmpty)
        sample.text = "testing"
        sample.small = 150
        #expect(sample.protobuf == [0x0a, 7] + Array("testing".utf8) + [0x18, 0x96, 0x01])
        sample = Sample()
        sample.small = -1
        #expect(sample.protobuf == [0x18] + Array(repeating: 0xff, count: 9) + [0x01])
        sample = Sample()
        sample.map = ["b": "2", "a": "1"]
        #expect(sample.protobuf == [0x3a, 6, 0x0a, 1, 0x61, 0x12, 1, 0x31, 0x3a, 6, 0x0a, 1, 0x62, 0x12, 1, 0x32])
        sample = Sample()
        sample.features = [.none, .krispEnabled]
        #expect(sample.protobuf == [0x32, 2, 0, 1], "numbers are packed")
        sample = Sample()
        sample.choice = ""
        #expect(sample.protobuf == [0x42, 0], "presence is kept")
        sample = Sample()
        sample.span = .milliseconds(1500)
        #expect(sample.protobuf == [0x5a, 8, 0x08, 1, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01])
    }

    @Test("What is written is read again")
    func roundTrip() throws {
        var sample = Sample()
        (sample.text, sample.flag, sample.small, sample.large) = ("ä", true, .min, .max)
        (sample.list, sample.features) = (["", "x"], [.krispEnabled, .none])
        (sample.map, sample.choice) = (["": "v", "k": ""], "")
        sample.media = MediaPolicy()
        (sample.time, sample.span) = (.milliseconds(-1500), .milliseconds(-1500))
        #expect(try Sample(protobuf: sample.protobuf) == sample)
        #expect(try Sample(json: sample.json()) == sample)
        #expect(try Sample(json: sample.json(.sparse)) == sample)
    }

    @Test("Unknown fields of every wire type are skipped, and known ones of another type")
    func unknownFields() throws {
        let unknown: [[UInt8]] = [
            [0xa0, 0x06, 0x80, 0x01],  // 100: varint
            [0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8],  // fixed64
            [0xa2, 0x06, 3, 1, 2, 3],  // delimited
            [0xa5, 0x06, 1, 2, 3, 4],  // fixed32
            [0xa3, 0x06, 0x0a, 1, 0x61, 0xa3, 0x06, 0xa4, 0x06, 0xa4, 0x06],  // group in a group
            [0x08, 0x05],  // text as a varint
        ]
        for bytes in unknown {
            #expect(try Sample(protobuf: bytes + [0x10, 1]).flag)
        }
    }

    @Test("Lists of numbers are read packed and one by one; unknown numbers of an enumeration are nothing")
    func enumerations() throws {
        #expect(try Sample(protobuf: [0x30, 1, 0x30, 0] as [UInt8]).features == [.krispEnabled, .none])
        let policy = try MediaPolicy(protobuf: [0x18, 9] as [UInt8])
        #expect(policy.encryption == .disable)
    }

    @Test("Of a field that comes twice the last counts; messages are merged")
    func twice() throws {
        let bytes: [UInt8] = [0x0a, 1, 0x61, 0x0a, 1, 0x62, 0x4a, 2, 0x08, 1, 0x4a, 2, 0x18, 2]
        let sample = try Sample(protobuf: bytes)
        #expect(sample.text == "b")
        #expect(sample.media?.onlyListedCodecs == true)
        #expect(sample.media?.encryption == .require)
    }

    @Test(
        "Malformed bytes",
        arguments: [
            ([0x0a], ProtobufError.Reason.truncated, 1),
            ([0x0a, 5, 0x61], .truncated, 2),
            ([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], .truncated, 11),
            ([0x10] + [UInt8](repeating: 0xff, count: 11), .varintTooLong, 11),
            ([0x00], .badTag, 0),
            ([0x0e], .badTag, 0),
            ([0xa4, 0x06], .badTag, 2),
            ([0xa3, 0x06, 0xac, 0x06], .badTag, 4),
            ([0xa3, 0x06], .truncated, 2),
            ([0x0a, 1, 0xff], .notUTF8, 3),
            ([0x4a, 3, 0x08, 1, 0x18], .truncated, 5),
            ([0x5a, 11, 0x08] + [UInt8](repeating: 0xff, count: 8) + [0x7f, 0], .badTag, 12),
            ([0x5a, 10, 0x08] + [UInt8](repeating: 0xff, count: 8) + [0x7f], .timeOutOfRange, 12),
        ] as [([UInt8], ProtobufError.Reason, Int)])
    func malformed(bytes: [UInt8], reason: ProtobufError.Reason, offset: Int) {
        #expect(throws: ProtobufError(reason, offset: offset)) { try Sample(protobuf: bytes) }
    }

    @Test("Groups in groups end at the limit")
    func depth() {
        let groups = (0..<1000).flatMap { _ in [0xa3, 0x06] as [UInt8] }
        #expect(throws: ProtobufError(.tooDeep, offset: 66)) { try Sample(protobuf: groups) }
    }

    @Test("No bytes trap, and what is read is written the same way again")
    func anyBytes() throws {
        var random = SplitMix(state: 7)
        for _ in 0..<20_000 {
            var bytes = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            // More of what is nearly right.
            for index in bytes.indices where index % 3 == 0 { bytes[index] = bytes[index] % 96 }
            guard let sample = try? Sample(protobuf: bytes) else { continue }
            #expect(try Sample(protobuf: sample.protobuf) == sample, "\(bytes)")
        }
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        return bits ^ bits >> 31
    }
}
