extension CallSnapshot: ControlObject {
    package static let fields: [ControlField<Self>] = [
        ControlField("id", \.id, .text),
        ControlField(
            "key", \.key, .named({ Array("\($0)".utf8) }, { CallKey($0.text) }, expected: #"a key such as "0-1""#)),
        ControlField("direction", \.direction, .word),
        ControlField("state", \.state, .word),
        ControlField("call_status", \.status, .text),
        ControlField("sip_call_id", \.sipCallID, .text),
        ControlField("from", \.from, .text),
        ControlField("to", \.to, .text),
        ControlField("source", \.source, .text),
        ControlField("trunk_id", \.trunkID, .text),
        ControlField("rule_id", \.ruleID, .text),
        ControlField("room", \.room, .text),
        ControlField("participant_identity", \.identity, .text),
        ControlField("participant_name", \.name, .text),
        ControlField("metadata", \.metadata, .text),
        ControlField("attributes", \.attributes, .texts),
        ControlField("started_at", \.startedAt, .time),
        ControlField("answered_at", \.answeredAt, .optional(.time)),
        ControlField("codec", \.codec, .text),
        ControlField("held_here", \.isHeldHere, .flag),
        ControlField("held_there", \.isHeldThere, .flag),
        ControlField("hold_refused", \.holdRefused, .optional(.count)),
        ControlField("recording", \.recording, .optional(.text)),
        ControlField("reason", \.endReason, .optional(.text)),
        ControlField("status", \.endStatus, .optional(.count)),
        ControlField("text", \.endText, .text),
    ]
    package static let blank = Self()
    package static let listName: StaticString = "calls"

    /// The answer to a request for participants: `{"participants":[…]}`.
    package static func participantsJSON(_ calls: [Self]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("participants")
        ControlKind<[Self]>.list().write(calls, &json)
        json.endObject()
        return json.bytes
    }

    /// Reads the answer to a request for participants.
    package static func participants(json text: [UInt8]) throws(FieldError) -> [Self] {
        guard let value = try JSONValue(controlText: text)["participants"] else {
            throw FieldError(.expected("a list"), at: "participants")
        }
        do throws(FieldError) { return try ControlKind<[Self]>.list().read(value) } catch {
            throw error.inside("participants")
        }
    }

    /// Whether a person or a program means this call: by its id, or by its key.
    package func isMeant(by name: String) -> Bool { name == id || name == "\(key)" }
}

extension RoomSnapshot: ControlObject {
    package static let fields: [ControlField<Self>] = [
        ControlField("name", \.name, .text),
        ControlField("calls", \.calls, .list()),
    ]
    package static let blank = Self()
    package static let listName: StaticString = "rooms"
}

extension CallKey {
    /// Reads what `description` writes: `0-1`.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, let worker = parts[0].decimalValue(atMost: UInt64(UInt8.max)),
            let number = parts[1].decimalValue(atMost: UInt64(Int64.max))
        else { return nil }
        self.init(worker: UInt8(worker), number: number)
    }
}
