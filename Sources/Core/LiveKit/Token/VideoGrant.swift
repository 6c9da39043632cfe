/// What a token allows of rooms (claim `video`). Nil is not in the token, and means what is said beside it.
package struct VideoGrant: Hashable, Sendable {
    package var room = ""
    package var roomJoin = false
    package var roomCreate = false
    package var roomList = false
    package var roomRecord = false
    package var roomAdmin = false
    /// Nil allows it.
    package var canPublish: Bool?
    /// Nil allows it.
    package var canSubscribe: Bool?
    /// Nil for what `canPublish` says.
    package var canPublishData: Bool?
    /// Empty allows all.
    package var canPublishSources: [String] = []
    /// Nil forbids it.
    package var canUpdateOwnMetadata: Bool?
    package var ingressAdmin = false
    package var hidden = false
    package var recorder = false
    package var agent = false
    package var destinationRoom = ""

    package init() {}
}

extension VideoGrant {
    private typealias Path<Value> = any WritableKeyPath<VideoGrant, Value> & Sendable

    private static let flags: [(String, Path<Bool>)] = [
        ("roomJoin", \.roomJoin), ("roomCreate", \.roomCreate), ("roomList", \.roomList), ("roomRecord", \.roomRecord),
        ("roomAdmin", \.roomAdmin), ("ingressAdmin", \.ingressAdmin), ("hidden", \.hidden), ("recorder", \.recorder),
        ("agent", \.agent),
    ]
    private static let choices: [(String, Path<Bool?>)] = [
        ("canPublish", \.canPublish), ("canSubscribe", \.canSubscribe), ("canPublishData", \.canPublishData),
        ("canUpdateOwnMetadata", \.canUpdateOwnMetadata),
    ]
    private static let texts: [(String, Path<String>)] = [("room", \.room), ("destinationRoom", \.destinationRoom)]

    func write(to json: inout JSONWriter) {
        json.beginObject()
        for (name, path) in Self.texts where !self[keyPath: path].isEmpty {
            json.key(name.utf8)
            json.string(self[keyPath: path])
        }
        for (name, path) in Self.flags where self[keyPath: path] {
            json.key(name.utf8)
            json.bool(true)
        }
        for (name, path) in Self.choices {
            guard let value = self[keyPath: path] else { continue }
            json.key(name.utf8)
            json.bool(value)
        }
        if !canPublishSources.isEmpty {
            json.key("canPublishSources")
            json.beginArray()
            for source in canPublishSources { json.string(source) }
            json.endArray()
        }
        json.endObject()
    }

    /// Nil when a member has another type.
    init?(_ value: JSONValue) {
        guard let members = value.members else { return nil }
        for member in members where member.value != .null {
            let name = member.key.text
            switch member.value {
            case .bool(let value):
                if let flag = Self.flags.first(where: { $0.0 == name }) { self[keyPath: flag.1] = value }
                if let choice = Self.choices.first(where: { $0.0 == name }) { self[keyPath: choice.1] = value }
            case .string(let value):
                if let text = Self.texts.first(where: { $0.0 == name }) { self[keyPath: text.1] = value.text }
            case .array(let elements) where name == "canPublishSources":
                canPublishSources = elements.compactMap { $0.bytes?.text }
                guard canPublishSources.count == elements.count else { return nil }
                continue
            default: break
            }
            guard Self.hasType(name, member.value) else { return nil }
        }
    }

    private static func hasType(_ name: String, _ value: JSONValue) -> Bool {
        switch value {
        case .bool: !texts.contains { $0.0 == name } && name != "canPublishSources"
        case .string: texts.contains { $0.0 == name } || !isKnown(name)
        default: !isKnown(name)
        }
    }

    private static func isKnown(_ name: String) -> Bool {
        flags.contains { $0.0 == name } || choices.contains { $0.0 == name } || texts.contains { $0.0 == name }
            || name == "canPublishSources"
    }
}
