import Core
import Testing

/// A message of the dialog between Alice and Bob; lines beyond the mandatory ones are given.
private func message(_ startLine: String, cseq: String, toTag: String = "", _ lines: [String] = []) throws -> Message {
    let text =
        ([
            startLine, "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            "From: \"Alice, A.\" <sip:alice@example.com>;x=1;tag=a1", "To: Bob <sip:bob@example.com>" + toTag,
            "Call-ID: call", "CSeq: " + cseq,
        ] + lines + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
    return try Message(parsing: Array(text.utf8), framing: .datagram)
}

private func invite(_ lines: [String] = ["Contact: <sip:alice@192.0.2.1>"]) throws -> Message {
    try message("INVITE sip:bob@example.com SIP/2.0", cseq: "7 INVITE", lines)
}

private func answer(
    _ status: Int, cseq: String = "7 INVITE", toTag: String = ";tag=b1",
    _ lines: [String] = ["Contact: <sip:bob@192.0.2.2:5070;transport=tcp>"]
) throws -> Message {
    try message("SIP/2.0 \(status) X", cseq: cseq, toTag: toTag, lines)
}

private let via = Via(transport: .udp, host: .ip(.loopback), port: 5060, parameters: Parameters(Array(";rport".utf8)))

private func request(_ dialog: inout Dialog, _ method: Method) throws -> Message {
    var writer = MessageWriter()
    dialog.makeRequest(method, branch: Branch("z9hG4bK9"), via: via, into: &writer)
    writer.body()
    let built = try Message(parsing: writer.bytes, framing: .stream)
    #expect(built.faults.isEmpty)
    return built
}

/// Our view as callee, with a route set of one proxy.
private func callee() throws -> Dialog {
    let received = try invite(["Contact: <sip:alice@192.0.2.1>", "Record-Route: <sip:p1.example.com;lr>"])
    return try #require(Dialog(uas: received, localTag: Tag("b1"), transport: .udp))
}

private func incoming(_ method: String, _ number: UInt32, _ lines: [String] = []) throws -> Message {
    try message("\(method) sip:bob@192.0.2.2 SIP/2.0", cseq: "\(number) \(method)", toTag: ";tag=b1", lines)
}

@Suite("Dialog (RFC 3261 §12)")
struct DialogTests {
    @Test("the caller's state (§12.1.2)")
    func callerState() throws {
        let response = try answer(
            200,
            [
                "Contact: Bob <sip:bob@192.0.2.2:5070;transport=tcp>;expires=9",
                "Record-Route: <sip:p3.example.com;lr>;x=1, <sip:p2.example.com;lr=on>",
                "Record-Route: <sip:p1.example.com>",
            ])
        let dialog = try #require(Dialog(uac: try invite(), response: response, transport: .udp))
        #expect(dialog.id == DialogID(callID: CallID("call"), local: Tag("a1"), remote: Tag("b1")))
        #expect(dialog.id == DialogID(response: response))
        #expect(dialog.state == .confirmed && !dialog.isSecure)
        #expect(dialog.localSeq == 7 && dialog.remoteSeq == nil)
        #expect(dialog.remoteTarget == SIPURI("sip:bob@192.0.2.2:5070;transport=tcp"))
        #expect(
            dialog.routeSet.map(\.text) == [
                "<sip:p1.example.com>", "<sip:p2.example.com;lr=on>", "<sip:p3.example.com;lr>",
            ])
        #expect(dialog.localURI.text == "sip:alice@example.com" && dialog.remoteURI.text == "sip:bob@example.com")
        #expect(dialog.localNameAddr.text == "\"Alice, A.\" <sip:alice@example.com>")
    }

    @Test("the callee's state (§12.1.1)")
    func calleeState() throws {
        let dialog = try callee()
        #expect(dialog.id == DialogID(callID: CallID("call"), local: Tag("b1"), remote: Tag("a1")))
        #expect(dialog.state == .early)
        #expect(dialog.localSeq == nil && dialog.remoteSeq == 7)
        #expect(dialog.remoteTarget == SIPURI("sip:alice@192.0.2.1"))
        #expect(dialog.routeSet.map(\.text) == ["<sip:p1.example.com;lr>"])
        #expect(dialog.nextHop == SIPURI("sip:p1.example.com;lr"))
        #expect(dialog.localURI.text == "sip:bob@example.com" && dialog.remoteURI.text == "sip:alice@example.com")
        #expect(DialogID(request: try incoming("BYE", 8)) == dialog.id)
    }

    /// Rows: status; To tag; the state of the dialog, if there is one.
    @Test(
        "which responses make a dialog (§12.1)",
        arguments: [
            (100, ";tag=b1", nil), (101, ";tag=b1", .early), (180, ";tag=b1", .early), (180, "", nil),
            (199, ";tag=b1", .early), (200, ";tag=b1", .confirmed), (202, "", .confirmed), (302, ";tag=b1", nil),
            (486, ";tag=b1", nil), (603, "", nil),
        ] as [(Int, String, Dialog.State?)])
    func whichResponses(status: Int, toTag: String, expected: Dialog.State?) throws {
        let dialog = Dialog(uac: try invite(), response: try answer(status, toTag: toTag), transport: .udp)
        #expect(dialog?.state == expected)
        if toTag.isEmpty { #expect(dialog?.id.remote.bytes.isEmpty != false) }
    }

    @Test("the secure flag needs TLS and a sips Request-URI (§12.1)", arguments: Transport.allCases, ["sip", "sips"])
    func secure(transport: Transport, scheme: String) throws {
        let lines = ["Contact: <\(scheme):alice@192.0.2.1>"]
        let invite = try message("INVITE \(scheme):bob@example.com SIP/2.0", cseq: "1 INVITE", lines)
        let expected = scheme == "sips" && (transport == .tls || transport == .wss)
        #expect(Dialog(uac: invite, response: try answer(200), transport: transport)?.isSecure == expected)
        #expect(Dialog(uas: invite, localTag: Tag("b"), transport: transport)?.isSecure == expected)
    }

    @Test("an INVITE without a usable Contact makes no dialog; a 2xx without one falls back to the Request-URI")
    func missingContact() throws {
        for lines in [[], ["Contact: <tel:+1>"], ["Contact: <sip:a@b>", "Record-Route: <tel:+1>"]] {
            #expect(Dialog(uas: try invite(lines), localTag: Tag("b"), transport: .udp) == nil)
        }
        let dialog = try #require(Dialog(uac: try invite(), response: try answer(200, []), transport: .udp))
        #expect(dialog.remoteTarget == SIPURI("sip:bob@example.com"))
    }

    @Test("a 2xx whose Call-ID a B2BUA has rewritten keeps its own")
    func rewrittenCallID() throws {
        let response = try Message(
            parsing: Array(try answer(200).bytes.text.replacing("Call-ID: call", with: "Call-ID: other").utf8),
            framing: .datagram)
        var dialog = try #require(Dialog(uac: try invite(), response: response, transport: .udp))
        #expect(dialog.id == DialogID(response: response))
        #expect(try request(&dialog, .ack).callID == CallID("other"))
    }

    @Test("the 2xx of an early dialog brings its own route set and target, once (§13.2.2.4)")
    func confirming() throws {
        let ringing = try answer(180, ["Contact: <sip:early@192.0.2.3>", "Record-Route: <sip:p1.example.com;lr>"])
        var dialog = try #require(Dialog(uac: try invite(), response: ringing, transport: .udp))
        dialog.updateTarget(from: try answer(183, ["Contact: <sip:unreliable@192.0.2.3>"]))
        #expect(dialog.remoteTarget == SIPURI("sip:early@192.0.2.3"))
        dialog.confirm(
            with: try answer(200, ["Contact: <sip:bob@192.0.2.4>", "Record-Route: <sip:p2.example.com;lr>"]))
        #expect(dialog.state == .confirmed)
        #expect(dialog.routeSet.map(\.text) == ["<sip:p2.example.com;lr>"])
        #expect(dialog.remoteTarget == SIPURI("sip:bob@192.0.2.4"))
        dialog.confirm(with: ringing)
        #expect(dialog.routeSet.map(\.text) == ["<sip:p2.example.com;lr>"])
    }

    /// Rows: method; number, where the INVITE had 7; verdict; the remote number afterwards.
    @Test(
        "the order of requests (§12.2.2)",
        arguments: [
            ("BYE", 8, .accept, 8), ("BYE", 900, .accept, 900), ("INVITE", 7, .retransmission, 7),
            ("INVITE", 6, .outOfOrder, 7), ("BYE", 6, .outOfOrder, 7), ("BYE", 7, .accept, 7),
            ("ACK", 7, .accept, 7), ("ACK", 6, .strayAck, 7), ("ACK", 8, .strayAck, 7), ("CANCEL", 7, .accept, 7),
        ] as [(String, UInt32, InDialogVerdict, UInt32)])
    func order(method: String, number: UInt32, verdict: InDialogVerdict, remoteSeq: UInt32) throws {
        var dialog = try callee()
        #expect(dialog.receive(request: try incoming(method, number)) == verdict)
        #expect(dialog.remoteSeq == remoteSeq)
    }

    @Test("the first request of the callee sets the number; an ACK belongs to the latest INVITE")
    func firstRemoteNumber() throws {
        var dialog = try #require(Dialog(uac: try invite(), response: try answer(200), transport: .udp))
        #expect(dialog.receive(request: try incoming("ACK", 7)) == .strayAck)
        #expect(dialog.receive(request: try incoming("INVITE", 0)) == .accept)
        #expect(dialog.receive(request: try incoming("INVITE", 0)) == .retransmission)
        #expect(dialog.receive(request: try incoming("INFO", 1)) == .accept)
        #expect(dialog.receive(request: try incoming("ACK", 0)) == .accept)
        #expect(dialog.receive(request: try incoming("INVITE", 0)) == .outOfOrder)
    }

    @Test("a request without CSeq")
    func missingCSeq() throws {
        let text = try incoming("INVITE", 8).bytes.text.replacing("CSeq: 8 INVITE\r\n", with: "")
        var dialog = try callee()
        let request = try Message(parsing: Array(text.utf8), framing: .datagram)
        #expect(dialog.receive(request: request) == .missingCSeq)
    }

    /// Rows: start line; CSeq; further lines; whether the target moves.
    @Test(
        "what refreshes the remote target (RFC 6141 §4)",
        arguments: [
            ("INVITE sip:b@h SIP/2.0", "8 INVITE", [], true), ("UPDATE sip:b@h SIP/2.0", "8 UPDATE", [], true),
            ("NOTIFY sip:b@h SIP/2.0", "8 NOTIFY", [], true), ("ACK sip:b@h SIP/2.0", "7 ACK", [], false),
            ("INFO sip:b@h SIP/2.0", "8 INFO", [], false), ("BYE sip:b@h SIP/2.0", "8 BYE", [], false),
            ("SIP/2.0 200 OK", "8 INVITE", [], true), ("SIP/2.0 200 OK", "8 UPDATE", [], true),
            ("SIP/2.0 183 X", "8 INVITE", [], false), ("SIP/2.0 183 X", "8 INVITE", ["RSeq: 1"], true),
            ("SIP/2.0 302 X", "8 INVITE", [], false), ("SIP/2.0 200 OK", "8 OPTIONS", [], false),
        ])
    func targetRefresh(startLine: String, cseq: String, lines: [String], moves: Bool) throws {
        var dialog = try callee()
        let new = try message(startLine, cseq: cseq, toTag: ";tag=b1", lines + ["Contact: <sip:new@192.0.2.9>"])
        dialog.updateTarget(from: new)
        #expect((dialog.remoteTarget == SIPURI("sip:new@192.0.2.9")) == moves)
        #expect(dialog.routeSet.count == 1)
    }

    @Test("receiving a re-INVITE does not move the target before it is accepted; one without Contact never does")
    func refreshIsNotEarly() throws {
        var dialog = try callee()
        let before = dialog.remoteTarget
        let reinvite = try incoming("INVITE", 8, ["Contact: <sip:new@192.0.2.9>"])
        #expect(dialog.receive(request: reinvite) == .accept)
        #expect(dialog.remoteTarget == before)
        dialog.updateTarget(from: try incoming("INVITE", 8))
        dialog.updateTarget(from: try incoming("INVITE", 8, ["Contact: <tel:+1>"]))
        #expect(dialog.remoteTarget == before)
    }
}

@Suite("Requests within a dialog (RFC 3261 §12.2.1.1)")
struct DialogRequestTests {
    @Test("the whole message, without a route set")
    func whole() throws {
        var dialog = try #require(Dialog(uac: try invite(), response: try answer(200), transport: .udp))
        #expect(
            try request(&dialog, .bye).bytes.text == """
                BYE sip:bob@192.0.2.2:5070;transport=tcp SIP/2.0\r
                Via: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bK9\r
                Max-Forwards: 70\r
                From: "Alice, A." <sip:alice@example.com>;tag=a1\r
                To: Bob <sip:bob@example.com>;tag=b1\r
                Call-ID: call\r
                CSeq: 8 BYE\r
                Content-Length: 0\r
                \r

                """)
        #expect(dialog.nextHop == dialog.remoteTarget)
    }

    @Test("CSeq grows by one; an ACK has the number of the latest INVITE, whatever came between")
    func numbers() throws {
        var dialog = try #require(Dialog(uac: try invite(), response: try answer(200), transport: .udp))
        let sent: [Method] = [.ack, .update, .ack, .invite, .info, .ack, .cancel, .bye]
        #expect(try sent.map { try request(&dialog, $0).cseq?.number } == [7, 8, 7, 9, 10, 9, 9, 11])
        var other = try callee()
        #expect(try request(&other, .info).cseq == CSeq(1, .info))
        #expect(try request(&other, .bye).cseq == CSeq(2, .bye))
    }

    @Test("no tag is written for a peer that has none (RFC 2543)")
    func nullTag() throws {
        var dialog = try #require(Dialog(uac: try invite(), response: try answer(200, toTag: ""), transport: .udp))
        let bye = try request(&dialog, .bye)
        #expect(bye.toTag == nil && bye.fromTag == Tag("a1"))
    }

    /// Rows: Record-Route of the 2xx; Request-URI; Route; next hop.
    @Test(
        "loose and strict routers",
        arguments: [
            (
                "<sip:p2.example.com;lr>, <sip:p1.example.com;lr>", "sip:bob@192.0.2.2",
                ["<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>"], "sip:p1.example.com;lr"
            ),
            (
                // The example of §12.2.1.1: the first is strict.
                "<sip:proxy4>, <sip:proxy3;lr>, <sip:proxy2>, <sip:proxy1>", "sip:proxy1",
                ["<sip:proxy2>", "<sip:proxy3;lr>", "<sip:proxy4>", "<sip:bob@192.0.2.2>"], "sip:proxy1"
            ),
            (
                // Only the first one matters.
                "<sip:p2.example.com>, <sip:p1.example.com;LR=true>", "sip:bob@192.0.2.2",
                ["<sip:p1.example.com;LR=true>", "<sip:p2.example.com>"], "sip:p1.example.com;LR=true"
            ),
            (
                // What a Request-URI must not have is stripped from the strict router's URI.
                "<sip:p1.example.com;method=INVITE;maddr=192.0.2.8?Subject=x>",
                "sip:p1.example.com;maddr=192.0.2.8", ["<sip:bob@192.0.2.2>"],
                "sip:p1.example.com;method=INVITE;maddr=192.0.2.8?Subject=x"
            ),
        ])
    func routing(recordRoute: String, requestURI: String, route: [String], nextHop: String) throws {
        let response = try answer(200, ["Contact: <sip:bob@192.0.2.2>", "Record-Route: " + recordRoute])
        var dialog = try #require(Dialog(uac: try invite(), response: response, transport: .udp))
        for method in [Method.ack, .bye] {
            let built = try request(&dialog, method)
            #expect(built.string(built.requestURI) == requestURI)
            #expect(built.values(.route).map(built.string) == route)
        }
        #expect(dialog.nextHop == SIPURI(nextHop))
    }

    @Test("a dialog is small")
    func size() {
        #expect(MemoryLayout<Dialog>.size <= 256)
    }
}
