internal import Core

/// An object of the control socket as commands list it.
protocol ControlListed: ControlObject {
    static var headings: [String] { get }
    /// As many as there are headings.
    /// - Parameter now: since 1970.
    func cells(at now: Duration) -> [String]
}

extension Terminal {
    /// Writes a list: a table for people, with `--json` one object a line.
    func emit<Object: ControlListed>(listed objects: [Object]) throws(Failure) {
        if settings.json {
            for object in objects { try emit(bytes: object.jsonLine) }
        } else if !objects.isEmpty {
            for line in table(objects) { try emit(line: line) }
        }
    }

    /// The lines of a table, headings first.
    func table<Object: ControlListed>(_ objects: [Object]) -> [String] {
        let now = WallTime.sinceEpoch
        let lines = Table(headings: Object.headings, rows: objects.map { $0.cells(at: now) }).lines(
            columns: outputColumns)
        return [paint(.bold, lines[0])] + lines.dropFirst()
    }

    /// Writes one object: a line for each field that says something, or with `--json` the object.
    func emit<Object: ControlObject>(fieldsOf object: Object) throws(Failure) {
        if settings.json { return try emit(bytes: object.jsonLine) }
        guard let members = (try? JSONValue(parsing: object.json))?.members else { return }
        for (name, text) in members.flatMap({ Self.fields($0.key.text, $0.value) }) where !text.isEmpty {
            try emit(line: DisplayText.printable("\(name): \(text)"))
        }
    }

    private static func fields(_ name: String, _ value: JSONValue) -> [(String, String)] {
        switch value {
        case .object(let members): members.flatMap { fields("\(name).\($0.key.text)", $0.value) }
        case .array(let elements): elements.enumerated().flatMap { fields("\(name)[\($0)]", $1) }
        case .bool(let flag): [(name, flag ? "yes" : "no")]
        case .number(let text), .string(let text): [(name, text.text)]
        case .null: []
        }
    }
}

extension CallSnapshot: ControlListed {
    static let headings = ["ID", "WAY", "STATUS", "FROM", "TO", "ROOM", "TIME"]

    func cells(at now: Duration) -> [String] {
        [
            id.cell, direction == .inbound ? "in" : "out", statusWords, from.cell, to.cell, room.cell,
            ClockText.length(now - (answeredAt ?? startedAt)),
        ]
    }

    private var statusWords: String {
        let word = status.isEmpty ? state.rawValue : status
        return word + (isHeldHere || isHeldThere ? ",held" : "") + (recording == nil ? "" : ",recorded")
    }
}

extension RoomSnapshot: ControlListed {
    static let headings = ["ROOM", "CALLS", "SINCE"]

    func cells(at now: Duration) -> [String] {
        let first = calls.map(\.startedAt).min()
        return [name, "\(calls.count)", first.map { ClockText.length(now - $0) } ?? "-"]
    }
}

extension CallRecord: ControlListed {
    static let headings = ["STARTED", "ID", "WAY", "FROM", "TO", "ROOM", "TALK", "END"]

    func cells(at now: Duration) -> [String] {
        let talk = startedAt.map { ClockText.length((endedAt ?? now) - $0) } ?? "-"
        return [
            ClockText.time(createdAt), id.description.cell, direction == .inbound ? "in" : "out", from.cell, to.cell,
            room.cell, talk, endWords,
        ]
    }

    private var endWords: String {
        guard state == .ended else { return state.rawValue }
        return (endReason?.rawValue ?? "ended") + (sipStatus.map { " (\($0))" } ?? "")
    }
}
