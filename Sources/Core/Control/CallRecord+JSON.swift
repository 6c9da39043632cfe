/// `started_at` and `answered_at` mean what they mean of a call that lives: when it began, and when it was answered.
extension CallRecord: ControlObject {
    package static let fields: [ControlField<Self>] = [
        ControlField(
            "id", \.id,
            .named({ Array($0.description.utf8) }, { CallRecordID($0.text) }, expected: "the id of a call")),
        ControlField("direction", \.direction, .word),
        ControlField("state", \.state, .word),
        ControlField("sip_call_id", \.callID, .named({ $0.bytes }, { CallID($0) }, expected: "a Call-ID")),
        ControlField("from", \.from, .text),
        ControlField("to", \.to, .text),
        ControlField("source", \.source, .text),
        ControlField(
            "trunk_id", \.trunkID,
            .optional(
                .named({ Array($0.description.utf8) }, { TrunkID($0.text) }, expected: "the id of a trunk"))),
        ControlField(
            "rule_id", \.ruleID,
            .optional(.named({ Array($0.description.utf8) }, { RuleID($0.text) }, expected: "the id of a rule"))),
        ControlField("room", \.room, .text),
        ControlField("participant_identity", \.participantIdentity, .text),
        ControlField("started_at", \.createdAt, .time),
        ControlField("answered_at", \.startedAt, .optional(.time)),
        ControlField("ended_at", \.endedAt, .optional(.time)),
        ControlField(
            "reason", \.endReason,
            .optional(.named({ Array($0.rawValue.utf8) }, { EndReason(rawValue: $0.text) }, expected: "a reason"))),
        ControlField("status", \.sipStatus, .optional(.count)),
        ControlField("text", \.endSentence, .text),
        ControlField("codec", \.quality.codec, .text),
        ControlField("packets_sent", \.quality.packetsSent, .count),
        ControlField("packets_received", \.quality.packetsReceived, .count),
        ControlField("packets_lost", \.quality.packetsLost, .count),
        ControlField("jitter_ms", \.quality.jitter, .milliseconds),
        ControlField("recording", \.recordingPath, .text),
        ControlField(
            "instance", \.instance,
            .named({ Array($0.description.utf8) }, { InstanceID($0.text) }, expected: "the id of a server")),
    ]
    package static var blank: Self {
        Self(id: CallRecordID(""), direction: .inbound, createdAt: .zero, instance: InstanceID(""))
    }
    package static let listName: StaticString = "records"

    /// From the answer to the end; nil of a call that was never answered or still goes on.
    package var talkTime: Duration? {
        guard let startedAt, let endedAt else { return nil }
        return endedAt - startedAt
    }
}

extension CallRecordPage {
    /// The answer to a request for records: `{"records":[…],"next":"…"}`, `next` for `after` of the request for the next page, or null.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        CallRecord.writeList(records, to: &json)
        json.key("next")
        if let next { json.string("\(next)") } else { json.null() }
        json.endObject()
        return json.bytes
    }
}

/// One page of records as it was received.
package struct ReceivedRecords: Hashable, Sendable {
    package var records: [CallRecord]
    /// Nil on the last page.
    package var next: CallRecordQuery.Cursor?

    package init(json text: [UInt8]) throws(FieldError) {
        let value = try JSONValue(controlText: text)
        records = try CallRecord.list(reading: value)
        guard let next = value["next"] else { return }
        guard let cursor = next.bytes.flatMap({ CallRecordQuery.Cursor($0.text) }) else {
            throw FieldError(.expected("the end of a page"), at: "next")
        }
        self.next = cursor
    }
}
