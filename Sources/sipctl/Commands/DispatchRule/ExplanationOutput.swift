internal import Core

/// An explanation as the command prints it: a table and a sentence for people, or one object a line.
struct ExplanationOutput {
    private struct Line {
        let kind: String
        let id: String
        let name: String
        let standing: String
        let field: String?
        let sentence: String
    }

    private let explanation: Explanation
    /// Why the call is refused in the end; nil when it is not, or not for good.
    private let refusal: CallRefusal?

    /// `served` are the trunks of `sip_trunk_ids`; empty for all.
    init(_ explanation: Explanation, served: Set<TrunkID> = []) {
        self.explanation = explanation
        switch (explanation.trunkDecision, explanation.decision) {
        case (.matched(let match), _) where !served.isEmpty && !served.contains(match.trunk.id):
            refusal = .trunkElsewhere(match.trunk.id)
        case (.refused(let routing), nil), (_, .refuse(let routing)?): refusal = .routing(routing)
        default: refusal = nil
        }
    }

    /// Whether the caller would get into a room, or be asked for a PIN.
    var isTaken: Bool { explanation.isTaken && refusal == nil }

    private var lines: [Line] {
        explanation.trunks.map { trunk in
            var (standing, field) = ("chosen", String?.none)
            switch trunk.standing {
            case .chosen: break
            case .excluded(let exclusion): (standing, field) = ("excluded", exclusion.field)
            case .afterListing, .afterLowerID: standing = "outranked"
            }
            return Line(
                kind: "trunk", id: trunk.id.description, name: trunk.name, standing: standing, field: field,
                sentence: trunk.sentence)
        }
            + explanation.rules.map { rule in
                var (standing, field) = ("chosen", String?.none)
                switch rule.standing {
                case .chosen: break
                case .excluded(let exclusion): (standing, field) = ("excluded", exclusion.field)
                case .afterNaming, .afterBetter: standing = "outranked"
                }
                return Line(
                    kind: "rule", id: rule.id.description, name: rule.name, standing: standing, field: field,
                    sentence: rule.sentence)
            }
    }

    private var match: TrunkMatch? {
        if case .matched(let match) = explanation.trunkDecision { return match }
        return nil
    }

    private var needsDigest: Bool {
        if case .trunkElsewhere? = refusal { return false }
        if case .digest? = match?.credentials { return true }
        return false
    }

    // MARK: for people

    func emitText(_ terminal: Terminal) throws(Failure) {
        let lines = lines
        if !lines.isEmpty {
            let rows = lines.map { line in
                [line.kind, line.id, line.name.isEmpty ? "-" : line.name, line.standing, line.sentence]
            }
            let text = Table(headings: ["KIND", "ID", "NAME", "STANDING", "REASON"], rows: rows).lines(columns: nil)
            try terminal.emit(line: terminal.paint(.bold, text[0]))
            for line in text.dropFirst() { try terminal.emit(line: line) }
            try terminal.emit(line: "")
        }
        try terminal.emit(line: DisplayText.printable("Result: " + result))
    }

    /// What would happen in the end.
    private var result: String {
        let digest = needsDigest ? "after digest authentication, " : ""
        if let refusal { return "\(digest)refused with \(refusal.status), \(refusal.sentence)" }
        switch explanation.decision {
        case .accept(let admission)?:
            let (identity, room) = shown(admission)
            return "\(digest)taken by \(admission.rule) into room \(room) as \(identity) (\(admission.name))"
        case .requestPIN(let request)?:
            return "\(digest)asked for a PIN, because of \(request.rule); give --pin to go on"
        case .wrongPIN?: return "\(digest)refused, wrong PIN: no rule in question has the PIN that was entered"
        case .refuse?, nil: return "undecided"
        }
    }

    /// Identity and room with a word for the hash of a hidden number, which only the server's key gives.
    private func shown(_ admission: Admission) -> (identity: String, room: String) {
        let identity = admission.identity.description
        guard admission.isNumberHidden, !explanation.facts.isAnonymous else {
            return (identity, admission.room.description)
        }
        return ("sip_HASH", admission.room.description.replacing(identity.dropFirst(4), with: "HASH"))
    }

    // MARK: for programs

    func emitJSON(_ terminal: Terminal) throws(Failure) {
        for line in lines {
            var json = JSONLine()
            json.field("type", line.kind)
            json.field("id", line.id)
            json.field("name", line.name)
            json.field("standing", line.standing)
            json.field("field", line.field)
            json.field("reason", line.sentence)
            try terminal.emit(bytes: json.closed + [0x0a])
        }
        try terminal.emit(bytes: resultJSON)
    }

    private var resultJSON: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("type")
        json.string("result")
        json.key("trunk_id")
        if let match { json.string(match.trunk.id.description) } else { json.null() }
        json.key("needs_digest")
        json.bool(needsDigest)
        json.key("outcome")
        switch (refusal, explanation.decision) {
        case (let refusal?, _):
            json.string("refuse")
            json.key("status")
            json.number(refusal.status)
        case (nil, .accept(let admission)?):
            json.string("accept")
            write(admission, to: &json)
        case (nil, .requestPIN(let request)?):
            json.string("request_pin")
            json.key("rule_id")
            json.string(request.rule.description)
        case (nil, .wrongPIN?): json.string("wrong_pin")
        case (nil, .refuse?), (nil, nil): json.null()
        }
        json.key("reason")
        json.string(result)
        json.endObject()
        json.endLine()
        return json.bytes
    }

    private func write(_ admission: Admission, to json: inout JSONWriter) {
        let (identity, room) = shown(admission)
        let members: [(StaticString, String)] = [
            ("rule_id", admission.rule.description), ("room_name", room), ("participant_identity", identity),
            ("participant_name", admission.name), ("participant_metadata", admission.metadata),
        ]
        for (name, value) in members {
            json.key(name)
            json.string(value)
        }
        json.key("participant_attributes")
        json.beginObject()
        for (name, value) in admission.attributes.sorted(by: { $0.key < $1.key }) {
            json.key(Array(name.utf8))
            json.string(value)
        }
        json.endObject()
    }
}
