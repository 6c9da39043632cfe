internal import Core

/// What the control socket can be asked for (docs/control-socket.md).
enum ControlAction: Sendable {
    case status, calls, call, rooms, room, deleteRoom, participants, records, followRecords, events, drain, reload
    case hangUp, dtmf, hold, resume, record
    case service

    /// Method, path, action: one line each.
    static let routes: [(HTTPMethod, String, ControlAction)] = [
        (.get, "/v1/status", .status),
        (.get, "/v1/calls", .calls),
        (.get, "/v1/calls/{id}", .call),
        (.post, "/v1/calls/{id}/hangup", .hangUp),
        (.post, "/v1/calls/{id}/dtmf", .dtmf),
        (.post, "/v1/calls/{id}/hold", .hold),
        (.post, "/v1/calls/{id}/resume", .resume),
        (.post, "/v1/calls/{id}/record", .record),
        (.get, "/v1/rooms", .rooms),
        (.get, "/v1/rooms/{name}", .room),
        (.delete, "/v1/rooms/{name}", .deleteRoom),
        (.get, "/v1/participants", .participants),
        (.get, "/v1/cdr", .records),
        (.get, "/v1/cdr/follow", .followRecords),
        (.get, "/v1/events", .events),
        (.post, "/v1/drain", .drain),
        (.post, "/v1/reload", .reload),
        (.post, "/twirp/livekit.SIP/{method}", .service),
    ]
}
