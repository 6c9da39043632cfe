internal import Synchronization

/// Which worker mixes which local room. Shared by the workers; asked when a call joins or leaves, never per packet.
///
/// The first member's worker becomes the room's home and stays it until the last member has left.
package final class RoomDirectory: Sendable {
    /// A room as long as it has members; a later room of the same name is another one.
    package struct Room: Hashable, Sendable {
        package let name: String
        package let number: UInt64
        /// The index of the worker that mixes it.
        package let home: Int
    }

    private struct Entry {
        var room: Room
        var members: Int
    }

    private struct State {
        var rooms: [String: Entry] = [:]
        var next: UInt64 = 1
    }

    private let state = Mutex(State())

    package init() {}

    /// Counts one more member of the room called `name`; `worker` becomes its home when it is new.
    package func join(_ name: String, from worker: Int) -> Room {
        state.withLock { state in
            if let entry = state.rooms[name] {
                state.rooms[name]?.members += 1
                return entry.room
            }
            let room = Room(name: name, number: state.next, home: worker)
            state.next += 1
            state.rooms[name] = Entry(room: room, members: 1)
            return room
        }
    }

    /// Counts one member less.
    package func leave(_ room: Room) {
        state.withLock { state in
            guard let entry = state.rooms[room.name], entry.room == room else { return }
            state.rooms[room.name]?.members -= 1
            if entry.members <= 1 { state.rooms[room.name] = nil }
        }
    }

    /// Every room with its number of members, by name.
    package var all: [(room: Room, members: Int)] {
        state.withLock { state in
            state.rooms.values.map { ($0.room, $0.members) }.sorted { $0.room.name < $1.room.name }
        }
    }
}
