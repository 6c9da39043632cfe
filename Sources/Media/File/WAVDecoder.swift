/// Why bytes are not a WAV file that can be played.
package enum WAVError: Error, Hashable, Sendable {
    case notWAV, tooShort
    case unsupported(format: Int, bits: Int)
    case badHeader

    package var sentence: String {
        switch self {
        case .notWAV: "it is no WAV file (it does not begin with RIFF and WAVE)"
        case .tooShort: "it is cut off before its audio begins"
        case .unsupported(let format, let bits): "its audio format \(format) with \(bits) bits is not supported"
        case .badHeader: "its header contradicts itself"
        }
    }
}

/// Reads a WAV file as it comes: bytes in, mono samples out. Lengths of 0 or near 2^32, as programs that write to a pipe leave them,
/// mean "to the end".
package struct WAVDecoder: Sendable {
    package struct Format: Hashable, Sendable {
        enum Encoding: Hashable, Sendable { case integer, float, alaw, ulaw }

        package var sampleRate: Int
        package var channels: Int
        var encoding: Encoding
        var bits: Int

        var frameBytes: Int { channels * bits / 8 }
    }

    private enum State: Hashable {
        case start, chunk
        case skip(Int)
        case audio(left: Int)
        case end
    }

    /// A header longer than this is no header.
    private static let largestFormatChunk = 1024
    /// From here on a length is taken to be a placeholder.
    private static let openLength = 0x7fff_0000

    /// What the file holds; nil until its header has been read.
    package private(set) var format: Format?
    private var state = State.start
    private var pending: [UInt8] = []

    package init() {}

    /// Takes bytes in and appends the samples that they complete, channels averaged.
    package mutating func append(_ bytes: ArraySlice<UInt8>, into samples: inout [Int16]) throws(WAVError) {
        pending += bytes
        var position = 0
        while try step(&position, &samples) {}
        pending.removeFirst(position)
    }

    private mutating func step(_ position: inout Int, _ samples: inout [Int16]) throws(WAVError) -> Bool {
        let available = pending.count - position
        switch state {
        case .start:
            guard available >= 12 else { return false }
            guard ["RIFF", "RF64"].contains(tag(position)), tag(position + 8) == "WAVE" else { throw .notWAV }
            position += 12
            state = .chunk
        case .chunk:
            guard available >= 8 else { return false }
            return try chunk(&position, available)
        case .skip(let count):
            let skipped = min(count, available)
            position += skipped
            state = skipped == count ? .chunk : .skip(count - skipped)
            return skipped == count
        case .audio(let left):
            guard let format else { throw .badHeader }
            let count = min(left, available) / format.frameBytes
            guard count > 0 else { return false }
            decode(format, position, count, &samples)
            position += count * format.frameBytes
            state = left == .max ? state : .audio(left: left - count * format.frameBytes)
            if case .audio(let rest) = state, rest < format.frameBytes { state = .end }
        case .end:
            position += available
            return false
        }
        return true
    }

    private mutating func chunk(_ position: inout Int, _ available: Int) throws(WAVError) -> Bool {
        let length = Int(little(position + 4, 4))
        switch tag(position) {
        case "fmt ":
            guard (16...Self.largestFormatChunk).contains(length) else { throw .badHeader }
            let padded = length + length % 2
            guard available >= 8 + padded else { return false }
            format = try readFormat(position + 8, length)
            position += 8 + padded
        case "data":
            guard format != nil else { throw .badHeader }
            position += 8
            state = .audio(left: length == 0 || length >= Self.openLength ? .max : length)
        default:
            position += 8
            state = .skip(length + length % 2)
        }
        return true
    }

    private func readFormat(_ at: Int, _ length: Int) throws(WAVError) -> Format {
        var code = Int(little(at, 2))
        let (channels, rate, bits) = (Int(little(at + 2, 2)), Int(little(at + 4, 4)), Int(little(at + 14, 2)))
        // WAVE_FORMAT_EXTENSIBLE: the code is the beginning of the sub-format's GUID.
        if code == 0xfffe, length >= 40 { code = Int(little(at + 24, 2)) }
        guard (1...32).contains(channels), (1000...768_000).contains(rate) else { throw .badHeader }
        let encoding: Format.Encoding
        switch (code, bits) {
        case (1, 8), (1, 16), (1, 24), (1, 32): encoding = .integer
        case (3, 32), (3, 64): encoding = .float
        case (6, 8): encoding = .alaw
        case (7, 8): encoding = .ulaw
        default: throw .unsupported(format: code, bits: bits)
        }
        return Format(sampleRate: rate, channels: channels, encoding: encoding, bits: bits)
    }

    private func decode(_ format: Format, _ start: Int, _ count: Int, _ samples: inout [Int16]) {
        let width = format.bits / 8
        samples.reserveCapacity(samples.count + count)
        for frame in 0..<count {
            var sum = 0
            for channel in 0..<format.channels {
                sum += sample(format, start + (frame * format.channels + channel) * width)
            }
            samples.append(Int16(clamping: sum / format.channels))
        }
    }

    private func sample(_ format: Format, _ at: Int) -> Int {
        switch (format.encoding, format.bits) {
        case (.integer, 8): (Int(pending[at]) - 128) << 8
        case (.integer, 16): Int(Int16(truncatingIfNeeded: little(at, 2)))
        case (.integer, 24): Int(Int16(truncatingIfNeeded: little(at + 1, 2)))
        case (.integer, _): Int(Int16(truncatingIfNeeded: little(at + 2, 2)))
        case (.float, 32): scaled(Double(Float(bitPattern: UInt32(truncatingIfNeeded: little(at, 4)))))
        case (.float, _): scaled(Double(bitPattern: little(at, 8)))
        case (.alaw, _): Int(G711.decodeALaw(pending[at]))
        case (.ulaw, _): Int(G711.decodeULaw(pending[at]))
        }
    }

    private func scaled(_ value: Double) -> Int { value.isFinite ? Int(max(-1, min(1, value)) * 32_767) : 0 }

    private func tag(_ at: Int) -> String { String(decoding: pending[at..<at + 4], as: UTF8.self) }

    private func little(_ at: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in (0..<count).reversed() { value = value << 8 | UInt64(pending[at + index]) }
        return value
    }
}
