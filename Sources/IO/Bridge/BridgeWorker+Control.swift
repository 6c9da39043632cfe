internal import Core
internal import Glibc
internal import Media

/// The control socket's side of the bridge (docs/control-socket.md).
extension BridgeWorker {
    /// Adds the routes; their handlers only post.
    static func mount(on routes: inout HTTPRoutes<HTTPHandler>, _ mailbox: Mailbox<Input>) {
        for (method, path, action) in ControlAction.routes {
            routes.add(method, path) { request, responder in mailbox.post(.request(request, responder, action)) }
        }
    }

    func answer(_ request: HTTPRequest, _ responder: HTTPResponder, _ action: ControlAction, at now: Instant) {
        switch action {
        case .service: serve(request, responder)
        case .status: responder.respond(.json(.ok, status.json))
        case .calls: responder.respond(.json(.ok, CallSnapshot.listJSON(snapshots)))
        case .participants:
            let room = request.target.query.first { $0.name == "room" }?.value
            let members = snapshots.filter { !$0.room.isEmpty && (room == nil || $0.room == room) }
            responder.respond(.json(.ok, CallSnapshot.participantsJSON(members)))
        case .rooms: responder.respond(.json(.ok, RoomSnapshot.listJSON(rooms)))
        case .room, .deleteRoom: answerRoom(request, responder, deletes: action == .deleteRoom)
        case .records: answerRecords(request, responder)
        case .followRecords: followRecords(responder)
        case .events: listeners.append(responder.stream(.ok, ["Content-Type": "application/jsonl"]))
        case .drain: answerDrain(request, responder)
        case .reload:
            notify(
                .reloadAsked { outcome in
                    switch outcome {
                    case .done(let report): responder.respond(.json(.accepted, report.json))
                    case .refused(let sentence):
                        responder.fail(.unprocessableContent, "bad_configuration", sentence)
                    }
                })
        case .call, .hangUp, .dtmf, .hold, .resume, .record: answerCall(request, responder, action)
        }
    }

    private var status: ServerStatus {
        var status = ServerStatus()
        status.state = draining == nil ? .serving : .draining
        (status.version, status.calls, status.startedAt) = (settings.version, calls.count, startedAt)
        status.pid = Int(getpid())
        return status
    }

    /// The local rooms that have members, by name.
    private var rooms: [RoomSnapshot] {
        let members = Dictionary(grouping: snapshots.filter { !$0.room.isEmpty }, by: \.room)
        return members.sorted { $0.key < $1.key }.map { name, calls in
            var room = RoomSnapshot()
            (room.name, room.calls) = (name, calls)
            return room
        }
    }

    private func answerRoom(_ request: HTTPRequest, _ responder: HTTPResponder, deletes: Bool) {
        let name = request.parameters["name"] ?? ""
        guard let room = rooms.first(where: { $0.name == name }) else {
            return responder.fail(.notFound, "not_found", "there is no room \(name) with anybody in it")
        }
        guard deletes else { return responder.respond(.json(.ok, room.json)) }
        for call in room.calls {
            // Who still rings is refused as LiveKit does.
            let status = call.state == .incoming ? 486 : nil
            hangUp(call.key, CallEnd(.localHangup, status: status, "the room \(name) was deleted"))
        }
        responder.respond(.json(.accepted, Array("{}".utf8)))
    }

    private func answerDrain(_ request: HTTPRequest, _ responder: HTTPResponder) {
        do throws(FieldError) {
            let order = try DrainOrder(json: request.body)
            mailbox.post(.drain(order.deadline))
            var status = status
            status.state = .draining
            responder.respond(.json(.accepted, status.json))
        } catch {
            responder.fail(.badRequest, "bad_request", error.sentence)
        }
    }

    // MARK: one call

    private func answerCall(_ request: HTTPRequest, _ responder: HTTPResponder, _ action: ControlAction) {
        let id = request.parameters["id"] ?? ""
        guard let key = keys[id] ?? CallKey(id), let live = calls[key] else {
            return responder.fail(.notFound, "not_found", "there is no live call \(id)")
        }
        guard action != .call else { return responder.respond(.json(.ok, live.snapshot.json)) }
        do throws(FieldError) {
            guard let order = try ControlOrder(request.target.segments.last ?? "", json: request.body) else {
                return responder.fail(.notFound, "not_found", "a call has no such order")
            }
            try carryOut(order, on: key, responder)
        } catch {
            responder.fail(.badRequest, "bad_request", error.sentence)
        }
    }

    private func carryOut(
        _ order: ControlOrder, on key: CallKey, _ responder: HTTPResponder
    ) throws(FieldError) {
        let isAnswered = calls[key]?.snapshot.state == .answered
        switch order {
        case .hangup(let headers):
            let fields = headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
            hangUp(key, CallEnd(.localHangup, "hung up over the control socket"), headers: fields)
        case _ where !isAnswered:
            return responder.fail(.conflict, "not_answered", "the call is not answered yet")
        case .dtmf(let digits):
            do throws(DTMFSequenceError) { stack?.send(try DTMFSequence(digits), on: key) } catch {
                return responder.fail(.badRequest, "bad_request", error.sentence)
            }
        case .hold, .resume: return hold(key, order == .hold, responder)
        case .record(let path):
            change(key) { live in
                live.snapshot.recording = path
                live.record.recordingPath = path
            }
            stack?.record(key, to: path)
        case .stopRecording:
            change(key) { $0.snapshot.recording = nil }
            stack?.stopRecording(key)
        }
        if let live = calls[key] { responder.respond(.json(.accepted, live.snapshot.json)) }
    }

    /// Holds or resumes, and answers when the peer has agreed or refused.
    private func hold(_ key: CallKey, _ isHeld: Bool, _ responder: HTTPResponder) {
        guard let live = calls[key] else { return }
        if live.snapshot.isHeldHere == isHeld, live.holdOrders.isEmpty {
            return responder.respond(.json(.ok, live.snapshot.json))
        }
        calls[key]?.holdOrders.append((isHeld, responder))
        if isHeld { stack?.hold(key) } else { stack?.resume(key) }
    }

    /// The peer has answered a hold or its end, with a failure of this status: who ordered what is now so, or cannot be, hears of it.
    func answerHoldOrders(_ key: CallKey, _ refusal: Int?) {
        guard let live = calls[key] else { return }
        calls[key]?.holdOrders = []
        for order in live.holdOrders {
            if order.isHeld == live.snapshot.isHeldHere {
                order.responder.respond(.json(.ok, live.snapshot.json))
            } else if let refusal {
                let what = order.isHeld ? "to be put on hold" : "to be taken back"
                let reason = "\(refusal) \(reasonPhrase(of: refusal))"
                order.responder.fail(.conflict, "refused_by_peer", "the peer refuses \(what) (\(reason))")
            } else {
                calls[key]?.holdOrders.append(order)
            }
        }
    }

    // MARK: records and events

    private func answerRecords(_ request: HTTPRequest, _ responder: HTTPResponder) {
        do throws(FieldError) {
            stores.records.list(try CallRecordQuery(request.target)) { result in
                switch result {
                case .success(let page): responder.respond(.json(.ok, page.json))
                case .failure(let error): responder.fail(.serviceUnavailable, "store_failed", "\(error)")
                }
            }
        } catch {
            responder.fail(.badRequest, "bad_request", error.sentence)
        }
    }

    /// Sends every record that is written from now on.
    private func followRecords(_ responder: HTTPResponder) {
        recordListeners.append(responder.stream(.ok, ["Content-Type": "application/jsonl"]))
    }

    /// Tells who listens what a call has become.
    func publish(_ snapshot: CallSnapshot) {
        guard !listeners.isEmpty else { return }
        let line = snapshot.jsonLine
        listeners.removeAll { !$0.send(line) }
    }

    /// Tells who listens what was written of a call.
    func publish(_ record: CallRecord) {
        guard !recordListeners.isEmpty else { return }
        let line = record.jsonLine
        recordListeners.removeAll { !$0.send(line) }
    }
}
