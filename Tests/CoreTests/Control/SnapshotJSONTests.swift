import Core
import Testing

@Suite("Calls, rooms and records as the control socket shows them") struct SnapshotJSONTests {
    private func call() -> CallSnapshot {
        var call = CallSnapshot()
        (call.id, call.key) = ("SCL_abcdefghijkl", CallKey(worker: 1, number: 42))
        (call.direction, call.state, call.status) = (.outbound, .answered, "active")
        (call.sipCallID, call.from, call.to) = ("w1@host", "+15550100", "sip:bob@192.0.2.1")
        (call.source, call.trunkID, call.ruleID) = ("udp:192.0.2.1:5060", "ST_a", "SDR_b")
        (call.room, call.identity, call.name) = ("r \"1\"", "sip_+15550100", "Bob")
        (call.metadata, call.attributes) = ("{}", ["sip.b": "2", "sip.a": "1"])
        (call.startedAt, call.answeredAt) = (.seconds(1_769_860_800), .milliseconds(1_769_860_801_500))
        (call.codec, call.isHeldHere, call.isHeldThere, call.recording) = ("PCMU/8000", true, true, "/tmp/x.wav")
        (call.holdRefused, call.endReason, call.endStatus, call.endText) = (488, "busy", 486, "it is busy")
        return call
    }

    @Test("a call as JSON: every name, times in RFC 3339, attributes in order")
    func callText() {
        let text = String(decoding: call().json, as: UTF8.self)
        #expect(
            text
                == #"{"id":"SCL_abcdefghijkl","key":"1-42","direction":"outbound","state":"answered","call_status":"active","#
                + #""sip_call_id":"w1@host","from":"+15550100","to":"sip:bob@192.0.2.1","source":"udp:192.0.2.1:5060","#
                + #""trunk_id":"ST_a","rule_id":"SDR_b","room":"r \"1\"","participant_identity":"sip_+15550100","#
                + #""participant_name":"Bob","metadata":"{}","attributes":{"sip.a":"1","sip.b":"2"},"#
                + #""started_at":"2026-01-31T12:00:00Z","answered_at":"2026-01-31T12:00:01.500Z","codec":"PCMU/8000","#
                + #""held_here":true,"held_there":true,"hold_refused":488,"recording":"/tmp/x.wav","#
                + #""reason":"busy","status":486,"text":"it is busy"}"#)
    }

    @Test("what is written is read again", arguments: [true, false])
    func callRoundTrip(isFull: Bool) throws {
        let call = isFull ? call() : CallSnapshot()
        #expect(try CallSnapshot(json: call.json) == call)
        #expect(try CallSnapshot.list(json: CallSnapshot.listJSON([call, call])) == [call, call])
        #expect(try CallSnapshot.participants(json: CallSnapshot.participantsJSON([call])) == [call])
        var room = RoomSnapshot()
        (room.name, room.calls) = ("r", [call])
        #expect(try RoomSnapshot(json: room.json) == room)
        #expect(try RoomSnapshot.list(json: RoomSnapshot.listJSON([room])) == [room])
    }

    @Test("fields that are missing have their first value; unknown ones are skipped")
    func lenient() throws {
        let call = try CallSnapshot(json: Array(#"{"id":"SCL_1","new":[1],"answered_at":null}"#.utf8))
        #expect(call.id == "SCL_1")
        #expect(call.answeredAt == nil)
        #expect(call.key == CallKey(worker: 0, number: 0))
    }

    @Test(
        "what is wrong is named with its path",
        arguments: [
            (#"{"calls":[{},{"key":"1"}]}"#, #"calls[1].key: expected a key such as "0-1""#),
            (
                #"{"calls":[{"state":"gone"}]}"#,
                "calls[0].state: expected one of dialing, ringing, incoming, cancelling, answered, ending, ended"
            ),
            (#"{"calls":[{"held_here":1}]}"#, "calls[0].held_here: expected true or false"),
            (
                #"{"calls":[{"started_at":"now"}]}"#,
                #"calls[0].started_at: expected a time such as "2026-01-31T12:00:00Z""#
            ),
            (#"{"calls":[{"attributes":{"a":1}}]}"#, "calls[0].attributes: expected a string"),
            (#"{"rooms":[]}"#, "calls: expected a list"),
            (#"{"calls":["#, "not JSON (byte 10)"),
        ])
    func faults(json: String, sentence: String) {
        #expect(throws: FieldError.self) { try CallSnapshot.list(json: Array(json.utf8)) }
        do throws(FieldError) { _ = try CallSnapshot.list(json: Array(json.utf8)) } catch {
            #expect(error.sentence == sentence)
        }
    }

    @Test("the name of a call is its id or its key")
    func names() {
        #expect(call().isMeant(by: "SCL_abcdefghijkl"))
        #expect(call().isMeant(by: "1-42"))
        #expect(!call().isMeant(by: "1-4"))
        for text in ["", "1", "-", "1-", "256-1", "1-2-3", "a-1", "+1-1"] { #expect(CallKey(text) == nil, "\(text)") }
    }

    @Test("a record is read as it was written, with times, reason and figures")
    func record() throws {
        var record = CallRecord(
            id: CallRecordID("SCL_1"), direction: .inbound, createdAt: .seconds(1_769_860_800),
            instance: InstanceID("w0"))
        #expect(try CallRecord(json: record.json) == record)
        record.callID = CallID([0x61, 0xff])
        (record.trunkID, record.ruleID, record.room) = (TrunkID("ST_a"), RuleID("SDR_b"), "r")
        (record.participantIdentity, record.from, record.to) = ("i", "+1", "+2")
        (record.source, record.state) = ("udp:192.0.2.1:5060", .ended)
        (record.startedAt, record.endedAt) = (.seconds(1_769_860_801), .seconds(1_769_860_861))
        (record.endReason, record.endSentence, record.sipStatus) = (.crashed, "gone", 486)
        (record.quality.codec, record.quality.packetsSent) = ("PCMA/8000", 3000)
        (record.quality.packetsReceived, record.quality.packetsLost) = (2990, -1)
        (record.quality.jitter, record.recordingPath) = (.nanoseconds(1_234_567), "/tmp/x.wav")
        #expect(try CallRecord(json: record.json) == record)
        #expect(record.talkTime == .seconds(60))
        let text = String(decoding: record.json, as: UTF8.self)
        #expect(text.contains(#""sip_call_id":{"base64":"Yf8="}"#))
        #expect(text.contains(#""started_at":"2026-01-31T12:00:00Z","answered_at":"2026-01-31T12:00:01Z""#))
        #expect(text.contains(#""reason":"crashed","status":486,"text":"gone""#))
        #expect(text.contains(#""jitter_ms":1.234567"#))
        let page = CallRecordPage(
            records: [record], next: CallRecordQuery.Cursor(record), position: CallRecordPosition(1))
        let received = try ReceivedRecords(json: page.json)
        #expect(received.records == [record])
        #expect(received.next == page.next)
        #expect(try ReceivedRecords(json: Array(#"{"records":[],"next":null}"#.utf8)).next == nil)
    }
}
