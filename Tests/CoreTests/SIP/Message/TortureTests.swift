import Core
import Support
import Testing

/// A row of the expectations beside the torture messages.
struct TortureRow: Decodable, Sendable, CustomTestStringConvertible {
    var file: String
    var syntax: String?
    var folder: String?

    var testDescription: String { file }
    var path: String { "\(folder ?? "")/\(file)" }
    var isValid: Bool { syntax?.hasPrefix("valid") ?? true || syntax == "tolerated" }

    static func all(_ folder: String) -> [TortureRow] {
        struct Table: Decodable { var messages: [TortureRow] }
        return Fixtures.json("\(folder)/expect.json", as: Table.self).messages.map { row in
            TortureRow(file: row.file, syntax: row.syntax, folder: folder)
        }
    }

    static let rows = all("rfc4475") + all("rfc5118") + all("rfc6216")
}

@Suite("Torture messages (RFC 4475, RFC 5118, RFC 6216)")
struct TortureTests {
    /// What is wrong with the messages that are not valid: every reason, in order of offset.
    static let faults: [String: [Fault.Reason]] = [
        "badinv01.dat": [.malformedParameter, .malformedParameter],
        "clerr.dat": [.bodyShorterThanContentLength],
        "ncl.dat": [.malformedContentLength],
        "scalar02.dat": [.cseqOutOfRange],
        "scalarlg.dat": [.cseqOutOfRange],
        "quotbal.dat": [.unterminatedQuotedString],
        "ltgtruri.dat": [.malformedRequestURI],
        "lwsruri.dat": [.malformedRequestURI],
        "lwsstart.dat": [.malformedRequestLine],
        "trws.dat": [.malformedRequestLine],
        "escruri.dat": [.malformedRequestURI],
        "regbadct.dat": [.malformedAddress],
        "badaspec.dat": [.malformedURI],
        // The file ends without an empty line, too.
        "baddn.dat": [.malformedAddress, .malformedAddress, .unfinishedHeader],
        "badvers.dat": [.unsupportedVersion],
        "mismatch01.dat": [.cseqMethodMismatch],
        "mismatch02.dat": [.cseqMethodMismatch],
        "bigcode.dat": [.statusCodeOutOfRange],
        "insuf.dat": [.missingFrom, .missingTo, .missingCallID],
        "multi01.dat": [.duplicateHeader, .duplicateHeader, .duplicateHeader, .duplicateHeader, .duplicateHeader],
        "mcl01.dat": [.conflictingContentLength],
        "test.dat": [.missingVersion, .malformedAddress, .malformedAddress, .missingColon, .missingVia, .missingCSeq],
        "ipv6-bad.dat": [.malformedRequestURI],
    ]
    /// Not valid, and taken all the same: a Date is no reason to lose a call (§3.1.2.12), and a branch of the cookie alone is
    /// matched by the rules of RFC 2543 (§3.2.1).
    static let tolerated: Set<String> = ["baddate.dat", "badbranch.dat"]

    @Test("a datagram has the faults of its row and no other", arguments: TortureRow.rows)
    func datagram(row: TortureRow) throws {
        let message = try Message(parsing: Fixtures.bytes(row.path), framing: .datagram)
        if row.isValid || Self.tolerated.contains(row.file) {
            #expect(message.faults == [])
            #expect(Self.faults[row.file] == nil)
        } else {
            #expect(message.faults.map(\.reason) == Self.faults[row.file])
        }
    }

    @Test("a stream gives the same frames wherever it is cut", arguments: TortureRow.rows)
    func cuts(row: TortureRow) {
        let bytes = Fixtures.bytes(row.path)
        let whole = Self.outcome([bytes])
        for cut in 0...bytes.count {
            let halves = Self.outcome([Array(bytes[..<cut]), Array(bytes[cut...])])
            if halves != whole { return #expect(halves == whole, "cut at \(cut)") }
        }
        #expect(Self.outcome(bytes.map { [$0] }) == whole)
    }

    @Test(
        "on a stream an untrusted length ends the connection, and two messages are two",
        arguments: [
            ("ncl.dat", 0, Fault.Reason?.some(.malformedContentLength)), ("mcl01.dat", 0, .conflictingContentLength),
            // The length of the second message is shorter than its body: what is left is no start line.
            ("clerr.dat", 0, nil), ("dblreq.dat", 2, .notSIP), ("wsinv.dat", 1, nil), ("mpart01.dat", 1, nil),
        ])
    func framing(file: String, messages: Int, failure: Fault.Reason?) throws {
        let outcome = Self.outcome([Fixtures.bytes("rfc4475/\(file)")])
        #expect(outcome.failure == failure)
        var count = 0
        for case .message(let bytes) in outcome.frames {
            #expect(try Message(parsing: bytes, framing: .stream).faults == [])
            count += 1
        }
        #expect(count == messages)
    }

    /// What a framer makes of pieces.
    private struct Outcome: Equatable {
        var frames: [Frame] = []
        var failure: Fault.Reason?
    }

    private static func outcome(_ pieces: [[UInt8]]) -> Outcome {
        var framer = StreamFramer()
        var outcome = Outcome()
        for piece in pieces {
            framer.append(piece)
            do throws(ParseError) {
                while let frame = try framer.next() { outcome.frames.append(frame) }
            } catch {
                outcome.failure = error.reason
            }
        }
        return outcome
    }
}

@Suite("What is read of the torture messages")
struct TortureValueTests {
    private func message(_ path: String) throws -> Message {
        try Message(parsing: Fixtures.bytes(path), framing: .datagram)
    }

    @Test("wsinv: folding, compact names, escapes, odd spacing (RFC 4475 §3.1.1.1)")
    func wsinv() throws {
        let message = try message("rfc4475/wsinv.dat")
        #expect(message.to?.description == "<sip:vivekg@chair-dnrc.example.com>;   tag    = 1918181833n")
        #expect(message.toTag == Tag("1918181833n") && message.fromTag == Tag("98asjd8"))
        #expect(message.from?.displayName == Array(#"J Rosenberg \""#.utf8))
        #expect(message.maxForwards == 68 && message.cseq == CSeq(9, .invite))
        #expect(message.vias.map(\.branch) == [Branch("390skdjuw"), Branch("z9hG4bK9ikj8"), Branch("z9hG4bK30239")])
        #expect(message.vias.map { $0.transportToken.text } == ["UDP", "TCP", "UDP"])
        #expect(message.contact?.displayName == Array(#"Quoted string """#.utf8))
        #expect(message.contact?.parameter("q") == Array("0.33".utf8))
        #expect(message.addresses(.route).first?.sipURI?.isLooseRouter == true)
        #expect(message.headers.contains { $0.name == .other && message.string($0.value) == ";;,,;;,;" })
        #expect(message.body.count == 150)
    }

    @Test("intmeth: every character a method, a display name and a user may have (§3.1.1.2)")
    func intmeth() throws {
        let message = try message("rfc4475/intmeth.dat")
        #expect(message.method == .other(Array("!interesting-Method0123456789_*+`.%indeed'~".utf8)))
        #expect(message.callID == CallID(#"intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{"#))
        #expect(message.requestSIPURI?.user == Array("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*".utf8))
        #expect(message.requestSIPURI?.password == Array("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)".utf8))
    }

    @Test("esc01, escnull, semiuri: escapes in the user part (§3.1.1.3, §3.1.1.4, §3.1.1.9)")
    func escapes() throws {
        #expect(try message("rfc4475/esc01.dat").requestSIPURI?.user == Array("sips:user@example.com".utf8))
        let contacts = try message("rfc4475/escnull.dat").addresses(.contact).compactMap { $0.sipURI?.user }
        #expect(contacts == [[0], [0, 0]])
        #expect(try message("rfc4475/semiuri.dat").requestSIPURI?.user == Array("user;par=u@example.net".utf8))
        #expect(try message("rfc4475/semiuri.dat").requestSIPURI?.parameters == [])
    }

    @Test("parameters belong to the field outside angle brackets and to the URI inside (§3.3.12, §3.3.13)")
    func parameters() throws {
        let ofField = try message("rfc4475/cparam01.dat").contact
        #expect(ofField?.parameter("unknownparam") == [] && ofField?.sipURI?.parameter("unknownparam") == nil)
        let ofURI = try message("rfc4475/cparam02.dat").contact
        #expect(ofURI?.parameter("unknownparam") == nil && ofURI?.sipURI?.parameter("unknownparam") == [])
        #expect(
            try message("rfc4475/regescrt.dat").contact?.sipURI?.headers
                == Array("Route=%3Csip:sip.example.com%3E".utf8))
    }

    @Test("unkscm, novelsc: other schemes are no SIP URI and no fault (§3.3.1)", arguments: ["unkscm", "novelsc"])
    func schemes(name: String) throws {
        let message = try message("rfc4475/\(name).dat")
        #expect(message.requestSIPURI == nil && !message.requestURI.isEmpty)
    }

    @Test("overlarge Max-Forwards is taken as the default; zero is zero (§3.1.2.4, §3.3.11)")
    func maxForwards() throws {
        #expect(try message("rfc4475/scalar02.dat").maxForwards == 70)
        #expect(try message("rfc4475/zeromf.dat").maxForwards == 0)
    }

    @Test("inv2543: no branch, no From tag, body to the end of the datagram (§3.4.1)")
    func inv2543() throws {
        let message = try message("rfc4475/inv2543.dat")
        #expect(message.topVia?.branch == nil && message.fromTag == nil && message.maxForwards == nil)
        #expect(message.body.count == message.bytes.count - message.bodyRange.lowerBound && !message.body.isEmpty)
    }

    @Test("longreq: 34 Via values, nothing cut off (§3.1.1.7)")
    func longreq() throws {
        let message = try message("rfc4475/longreq.dat")
        #expect(message.vias.count == 34)
        #expect(message.vias.first?.host == Host("sip33.example.com") && message.vias.last?.branch != nil)
        #expect(message.headers.first { $0.name == .other }?.nameRange.count == 93)
    }

    @Test("dblreq: what follows Content-Length in a datagram is no part of the message (§3.1.1.8)")
    func dblreq() throws { #expect(try message("rfc4475/dblreq.dat").body.isEmpty) }

    @Test(
        "IPv6 in its places (RFC 5118 §4)",
        arguments: [
            ("port-ambiguous", "2001:db8::10:5070", nil), ("port-unambiguous", "2001:db8::10", UInt16?.some(5070)),
        ])
    func hosts(name: String, host: String, port: UInt16?) throws {
        let uri = try message("rfc5118/\(name).dat").requestSIPURI
        #expect(uri?.host.ip?.description == host && uri?.port == port)
    }

    @Test("received with and without brackets; three colons count as two (RFC 5118 §4.5, §4.10)")
    func tolerances() throws {
        let expected = IPAddress("2001:db8::9:255")
        #expect(try message("rfc5118/via-received-param-with-delim.dat").topVia?.received == expected)
        #expect(try message("rfc5118/via-received-param-no-delim.dat").topVia?.received == expected)
        let bug = try message("rfc5118/ipv6-bug-abnf-3-colons.dat").requestSIPURI
        #expect(bug?.host.bytes == Array("[2001:db8::c000:201]".utf8))
    }
}
