import Core
import Testing

@Suite("StreamFramer (RFC 3261 §18.3)")
struct StreamFramerTests {
    private func frames(_ pieces: [[UInt8]]) throws -> [Frame] {
        var framer = StreamFramer()
        var frames: [Frame] = []
        for piece in pieces {
            framer.append(piece)
            while let frame = try framer.next() { frames.append(frame) }
        }
        return frames
    }

    @Test("messages and keep-alives, whatever the cut (S18)")
    func cuts() throws {
        let one = sip("OPTIONS sip:a SIP/2.0", "l", " :", "Content-Length : 3", body: "abc")
        let two = sip("SIP/2.0 200 OK", "l:", " 2", body: "\r\n")
        let stream = one + Array("\r\n\r\n".utf8) + two + Array("\r\n".utf8) + one
        let expected: [Frame] = [.message(one), .pong, .keepAlivePing, .message(two), .pong, .message(one)]
        #expect(try frames([stream]) == expected)
        for cut in 0...stream.count {
            #expect(try frames([Array(stream[..<cut]), Array(stream[cut...])]) == expected)
        }
        #expect(try frames(stream.map { [$0] }) == expected)
    }

    @Test(
        "what loses the boundaries (S18)",
        arguments: [
            (["OPTIONS sip:a SIP/2.0", "l: -1"], Fault.Reason.malformedContentLength),
            (["OPTIONS sip:a SIP/2.0", "l: x"], .malformedContentLength),
            (["OPTIONS sip:a SIP/2.0", "l:"], .malformedContentLength),
            (["OPTIONS sip:a SIP/2.0", "l:", " ", "\t"], .malformedContentLength),
            (["OPTIONS sip:a SIP/2.0", "l: 1", "Content-Length: 2"], .conflictingContentLength),
            (["OPTIONS sip:a SIP/2.0", "l: 70000"], .messageTooLarge), (["rubbish"], .notSIP),
        ])
    func failures(lines: [String], reason: Fault.Reason) { expectFailure(lines, reason) }

    @Test("the bounds on a header line and on the number of header fields")
    func bounds() {
        let start = "OPTIONS sip:a SIP/2.0"
        expectFailure([start, "X: " + String(repeating: "y", count: 9000)], .headerLineTooLong)
        expectFailure(
            [start, "X: y"] + Array(repeating: " " + String(repeating: "y", count: 90), count: 99), .headerLineTooLong)
        expectFailure([start] + Array(repeating: "X: y", count: 257), .tooManyHeaders)
        expectFailure(
            [start] + Array(repeating: "X: " + String(repeating: "y", count: 900), count: 80), .messageTooLarge)
    }

    private func expectFailure(_ lines: [String], _ reason: Fault.Reason) {
        let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        #expect { try frames([bytes]) } throws: { ($0 as? ParseError)?.reason == reason }
        #expect { try frames(bytes.map { [$0] }) } throws: { ($0 as? ParseError)?.reason == reason }
    }

    @Test("noise is at most 64 bytes of white space (S17)")
    func noise() {
        for count in [2, 4, 64] { #expect(isNoise(datagram: [UInt8](repeating: 0x0a, count: count))) }
        #expect(!isNoise(datagram: [UInt8](repeating: 0x0d, count: 65)))
        #expect(!isNoise(datagram: [0]) && !isNoise(datagram: []))
    }
}
