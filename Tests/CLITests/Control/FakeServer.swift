import Core
import IO
import Synchronization

/// A server's control socket in `state/` of a directory: two calls in one room, and a book of what was ordered. Its statuses and
/// sentences are those of `BridgeWorker+Control`.
final class FakeServer: Sendable {
    private struct Books {
        var orders: [String] = []
        var calls = FakeServer.calls
        var events: HTTPStream?
        var records: HTTPStream?
        var status = ServerStatus()
    }

    private let books = Mutex(Books())
    private let server = Mutex<ControlServer?>(nil)
    /// Of its two calls, those that a drain cuts; nil for a server whose records end at once.
    private let cut: Int
    private let isDrained: Bool

    init(in directory: String, cut: Int? = nil) throws {
        (self.cut, isDrained) = (cut ?? 0, cut != nil)
        try StateDirectory.create(directory + "/state")
        let made = try ControlServer(path: directory + "/state/control.sock") { routes in mount(&routes) }
        server.withLock { $0 = made }
    }

    /// Method, target and body of each request that changes something, in order.
    var orders: [String] { books.withLock { $0.orders } }

    func stop() { server.withLock { $0 }?.stop() }

    // Times to come make every clock of a table say 0:00.
    static var calls: [CallSnapshot] {
        var first = CallSnapshot()
        (first.id, first.key, first.state) = ("SCL_aaaaaaaaaaaa", CallKey(worker: 0, number: 1), .answered)
        (first.status, first.from, first.to, first.room) = ("active", "+15550100", "+15550111", "support")
        (first.identity, first.name, first.codec) = ("sip_+15550100", "Phone", "PCMU/8000")
        (first.startedAt, first.answeredAt) = (.seconds(4_000_000_000), .seconds(4_000_000_001))
        (first.attributes, first.isHeldThere) = (["sip.trunkID": "ST_a"], true)
        var second = CallSnapshot()
        (second.id, second.key) = ("SCL_bbbbbbbbbbbb", CallKey(worker: 1, number: 7))
        (second.direction, second.state, second.status) = (.outbound, .ringing, "ringing")
        (second.from, second.to, second.room) = ("+15550111", "+15550123", "support")
        second.startedAt = .seconds(4_000_000_000)
        return [first, second]
    }

    static var record: CallRecord {
        var record = CallRecord(
            id: CallRecordID("SCL_cccccccccccc"), direction: .inbound, createdAt: .seconds(1_769_860_800),
            instance: InstanceID("w0"))
        (record.from, record.to, record.room, record.state) = ("+15550100", "+15550111", "support", .ended)
        (record.startedAt, record.endedAt) = (.seconds(1_769_860_801), .seconds(1_769_860_926))
        record.endReason = CallRecord.EndReason(.remoteHangup)
        return record
    }

    private func mount(_ routes: inout HTTPRoutes<HTTPHandler>) {
        mountCalls(&routes)
        mountRooms(&routes)
        routes.add(.get, "/v1/cdr") { [self] request, responder in
            note(request)
            let page = CallRecordPage(records: [Self.record], next: nil, position: .start)
            responder.respond(.json(.ok, page.json))
        }
        routes.add(.get, "/v1/cdr/follow") { [self] _, responder in
            let stream = responder.stream(.ok, [:])
            guard !isDrained else { return books.withLock { $0.records = stream } }
            stream.send(Self.record.jsonLine)
            stream.finish()
        }
        routes.add(.get, "/v1/events") { [self] _, responder in
            let stream = responder.stream(.ok, [:])
            stream.send(Self.calls[1].jsonLine)
            books.withLock { $0.events = stream }
        }
        routes.add(.get, "/v1/status") { [self] _, responder in
            responder.respond(.json(.ok, books.withLock { $0.status }.json))
        }
        routes.add(.post, "/v1/drain") { [self] request, responder in drain(request, responder) }
        routes.add(.post, SIPMethod.createParticipant.path) { [self] request, responder in
            note(request)
            guard !request.body.text.contains("486") else {
                let error = TwirpError(
                    .unavailable, "the callee is busy", meta: ["sip_status_code": "486", "sip_status": "Busy Here"])
                return responder.respond(.json(HTTPStatus(503), error.json))
            }
            var info = SIPParticipantInfo()
            (info.participantIdentity, info.roomName) = ("sip_+15550123", "support")
            (info.participantID, info.sipCallID) = ("PA_dddddddddddd", "SCL_dddddddddddd")
            responder.respond(.json(.ok, info.json()))
        }
    }

    private func mountCalls(_ routes: inout HTTPRoutes<HTTPHandler>) {
        routes.add(.get, "/v1/calls") { [self] _, responder in
            responder.respond(.json(.ok, CallSnapshot.listJSON(books.withLock { $0.calls })))
        }
        routes.add(.get, "/v1/calls/{id}") { request, responder in
            guard let call = Self.call(request) else { return Self.fail(request, responder) }
            responder.respond(.json(.ok, call.json))
        }
        routes.add(.post, "/v1/calls/{id}/{word}") { [self] request, responder in
            guard let call = Self.call(request) else { return Self.fail(request, responder) }
            let word = request.parameters["word"] ?? ""
            guard word == "hangup" || call.state == .answered else {
                return responder.fail(.conflict, "not_answered", "the call is not answered yet")
            }
            note(request)
            // A hold is answered when the peer has agreed, everything else when it is ordered.
            responder.respond(.json(["hold", "resume"].contains(word) ? .ok : .accepted, call.json))
        }
    }

    private func mountRooms(_ routes: inout HTTPRoutes<HTTPHandler>) {
        var room = RoomSnapshot()
        (room.name, room.calls) = ("support", Self.calls)
        let known = room
        routes.add(.get, "/v1/rooms") { _, responder in responder.respond(.json(.ok, RoomSnapshot.listJSON([known]))) }
        routes.add(.get, "/v1/rooms/{name}") { request, responder in
            guard Self.isThere(known, request, responder) else { return }
            responder.respond(.json(.ok, known.json))
        }
        routes.add(.delete, "/v1/rooms/{name}") { [self] request, responder in
            note(request)
            guard Self.isThere(known, request, responder) else { return }
            responder.respond(.json(.accepted, Array("{}".utf8)))
        }
        routes.add(.get, "/v1/participants") { [self] request, responder in
            note(request)
            responder.respond(.json(.ok, CallSnapshot.participantsJSON(known.calls)))
        }
    }

    /// Both calls end, and then the server.
    private func drain(_ request: HTTPRequest, _ responder: HTTPResponder) {
        note(request)
        var status = ServerStatus()
        (status.state, status.calls) = (.draining, 2)
        responder.respond(.json(.accepted, status.json))
        let records = books.withLock { books in
            status.calls = 0
            books.status = status
            return books.records
        }
        for number in 0..<2 {
            var record = Self.record
            if number < cut { record.endReason = CallRecord.EndReason(.shutdown) }
            records?.send(record.jsonLine)
        }
        records?.finish()
    }

    /// Ends the stream of events, as a server does that stops.
    func endEvents() {
        books.withLock { books in
            books.events?.finish()
            books.events = nil
        }
    }

    private func note(_ request: HTTPRequest) {
        let query = request.target.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        let path = "/" + request.target.segments.joined(separator: "/") + (query.isEmpty ? "" : "?" + query)
        let line = "\(request.method.name) \(path) \(request.body.text)"
        books.withLock { $0.orders.append(line) }
    }

    private static func call(_ request: HTTPRequest) -> CallSnapshot? {
        calls.first { $0.isMeant(by: request.parameters["id"] ?? "") }
    }

    private static func fail(_ request: HTTPRequest, _ responder: HTTPResponder) {
        responder.fail(.notFound, "not_found", "there is no live call \(request.parameters["id"] ?? "")")
    }

    /// Whether a request names the room; fails it where it does not.
    private static func isThere(_ room: RoomSnapshot, _ request: HTTPRequest, _ responder: HTTPResponder) -> Bool {
        let name = request.parameters["name"] ?? ""
        if name == room.name { return true }
        responder.fail(.notFound, "not_found", "there is no room \(name) with anybody in it")
        return false
    }
}
