import Core
import Testing

@Suite("What is wrong with a message, and where")
struct FaultTests {
    private static let rest = [
        "Via: SIP/2.0/UDP h;branch=z9hG4bK1", "From: <sip:a@h>;tag=1", "To: <sip:b@h>", "Call-ID: x", "CSeq: 1 OPTIONS",
    ]

    /// Parses a start line, header lines and the usual five; `at` marks the byte that must be named.
    private func check(_ lines: [String], _ reason: Fault.Reason, at marked: String, body: String = "") throws {
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        let message = try Message(parsing: Array(text.utf8), framing: .datagram)
        let offset = try #require(text.utf8.firstRange(of: marked.utf8)).lowerBound
        #expect(
            message.faults.first == Fault(reason, offset: text.utf8.distance(from: text.utf8.startIndex, to: offset)))
    }

    @Test(
        "start lines (S5)",
        arguments: [
            ("OPTIONS  sip:h SIP/2.0", Fault.Reason.malformedRequestLine, " sip:h"),
            ("OPTIONS sip:h SIP/2.0 ", .malformedRequestLine, " \r\n"),
            ("OPTIONS sip:h  SIP/2.0", .malformedRequestLine, " SIP/2.0"),
            ("OPTIONS sip:h", .missingVersion, "\r\nVia"),
            ("OPTIONS sip:h SIP/3.0", .unsupportedVersion, "SIP/3.0"),
            ("OPTIONS sip:h sip/20", .unsupportedVersion, "sip/20"),
            ("OPT{ONS sip:h SIP/2.0", .malformedMethod, "{"),
            ("OPTIONS sip:h?a=b SIP/2.0", .malformedRequestURI, "?a=b"),
            ("OPTIONS sip: SIP/2.0", .malformedRequestURI, " SIP/2.0"), ("SIP/2.0 99 x", .statusCodeOutOfRange, "99 x"),
            ("SIP/2.0 700 x", .statusCodeOutOfRange, "700"), ("SIP/2.0 2000 x", .statusCodeOutOfRange, "2000"),
            ("SIP/7.0 200 x", .unsupportedVersion, "SIP/7"),
            ("SIP/2.0 200x", .malformedStatusLine, "x\r\n"),
        ])
    func startLines(line: String, reason: Fault.Reason, at: String) throws {
        try check([line] + Self.rest, reason, at: at)
    }

    @Test(
        "what is nothing like SIP",
        arguments: [
            "", "\r\n\r\n", "OPTIONS", "OPTIONS ", " OPTIONS sip:h SIP/2.0", "GET / HTTP/1.1", "SIP/2.0", "SIP/2.0 x",
            "\0\0\0\0", "\u{16}\u{3}\u{1}",
        ])
    func refused(text: String) {
        #expect { try Message(parsing: Array((text + "\r\n\r\n").utf8), framing: .datagram) } throws: {
            ($0 as? ParseError)?.reason == .notSIP
        }
    }

    @Test(
        "header fields (S3, S4, S11)",
        arguments: [
            ("No colon here", Fault.Reason.missingColon, "No colon"), (": zz", .malformedHeaderName, ": zz"),
            ("B@d: x", .malformedHeaderName, "B@d"),
            ("Subject: a\u{1}b", .controlCharacter, "\u{1}"), ("Subject: a\rb", .controlCharacter, "\rb"),
            ("Subject: a\0", .controlCharacter, "\0"),
            ("Supp\rrted: a", .malformedHeaderName, "Supp"), ("Call-ID: y", .duplicateHeader, "Call-ID: y"),
            ("t: <sip:c@h>", .duplicateHeader, "t: <sip:c"), ("CSeq: 2 OPTIONS", .duplicateHeader, "CSeq: 2"),
            ("Contact: sip:a@h?x=1", .malformedAddress, "?x=1"),
            ("Contact: <sip:a@h>, <sip:b@h", .malformedAddress, "\r\n\r\n"), ("Route: *", .malformedAddress, "*"),
            ("Max-Forwards: x", .malformedMaxForwards, "x\r\n\r\n"),
            ("Max-Forwards:", .malformedMaxForwards, "\r\n\r\n"), ("Content-Length: -1", .malformedContentLength, "-1"),
            ("Require: a b{", .malformedOptionTag, "{"),
            ("Content-Length: 1", .bodyShorterThanContentLength, ""),
            ("Via: SIP/2.0/UDP h:99999", .portOutOfRange, "99999"),
            ("X-Long: " + String(repeating: "y", count: 8192), .headerLineTooLong, "X-Long"),
        ])
    func headerFields(line: String, reason: Fault.Reason, at: String) throws {
        guard reason != .bodyShorterThanContentLength else {
            let message = try Message(
                parsing: sip("OPTIONS sip:h SIP/2.0", Self.rest.joined(separator: "\r\n"), line), framing: .datagram)
            return #expect(message.faults == [Fault(reason, offset: message.bytes.count)])
        }
        try check(["OPTIONS sip:h SIP/2.0"] + Self.rest + [line], reason, at: at)
    }

    @Test("a start line of 8192 bytes is the longest (as over a stream)", arguments: [8192, 8193])
    func longStartLine(length: Int) throws {
        let line = "OPTIONS sip:" + String(repeating: "h", count: length - 20) + " SIP/2.0"
        let message = try Message(parsing: sip(line, Self.rest.joined(separator: "\r\n")), framing: .datagram)
        #expect(message.faults == (length > 8192 ? [Fault(.headerLineTooLong, offset: 0)] : []))
    }

    @Test(
        "the values that must be there",
        arguments: zip(0..<5, [Fault.Reason.missingVia, .missingFrom, .missingTo, .missingCallID, .missingCSeq]))
    func missing(index: Int, reason: Fault.Reason) throws {
        var lines = Self.rest
        lines.remove(at: index)
        let bytes = sip("OPTIONS sip:h SIP/2.0", lines.joined(separator: "\r\n"))
        #expect(try Message(parsing: bytes, framing: .datagram).faults == [Fault(reason, offset: bytes.count)])
    }

    @Test("two Content-Lengths: equal ones are a duplicate, others a conflict (S18)")
    func contentLengths() throws {
        try check(["OPTIONS sip:h SIP/2.0"] + Self.rest + ["Content-Length: 0", "l: 0"], .duplicateHeader, at: "l: 0")
        try check(
            ["OPTIONS sip:h SIP/2.0"] + Self.rest + ["Content-Length: 0", "l: 1"], .conflictingContentLength,
            at: "1\r\n\r\n")
    }

    @Test("CSeq of another method is a fault of a request, not of a response")
    func cseqMethod() throws {
        let rest = Array(Self.rest.dropLast())
        try check(["OPTIONS sip:h SIP/2.0"] + rest + ["CSeq: 1 BYE"], .cseqMethodMismatch, at: "1 BYE")
        try check(["OPTIONS sip:h SIP/2.0"] + rest + ["CSeq: 2147483648 OPTIONS"], .cseqOutOfRange, at: "2147483648")
        let response = try Message(
            parsing: sip("SIP/2.0 200 OK", rest.joined(separator: "\r\n"), "CSeq: 1 BYE"), framing: .datagram)
        #expect(response.faults == [] && response.method == .bye)
    }

    @Test("CRLF, LF and a mixture of both end lines; empty lines before the start line are ignored (S1, §7.5)")
    func lineEnds() throws {
        let text =
            "\r\n\nOPTIONS sip:h SIP/2.0\n" + Self.rest.joined(separator: "\n")
            + "\nSubject: a\n\tb\r\nContent-Length: 2\n\nxyz"
        let message = try Message(parsing: Array(text.utf8), framing: .datagram)
        #expect(message.faults == [])
        #expect(message.first(.subject).map(message.string) == "a b" && Array(message.body) == Array("xy".utf8))
    }

    @Test("the bounds: 256 header fields, 64 KiB; nothing is cut off in silence")
    func bounds() throws {
        let many = sip(
            "OPTIONS sip:h SIP/2.0", (Self.rest + Array(repeating: "A: b", count: 251)).joined(separator: "\r\n"))
        #expect(try Message(parsing: many, framing: .datagram).faults == [])
        let more = sip(
            "OPTIONS sip:h SIP/2.0", (Self.rest + Array(repeating: "A: b", count: 252)).joined(separator: "\r\n"))
        #expect(try Message(parsing: more, framing: .datagram).faults.map(\.reason) == [.tooManyHeaders])
        let head = sip("OPTIONS sip:h SIP/2.0", Self.rest.joined(separator: "\r\n"))
        let full = head + [UInt8](repeating: 0, count: 65_536 - head.count)
        let message = try Message(parsing: full, framing: .datagram)
        #expect(message.faults == [] && message.body.count == 65_536 - head.count)
        #expect(throws: ParseError(.messageTooLarge, offset: 65_536)) {
            try Message(parsing: full + [0], framing: .datagram)
        }
    }

    @Test("a header without its empty line is unfinished; its fields can be answered all the same")
    func unfinished() throws {
        let text = "OPTIONS sip:h SIP/2.0\r\n" + Self.rest.joined(separator: "\r\n")
        let message = try Message(parsing: Array(text.utf8), framing: .datagram)
        #expect(message.faults == [Fault(.unfinishedHeader, offset: text.utf8.count)])
        #expect(message.cseq == CSeq(1, .options) && message.body.isEmpty)
    }

    @Test("on a stream a message without Content-Length has no body")
    func stream() throws {
        let bytes = sip("OPTIONS sip:h SIP/2.0", Self.rest.joined(separator: "\r\n"), body: "abc")
        #expect(try Message(parsing: bytes, framing: .stream).body.isEmpty)
        #expect(try Message(parsing: bytes, framing: .datagram).body.count == 3)
    }

    @Test("every reason has a sentence")
    func sentences() {
        #expect(Set(Fault.Reason.allCases.map(\.phrase)).count == Fault.Reason.allCases.count)
        #expect(Fault(.cseqOutOfRange, offset: 212).sentence == "CSeq is above 2147483647 (byte 212)")
    }
}
