import Core
import Support
import Testing

@Suite("Messages as JSON (docs/json.md)")
struct MessageJSONTests {
    private func json(_ bytes: [UInt8]) throws -> [UInt8] {
        var out: [UInt8] = []
        MessageJSON.appendJSON(of: try Message(parsing: bytes, framing: .datagram), to: &out)
        return out
    }

    @Test("a request, every header typed")
    func request() throws {
        let line = try json(
            sip(
                "INVITE sip:bob@biloxi.example;transport=tcp SIP/2.0",
                "v: SIP/2.0/UDP h:5061;branch=z9hG4bK1;rport, SIP/2.0/TCP [2001:db8::1]", "Max-Forwards: 70",
                "f: \"A \\\"B\\\"\" <sip:a@h>;tag=1", "To: tel:+1555", "i: x@y", "CSeq: 1 INVITE", "m: *",
                "Contact: <sips:a%20b@h?Route=%3Csip:x%3E>;q=0.5;+sip.instance=\"<urn:uuid:1>\"", "k: timer, 100rel",
                "Session-Expires: 1800;refresher=uac", "c: application/sdp",
                "Proxy-Authorization: Digest realm=\"h\", nc=00000001",
                "X-Odd: \u{1F4DE}", "l: 3", body: "v=0"))
        let expected = #"""
            {"kind":"request","method":"INVITE","request_uri":{"scheme":"sip","user":"bob","host":"biloxi.example",
            "params":{"transport":"tcp"}},"headers":[
            {"name":"Via","values":[{"transport":"UDP","host":"h","port":5061,"params":{"branch":"z9hG4bK1","rport":true}},
            {"transport":"TCP","host":"2001:db8::1"}]},
            {"name":"Max-Forwards","value":70},
            {"name":"From","value":{"display_name":"A \"B\"","uri":{"scheme":"sip","user":"a","host":"h"},"params":{"tag":"1"}}},
            {"name":"To","value":{"uri":{"scheme":"tel","opaque":"+1555"}}},
            {"name":"Call-ID","text":"x@y"},
            {"name":"CSeq","value":{"number":1,"method":"INVITE"}},
            {"name":"Contact","values":["*"]},
            {"name":"Contact","values":[{"uri":{"scheme":"sips","user":"a%20b","host":"h","headers":{"Route":"%3Csip:x%3E"}},
            "params":{"q":"0.5","+sip.instance":"<urn:uuid:1>"},"quoted_params":["+sip.instance"]}]},
            {"name":"Supported","values":["timer","100rel"]},
            {"name":"Session-Expires","value":{"number":1800,"params":{"refresher":"uac"}}},
            {"name":"Content-Type","value":{"value":"application/sdp"}},
            {"name":"Proxy-Authorization","value":{"scheme":"Digest","params":{"realm":"h","nc":"00000001"},
            "quoted_params":["realm"]}},
            {"name":"X-Odd","text":"📞"},
            {"name":"Content-Length","value":3}],
            "body":"v=0","valid":true,"faults":[]}
            """#
        #expect(line.text == expected.replacing("\n", with: "") + "\n")
    }

    @Test("bytes that are not UTF-8 are base64; faults have reasons and offsets, counted from the start of the file")
    func faults() throws {
        let bytes = Array("SIP/2.0 200 \u{e9}\r\nSubject: ".utf8) + [0xff, 0x00] + Array("\r\n\r\n".utf8) + [0xfe]
        var out: [UInt8] = []
        MessageJSON.appendJSON(of: try Message(parsing: bytes, framing: .datagram), at: 1000, to: &out)
        #expect(
            out.text.hasPrefix(
                #"{"offset":1000,"kind":"response","status":200,"reason":"é","headers":[{"name":"Subject","text":"#
                    + #"{"base64":"/wA="}}],"body":{"base64":"/g=="},"valid":false,"faults":["#
                    + #"{"reason":"control_character","offset":1026,"message":"a header field holds a control character"},"#
            ))
        out = []
        MessageJSON.appendJSON(of: ParseError(.notSIP, offset: 3), at: 10, to: &out)
        #expect(out.text.hasPrefix(#"{"offset":10,"valid":false,"faults":[{"reason":"not_sip","offset":13,"#))
    }

    @Test("what is built from what was parsed is stable, for every valid message of the corpus")
    func stable() throws {
        let paths = ["sip", "rfc4475", "rfc5118", "rfc6216"].flatMap {
            Fixtures.names(in: $0, suffix: ".sip") + Fixtures.names(in: $0, suffix: ".dat")
        }
        var count = 0
        for path in paths {
            guard let message = try? Message(parsing: Fixtures.bytes(path), framing: .datagram), message.faults.isEmpty
            else { continue }
            var first: [UInt8] = []
            MessageJSON.appendJSON(of: message, to: &first)
            let built = try MessageJSON.build(from: first)
            let again = try MessageJSON.build(from: try json(built))
            #expect(again == built, "\(path)")
            let rebuilt = try Message(parsing: built, framing: .stream)
            #expect(rebuilt.faults == [], "\(path)")
            #expect(rebuilt.callID == message.callID && rebuilt.cseq == message.cseq, "\(path)")
            #expect(rebuilt.fromTag == message.fromTag && rebuilt.toTag == message.toTag, "\(path)")
            #expect(rebuilt.vias.map(\.branch) == message.vias.map(\.branch), "\(path)")
            #expect(rebuilt.body == message.body || rebuilt.body.elementsEqual(message.body), "\(path)")
            count += 1
        }
        #expect(count > 480)
    }

    @Test("what is written by hand may be short: strings stand for shapes, credentials are quoted as RFC 7616 has it")
    func byHand() throws {
        let json = #"""
            {"method": "MESSAGE", "request_uri": "sip:b@h", "headers": [
              {"name": "from", "value": "<sip:a@h>;tag=1"}, {"name": "To", "text": "<sip:b@h>"},
              {"name": "Supported", "values": ["timer", "path"]}, {"name": "content-length", "value": 99},
              {"name": "Authorization", "value": {"scheme": "Digest", "params": {"realm": "h", "nc": "00000001", "qop": "auth"}}},
              {"name": "Reason", "values": [{"value": "Q.850", "params": {"cause": "16", "text": "Normal clearing"}}]}],
             "body": {"base64": "AAE="}}
            """#
        let expected =
            sip(
                "MESSAGE sip:b@h SIP/2.0", "From: <sip:a@h>;tag=1", "To: <sip:b@h>", "Supported: timer, path",
                "Authorization: Digest realm=\"h\", nc=00000001, qop=auth",
                "Reason: Q.850;cause=16;text=\"Normal clearing\"",
                "Content-Length: 2") + [0, 1]
        #expect(try MessageJSON.build(from: Array(json.utf8)) == expected)
    }

    @Test(
        "what is wrong is named by its path",
        arguments: [
            ("{", "", MessageJSON.BuildError.Problem.notJSON(1)), ("{}", "status", .missing),
            (#"{"status":99}"#, "status", .malformed),
            (#"{"method":"A B","request_uri":"x"}"#, "method", .malformed),
            (#"{"method":"A"}"#, "request_uri", .missing),
            (
                #"{"status":200,"headers":[{"name":"To","value":{"uri":{"scheme":"sip"}}}]}"#,
                "headers[0].value.uri.host", .missing
            ),
            (
                #"{"status":200,"headers":[{"name":"CSeq","value":{"number":-1}}]}"#, "headers[0].value.number",
                .malformed
            ),
            (#"{"status":200,"headers":[{"name":"a b","text":""}]}"#, "headers[0].name", .malformed),
            (#"{"status":200,"headers":[{"name":"X","text":1}]}"#, "headers[0].text", .malformed),
        ])
    func wrong(json: String, field: String, problem: MessageJSON.BuildError.Problem) {
        #expect(throws: MessageJSON.BuildError(field: field, problem: problem)) {
            try MessageJSON.build(from: Array(json.utf8))
        }
    }

    @Test("a value cannot add a line")
    func injection() throws {
        let json = #"{"status":200,"headers":[{"name":"X-A","text":"a\r\nEvil: 1"}]}"#
        let built = try MessageJSON.build(from: Array(json.utf8))
        #expect(built.text == "SIP/2.0 200 OK\r\nX-A: a  Evil: 1\r\nContent-Length: 0\r\n\r\n")
    }
}
