import Media
import Support
import Testing

/// A WAV file made of chunks.
private struct WAVFile {
    var format: (code: Int, channels: Int, rate: Int, bits: Int)
    var data: [UInt8]
    var dataLength: UInt32?
    var chunksBefore: [(String, [UInt8])] = []
    var formatExtension: [UInt8] = []

    var bytes: [UInt8] {
        let block = format.channels * format.bits / 8
        var fmt = little(format.code, 2) + little(format.channels, 2) + little(format.rate, 4)
        fmt += little(format.rate * block, 4) + little(block, 2) + little(format.bits, 2) + formatExtension
        var out = Array("RIFF".utf8) + little(0, 4) + Array("WAVE".utf8)
        for (tag, body) in chunksBefore {
            out += Array(tag.utf8) + little(body.count, 4) + body + [UInt8](repeating: 0, count: body.count % 2)
        }
        out += Array("fmt ".utf8) + little(fmt.count, 4) + fmt
        return out + Array("data".utf8) + little(Int(dataLength ?? UInt32(data.count)), 4) + data
    }

    func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

@Suite("WAV files")
struct WAVTests {
    private func decode(_ bytes: [UInt8], step: Int? = nil) throws(WAVError) -> (WAVDecoder, [Int16]) {
        var decoder = WAVDecoder()
        var samples: [Int16] = []
        for start in stride(from: 0, to: bytes.count, by: step ?? max(bytes.count, 1)) {
            try decoder.append(bytes[start..<min(start + (step ?? bytes.count), bytes.count)], into: &samples)
        }
        return (decoder, samples)
    }

    @Test(
        "every encoding",
        arguments: [
            (1, 8, [0x80, 0xff, 0x00], [0, 0x7f00, -0x8000]),
            (1, 16, [0x34, 0x12, 0x00, 0x80], [0x1234, -0x8000]),
            (1, 24, [0x99, 0x34, 0x12, 0, 0, 0x80], [0x1234, -0x8000]),
            (1, 32, [0, 0, 0x34, 0x12, 0, 0, 0, 0x80], [0x1234, -0x8000]),
            (3, 32, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xbf, 0, 0, 0xc0, 0x7f], [32767, -16383, 0]),
            (3, 64, [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], [32767]),
            (6, 8, [0xd5, 0x2a], [8, -32256 + 64512]), (7, 8, [0xff, 0x00], [0, -32124]),
        ] as [(Int, Int, [UInt8], [Int])])
    func encodings(code: Int, bits: Int, data: [UInt8], expected: [Int]) throws {
        let file = WAVFile(format: (code, 1, 8000, bits), data: data)
        let (decoder, samples) = try decode(file.bytes)
        #expect(decoder.format?.sampleRate == 8000)
        #expect(samples.map(Int.init) == (code == 6 ? data.map { Int(G711.decodeALaw($0)) } : expected))
    }

    @Test("channels are averaged; other chunks, odd ones too, are passed over; bytes may come one by one")
    func channels() throws {
        var file = WAVFile(format: (1, 2, 44100, 16), data: [])
        for (left, right) in [(100, 300), (-100, -300), (32767, 32767)] {
            file.data += file.little(left, 2) + file.little(right, 2)
        }
        file.chunksBefore = [("LIST", [1, 2, 3]), ("fact", [0, 0, 0, 0])]
        for step in [1, 2, 3, 7, 1000] {
            let (decoder, samples) = try decode(file.bytes, step: step)
            #expect(samples == [200, -200, 32767])
            #expect(decoder.format?.channels == 2 && decoder.format?.sampleRate == 44100)
        }
    }

    @Test("a length of 0 or near its maximum means: to the end", arguments: [0, 0xffff_ffff, 0x7fff_f000, 0x7fff_ffff])
    func openLength(length: UInt32) throws {
        let file = WAVFile(format: (1, 1, 22050, 16), data: [1, 0, 2, 0, 3, 0], dataLength: length)
        #expect(try decode(file.bytes, step: 5).1 == [1, 2, 3])
    }

    @Test("what follows the samples is not played")
    func trailer() throws {
        let file = WAVFile(format: (1, 1, 8000, 16), data: [1, 0, 2, 0, 3, 0], dataLength: 4)
        #expect(try decode(file.bytes).1 == [1, 2])
    }

    @Test("WAVE_FORMAT_EXTENSIBLE says its code in the sub-format")
    func extensible() throws {
        var file = WAVFile(format: (0xfffe, 1, 8000, 16), data: [5, 0])
        file.formatExtension = [22, 0, 16, 0, 4, 0, 0, 0, 1, 0] + [UInt8](repeating: 0, count: 14)
        #expect(try decode(file.bytes).1 == [5])
    }

    @Test("what cannot be played says why")
    func refuses() {
        let good = WAVFile(format: (1, 1, 8000, 16), data: [1, 0]).bytes
        #expect(throws: WAVError.notWAV) { _ = try decode(Array("OggS and so forth".utf8)) }
        #expect(throws: WAVError.notWAV) { _ = try decode(Array(good[0..<8]) + Array("AVI ".utf8)) }
        #expect(throws: WAVError.unsupported(format: 85, bits: 0)) {
            _ = try decode(WAVFile(format: (85, 1, 8000, 0), data: []).bytes)
        }
        #expect(throws: WAVError.unsupported(format: 1, bits: 12)) {
            _ = try decode(WAVFile(format: (1, 1, 8000, 12), data: []).bytes)
        }
        #expect(throws: WAVError.badHeader) { _ = try decode(WAVFile(format: (1, 0, 8000, 16), data: []).bytes) }
        #expect(throws: WAVError.badHeader) { _ = try decode(WAVFile(format: (1, 1, 0, 16), data: []).bytes) }
        #expect(throws: WAVError.badHeader) { _ = try decode(Array(good[0..<12]) + Array(good[36...])) }
        for error in [WAVError.notWAV, .tooShort, .badHeader, .unsupported(format: 1, bits: 12)] {
            #expect(!error.sentence.isEmpty)
        }
    }

    @Test("cut at any byte, a file is neither refused nor does it trap")
    func cut() throws {
        let bytes = WAVFile(format: (1, 2, 8000, 16), data: [1, 0, 1, 0], chunksBefore: [("LIST", [1])]).bytes
        for count in 0..<bytes.count {
            let (_, samples) = try decode(Array(bytes[..<count]))
            #expect(samples.isEmpty)
        }
        #expect(try decode(bytes).1 == [1])
    }

    @Test("a format chunk of odd length waits for the byte that fills it up, however the bytes come")
    func oddFormat() throws {
        var file = WAVFile(format: (1, 1, 8000, 16), data: [7, 0])
        file.formatExtension = [0]
        var bytes = file.bytes
        bytes.insert(0, at: 12 + 8 + 17)
        for step in [1, 37, 38, 1000] { #expect(try decode(bytes, step: step).1 == [7]) }
    }

    @Test("a header that is written reads as it should, and says the most that 32 bits can")
    func header() throws {
        let header = WAVHeader.bytes(.narrowband, dataBytes: 4)
        #expect(header.count == 44)
        let (decoder, samples) = try decode(header + [7, 0, 8, 0])
        #expect(samples == [7, 8] && decoder.format?.sampleRate == 8000 && decoder.format?.channels == 1)
        let huge = WAVHeader.bytes(.narrowband, channels: 2, dataBytes: 1 << 40)
        #expect(Array(huge[4..<8]) == [0xff, 0xff, 0xff, 0xff])
        #expect(Array(huge[40..<44]) == [0xdb, 0xff, 0xff, 0xff])
    }
}

@Suite("pcap captures")
struct PcapTests {
    @Test("the call capture: 236 RTP packets of 30 ms in order")
    func call() throws {
        var reader = try PcapReader(Fixtures.bytes("media/g711a.pcap"))
        var packets: [RTPPacket] = []
        while let datagram = try reader.next() {
            packets.append(try RTPPacket(parsing: reader.bytes.span.extracting(datagram.payload)))
        }
        #expect(packets.count == 236)
        #expect(packets.allSatisfy { $0.payloadType == .pcma && $0.payload.count == 240 })
        #expect(packets.first?.sequence == SequenceNumber(59133))
        for (a, b) in zip(packets, packets.dropFirst()) { #expect(b.timestamp.distance(since: a.timestamp) == 240) }
    }

    @Test("what is no capture, and captures cut at any byte")
    func refuses() throws {
        #expect(throws: PcapError.notPcap) { _ = try PcapReader([]) }
        #expect(throws: PcapError.notPcap) { _ = try PcapReader([UInt8](repeating: 0, count: 24)) }
        let bytes = Fixtures.bytes("media/dtmf_2833_1.pcap")
        var wrongLink = bytes
        (wrongLink[20], wrongLink[21]) = (250, 0)
        #expect(throws: PcapError.unsupportedLink(250)) { _ = try PcapReader(wrongLink) }
        for count in 24..<bytes.count {
            var reader = try PcapReader(Array(bytes[..<count]))
            while let found = try? reader.next() { #expect(found.payload.upperBound <= count) }
        }
    }
}
