/// Who is in which room, and who is still outside: callers that ring until somebody else is there (livekit/sip, "Waiting for the
/// room"). Two callers that wait for one room are company for each other.
package struct Lobby: Sendable {
    private struct Room {
        var members: Set<CallKey> = []
        /// In the order of their coming.
        var waiting: [CallKey] = []
    }

    private var rooms: [String: Room] = [:]
    private var places: [CallKey: String] = [:]

    package init() {}

    /// A call comes to a room, ringing (`waits`) or not. Returned are the callers that have company now, in the order of their coming;
    /// each is named once.
    package mutating func enter(_ room: String, _ key: CallKey, waits: Bool) -> [CallKey] {
        leave(key)
        places[key] = room
        rooms[room, default: Room()].members.insert(key)
        if waits { rooms[room]?.waiting.append(key) }
        guard let members = rooms[room]?.members, members.count > 1 else { return [] }
        let accompanied = rooms[room]?.waiting ?? []
        rooms[room]?.waiting = []
        return accompanied
    }

    /// A call has ended.
    package mutating func leave(_ key: CallKey) {
        guard let room = places.removeValue(forKey: key) else { return }
        rooms[room]?.members.remove(key)
        rooms[room]?.waiting.removeAll { $0 == key }
        if rooms[room]?.members.isEmpty ?? false { rooms[room] = nil }
    }

    /// The callers that ring for want of company.
    package var waiting: [CallKey] {
        rooms.sorted { $0.key < $1.key }.flatMap(\.value.waiting)
    }
}
