/// The audio codecs that a session description names, for counting: nothing is validated and the rest is not read. A list of a
/// thousand formats costs no more than one of `limit`.
package struct OfferedCodecs: Sendable {
    private static let limit = 32

    /// Each once, in the order of the m-line.
    package private(set) var codecs: [MetricCodec] = []

    /// The payload types of RFC 3551 §6 that need no a=rtpmap.
    private static let assigned: [Int: StaticString] = [
        0: "PCMU", 3: "GSM", 4: "G723", 8: "PCMA", 9: "G722", 10: "L16", 11: "L16", 13: "CN", 18: "G729",
    ]

    package init(_ description: ArraySlice<UInt8>) {
        var formats: [(payloadType: Int, codec: MetricCodec?)] = []
        for line in description.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
            if line.starts(with: "m=".utf8) {
                if !formats.isEmpty { break }
                if line.starts(with: "m=audio ".utf8) { formats = Self.formats(line) }
            } else if line.starts(with: "a=rtpmap:".utf8), !formats.isEmpty {
                Self.read(line.dropFirst(9), into: &formats)
            }
        }
        for case (_, let codec?) in formats where !codecs.contains(codec) { codecs.append(codec) }
    }

    /// The formats behind the type, the port and the protocol.
    private static func formats(_ line: ArraySlice<UInt8>) -> [(payloadType: Int, codec: MetricCodec?)] {
        line.split(separator: UInt8(ascii: " "), maxSplits: limit + 3).dropFirst(3).prefix(limit).compactMap { word in
            guard let number = UInt8(decimal: word) else { return nil }
            return (Int(number), assigned[Int(number)].map { MetricCodec(Array("\($0)".utf8)) })
        }
    }

    /// `96 opus/48000/2`.
    private static func read(
        _ map: ArraySlice<UInt8>, into formats: inout [(payloadType: Int, codec: MetricCodec?)]
    ) {
        guard let space = map.firstIndex(of: UInt8(ascii: " ")), let number = UInt8(decimal: map[..<space]),
            let place = formats.firstIndex(where: { $0.payloadType == Int(number) })
        else { return }
        formats[place].codec = MetricCodec(map[(space + 1)...].prefix { $0 != UInt8(ascii: "/") })
    }
}
