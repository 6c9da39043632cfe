/// A query as the query of a URL: `limit=20&room=support&state=ended&since=2026-01-31T12:00:00Z` (docs/control-socket.md).
extension CallRecordQuery {
    /// The names that a URL may have.
    private static let names = [
        "limit", "after", "order", "direction", "state", "trunk", "rule", "room", "identity", "from", "to", "reason",
        "call_id", "since", "until",
    ]

    /// Reads the query of a request; `limit` is brought into its bounds later, by `pageSize`.
    package init(_ target: HTTPTarget) throws(FieldError) {
        self.init()
        for item in target.query {
            do throws(FieldError) { try read(item) } catch { throw error.inside(item.name) }
        }
    }

    private mutating func read(_ item: HTTPTarget.QueryItem) throws(FieldError) {
        let text = item.value
        switch item.name {
        case "limit":
            guard let value = text.utf8.decimalValue(), value > 0 else {
                throw FieldError(.expected("a number above 0"))
            }
            limit = Int(value)
        case "after":
            guard let cursor = Cursor(text) else { throw FieldError(.expected("next of the page before")) }
            after = cursor
        case "order": order = try Self.word(text, ["newest_first": Order.newestFirst, "oldest_first": .oldestFirst])
        case "direction": direction = try Self.word(text)
        case "state": states.insert(try Self.word(text))
        case "trunk": trunkID = TrunkID(text)
        case "rule": ruleID = RuleID(text)
        case "room": room = text
        case "identity": participantIdentity = text
        case "from": from = text
        case "to": to = text
        case "reason": endReason = CallRecord.EndReason(rawValue: text)
        case "call_id": callID = CallID(text)
        case "since": since = try Self.time(text)
        case "until": until = try Self.time(text)
        default: throw FieldError(.unknownField(Self.names))
        }
    }

    /// What `init` reads, with a `?` before it; empty where nothing differs from a new query.
    package var urlQuery: String {
        var items: [(String, String)] = []
        func add(_ name: String, _ value: String?) { if let value { items.append((name, value)) } }
        if limit != Self().limit { add("limit", "\(limit)") }
        add("after", after?.description)
        if order == .oldestFirst { add("order", "oldest_first") }
        add("direction", direction?.rawValue)
        for state in CallRecord.State.allCases where states.contains(state) { add("state", state.rawValue) }
        add("trunk", trunkID?.description)
        add("rule", ruleID?.description)
        add("room", room)
        add("identity", participantIdentity)
        add("from", from)
        add("to", to)
        add("reason", endReason?.rawValue)
        add("call_id", callID?.bytes.text)
        add("since", since.map(timestampText))
        add("until", until.map(timestampText))
        let text = items.map { "\($0)=\(HTTPTarget.escaped($1))" }.joined(separator: "&")
        return text.isEmpty ? "" : "?" + text
    }

    private static func time(_ text: String) throws(FieldError) -> Duration {
        guard let time = timestampValue(text) else {
            throw FieldError(.expected("a time such as 2026-01-31T12:00:00Z"))
        }
        return time
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(_ text: String) throws(FieldError) -> Word {
        guard let word = Word(rawValue: text) else { throw FieldError(.unknownName(Word.allCases.map(\.rawValue))) }
        return word
    }

    private static func word<Word>(_ text: String, _ words: KeyValuePairs<String, Word>) throws(FieldError) -> Word {
        guard let word = words.first(where: { $0.key == text })?.value else {
            throw FieldError(.unknownName(words.map(\.key)))
        }
        return word
    }
}

extension CallRecordQuery.Cursor: CustomStringConvertible {
    /// Nanoseconds since 1970, a hyphen, and the id.
    package var description: String { "\(createdAt.nanoseconds)-\(id)" }

    /// Reads what `description` writes.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), maxSplits: 1)
        guard parts.count == 2, let nanoseconds = parts[0].decimalValue(atMost: UInt64(Int64.max)) else { return nil }
        self.init(
            createdAt: .nanoseconds(Int64(nanoseconds)), id: CallRecordID(String(decoding: parts[1], as: UTF8.self)))
    }
}
