import Core
import Support
import Testing

private func bytes(_ lines: String...) -> [UInt8] { Array(lines.joined(separator: "\r\n").utf8) + [13, 10] }
private func text(_ slice: ArraySlice<UInt8>?) -> String? { slice.map { String(decoding: $0, as: UTF8.self) } }

@Suite("SessionDescription (RFC 8866)")
struct SessionDescriptionTests {
    /// Every kind of line, in the order of §5.
    private let full = bytes(
        "v=0", "o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1", "s=Call to John Smith", "i=SDP Offer #1",
        "u=http://www.jdoe.example.com/home.html", "e=Jane Doe <jane@jdoe.example.com>", "p=+1 617 555-6011",
        "c=IN IP4 198.51.100.1", "b=AS:128", "t=3724394400 3724398000", "r=604800 3600 0 90000", "t=0 0",
        "z=2882844526 -1h",
        "k=prompt", "a=recvonly", "m=audio 49170/2 RTP/AVP 0 96", "i=Voice", "c=IN IP4 224.2.1.1/127/3",
        "c=IN IP6 ff15::101/3",
        "b=TIAS:64000", "k=clear:x", "a=rtpmap:96 opus/48000/2", "a=fmtp:96 useinbandfec=1", "a=rtcp-mux",
        "m=video 0 RTP/AVP 31")

    @Test("every kind of line is read, and written back byte for byte")
    func complete() throws {
        let description = try SessionDescription(parsing: full)
        #expect(description.bytes == full)
        #expect(text(description.origin?.sessionVersion) == "3724394405")
        #expect(description.times.map(\.repeats.count) == [1, 0])
        #expect(description.bandwidths.first?.value == 128)
        #expect(description.skippedLines == [])
        let audio = try #require(description.media.first)
        #expect(audio.portCount == 2)
        #expect(audio.connections.map(\.ip?.description) == ["224.2.1.1", "ff15::101"])
        #expect(audio.rtpMap(of: 96)?.channels == 2)
        #expect(text(audio.fmtp(of: 96)) == "useinbandfec=1")
        #expect(audio.fmtp(of: 0) == nil)
        #expect(audio.hasRTCPMux)
        #expect(description.direction(of: audio) == .recvonly)
    }

    @Test("line ends CRLF, LF and CR; missing lines; an empty s= (RFC 8866 §5)", arguments: ["\r\n", "\n", "\r"])
    func lineEnds(end: String) throws {
        let lines = ["v=0", "s=", "c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0"]
        for last in ["", end] {
            let description = try SessionDescription(parsing: Array((lines.joined(separator: end) + last).utf8))
            #expect(description.sessionName == [])
            #expect(description.origin == nil)
            #expect(description.media.count == 1)
            #expect(text(description.media.first?.formats.first) == "0")
        }
    }

    @Test("what a description lacks and must have is written (RFC 8866 §5)")
    func canonical() throws {
        let description = try SessionDescription(parsing: bytes("v=0", "junk", "", "x=1", "a=a", "s=x", "a= b:c "))
        #expect(description.skippedLines == [2, 4])
        #expect(description.bytes == bytes("v=0", "s=x", "t=0 0", "a=a", "a=b:c"))
        #expect(try SessionDescription(parsing: bytes("v=0")).bytes == bytes("v=0", "s=-", "t=0 0"))
    }

    @Test(
        "faults, with line and offset",
        arguments: [
            ("", SDPError.Reason.missingVersion, 1, 0), ("\r\n", .missingVersion, 1, 0),
            ("s=-\r\n", .missingVersion, 1, 0),
            ("v=1\r\n", .unsupportedVersion, 1, 0), ("v=\r\n", .unsupportedVersion, 1, 0),
            ("v=0\r\nv=0\r\n", .repeatedLine, 2, 5), ("v=0\r\ns=a\r\ns=b\r\n", .repeatedLine, 3, 10),
            ("v=0\r\no=a 1 1\r\n", .malformedOrigin, 2, 5), ("v=0\nc=IN IP4\n", .malformedConnection, 2, 4),
            ("v=0\nb=AS\n", .malformedBandwidth, 2, 4), ("v=0\nb=:5\n", .malformedBandwidth, 2, 4),
            ("v=0\nb=AS:99999999999999999999\n", .malformedBandwidth, 2, 4), ("v=0\nt=0\n", .malformedTime, 2, 4),
            ("v=0\nt=0 -1\n", .malformedTime, 2, 4), ("v=0\nr=1 2\n", .malformedTime, 2, 4),
            ("v=0\nm=audio 1 RTP/AVP\n", .malformedMedia, 2, 4),
            ("v=0\nm=audio 65536 RTP/AVP 0\n", .portOutOfRange, 2, 4),
            ("v=0\nm=audio -1 RTP/AVP 0\n", .portOutOfRange, 2, 4),
            ("v=0\nm=audio 1/ RTP/AVP 0\n", .portOutOfRange, 2, 4),
            ("v=0\nm=audio 1 RTP/AVP 0\no=a 1 1 IN IP4 x\n", .repeatedLine, 3, 24),
        ])
    func faults(description: String, reason: SDPError.Reason, line: Int, offset: Int) {
        #expect(throws: SDPError(reason, line: line, offset: offset)) {
            try SessionDescription(parsing: Array(description.utf8))
        }
    }

    @Test("limits: bytes, lines, m-lines, formats of an m-line")
    func limits() throws {
        let line = "m=audio 1 RTP/AVP 0\n"
        let most = Array(("v=0\n" + String(repeating: line, count: 32)).utf8)
        #expect(try SessionDescription(parsing: most).media.count == 32)
        let formats = "v=0\nm=audio 1 RTP/AVP" + String(repeating: " 96", count: 256)
        #expect(try SessionDescription(parsing: Array(formats.utf8)).media.first?.formats.count == 256)
        let cases: [(String, SDPError)] = [
            (
                "v=0\n" + String(repeating: line, count: 33),
                SDPError(.tooManyMedia, line: 34, offset: 4 + 32 * line.utf8.count)
            ),
            (formats + " 96\n", SDPError(.tooManyFormats, line: 2, offset: 4)),
            ("v=0\n" + String(repeating: "a=b\n", count: 2048), SDPError(.tooManyLines, line: 2049, offset: 4 * 2048)),
            ("v=0\na=" + String(repeating: "x", count: 65536), SDPError(.tooLong, line: 1, offset: 0)),
        ]
        for (description, error) in cases {
            #expect(throws: error) { try SessionDescription(parsing: Array(description.utf8)) }
        }
    }

    @Test("a value cannot add lines when it is written")
    func injection() {
        var description = SessionDescription()
        description.sessionName = ArraySlice("x\r\na=inactive\0".utf8)
        #expect(description.bytes == bytes("v=0", "s=x??a=inactive?", "t=0 0"))
    }

    @Test(
        "a=rtpmap (RFC 8866 §6.6)",
        arguments: [
            ("0 PCMU/8000", "0 PCMU 8000 1"), ("96 opus/48000/2", "96 opus 48000 2"),
            ("97  L16/44100/2 ", "97 L16 44100 2"),
            ("128 x/8000", nil), ("x x/8000", nil), ("96 x", nil), ("96 /8000", nil), ("96 x/0", nil), ("96", nil),
            ("", nil),
            ("96 x/8000/0", "96 x 8000 1"), ("96 vorbis/48000/6/7", "96 vorbis 48000 6"),
            ("96 x/99999999999999999999", nil),
        ])
    func rtpMap(value: String, expected: String?) {
        let map = MediaDescription.RTPMap(ArraySlice(value.utf8))
        #expect(map.map { "\($0.payloadType) \(text($0.encoding) ?? "") \($0.clockRate) \($0.channels)" } == expected)
    }

    @Test("a payload number has one a=rtpmap, its first that can be read, however many lines there are")
    func repeatedMaps() throws {
        let lines = ["a=rtpmap:97 first", "a=rtpmap:97 x/8000", "a=rtpmap:8 y/8000"]
        let more = (0..<1400).map { "a=rtpmap:\([97, 8][$0 % 2]) z/\($0 + 1)" }
        let all = ["v=0", "m=audio 9 RTP/AVP 96"] + lines + more
        let description = try SessionDescription(parsing: Array(all.joined(separator: "\n").utf8))
        let media = try #require(description.media.first)
        #expect(media.rtpMaps.map { "\($0.payloadType) \(text($0.encoding) ?? "")" } == ["97 x", "8 y"])
        #expect(media.rtpMap(of: 8)?.clockRate == 8000)
    }

    @Test("direction: complement and the widest answer (RFC 3264 §6.1)")
    func directions() {
        for offered in MediaDirection.allCases {
            #expect(offered.complement.complement == offered)
            #expect(MediaDirection.sendrecv.answer(to: offered) == offered.complement)
            #expect(MediaDirection.inactive.answer(to: offered) == .inactive)
        }
    }
}
