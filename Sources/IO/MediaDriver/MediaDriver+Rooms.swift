internal import Core
internal import Media

/// Members of rooms come and go, those of other workers too.
extension MediaDriver {
    /// Puts a leg into a room; one that is in it stays where it is.
    func join(_ name: String, _ leg: MediaLeg) {
        guard leg.room == nil else { return }
        let room = shared.rooms.join(name, from: index)
        if room.home == index {
            let mixed = mixedRoom(room)
            leg.room = .home(mixed, mixed.joinLocal())
        } else {
            let (toRoom, fromRoom) = (FrameRing(capacity: 8), FrameRing(capacity: 8))
            leg.room = .away(room, toRoom: toRoom, fromRoom: fromRoom)
            notices.append(.join(room, leg.key, toRoom: toRoom, fromRoom: fromRoom))
        }
    }

    /// Takes a leg out of its room, if it is in one.
    func leave(_ leg: MediaLeg) {
        switch leg.room {
        case .home(let mixed, let port)?:
            mixed.leaveLocal(port)
            shared.rooms.leave(mixed.room)
            if mixed.isEmpty { mixedRooms[mixed.room.number] = nil }
        case .away(let room, _, _)?:
            shared.rooms.leave(room)
            notices.append(.leave(room, leg.key))
        case nil: break
        }
        leg.room = nil
    }

    /// A call on another worker joins a room that is mixed here.
    func joinRemote(_ room: RoomDirectory.Room, _ key: CallKey, toRoom: FrameRing, fromRoom: FrameRing, at now: Instant)
    {
        mixedRoom(room).joinRemote(key, input: toRoom, output: fromRoom)
        start(at: now)
    }

    /// It left again.
    func leaveRemote(_ room: RoomDirectory.Room, _ key: CallKey) {
        guard let mixed = mixedRooms[room.number] else { return }
        mixed.leaveRemote(key)
        if mixed.isEmpty { mixedRooms[room.number] = nil }
    }

    private func mixedRoom(_ room: RoomDirectory.Room) -> MixedRoom {
        if let mixed = mixedRooms[room.number] { return mixed }
        let mixed = MixedRoom(room)
        mixedRooms[room.number] = mixed
        return mixed
    }
}
