internal import Core
internal import Media

/// CreateSIPParticipant: a call to a number, whose callee becomes a member of a room.
extension BridgeWorker {
    func createParticipant(_ body: [UInt8], _ encoding: APIEncoding, _ responder: HTTPResponder) {
        do throws(TwirpError) {
            guard draining == nil else {
                throw TwirpError(.unavailable, "the server takes no new calls: it is draining")
            }
            let request: CreateSIPParticipantRequest = try encoding.read(body)
            if let shortage = door?.shortage {
                throw TwirpError(.unavailable, "the server takes no new calls: \(shortage.sentence)")
            }
            let id = "SCL_" + AdmissionContext.suffix(from: (random.next(), random.next()))
            let placed = try PlacedCall(
                request, encoding, table: table, id: id, random: random.next(), responder)
            let trunks = settings.gate.trunks
            if !placed.plan.trunk.id.description.isEmpty, !trunks.isEmpty, !trunks.contains(placed.plan.trunk.id) {
                throw TwirpError(.unavailable, CallRefusal.trunkElsewhere(placed.plan.trunk.id).sentence)
            }
            let mailbox = mailbox
            lookup.resolve(placed.plan.host) { mailbox.post(.resolved(placed, $0)) }
        } catch {
            responder.respond(HTTPResponse(error))
        }
    }

    /// The host of the trunk has been looked up.
    func dial(_ placed: PlacedCall, _ result: Result<[IPAddress], IOError>) {
        do throws(TwirpError) {
            guard case .success(let addresses) = result, let ip = addresses.first, let stack else {
                var reason = "it has no address"
                if case .failure(let error) = result { reason = "\(error)" }
                throw TwirpError(.invalidArgument, "the host \(placed.plan.host) cannot be called: \(reason)")
            }
            let remote = SocketAddress(ip, placed.plan.port)
            let call = try placed.plan.outgoing(local: stack.localAddress(towards: remote), settings.limits)
            var program = LegProgram()
            program.audio = .room(placed.plan.request.roomName)
            program.codecs = placed.plan.media.codecs(among: settings.codecs)
            program.rules = settings.media.under(placed.plan.media)
            program.rules.waitsForACK = false
            guard !program.codecs.isEmpty else {
                throw TwirpError(.invalidArgument, "media.codecs leaves no codec that this server has")
            }
            (program.digits, program.dialTone) = (placed.digits, placed.dialTone)
            program.recording = settings.recordingDirectory.map { "\($0)/call-\(placed.id).wav" }
            let mailbox = mailbox
            var dialled = placed
            dialled.remote = remote
            stack.dial(call, to: remote, placed.plan.transport, program) { [dialled] in
                mailbox.post(.dialled(dialled, $0))
            }
        } catch {
            placed.responder.respond(HTTPResponse(error))
        }
    }

    /// The INVITE is out, or could not be sent.
    func follow(_ placed: PlacedCall, _ result: Result<DialledCall, IOError>, at now: Instant) {
        guard case .success(let call) = result else {
            var reason = ""
            if case .failure(let error) = result { reason = "\(error)" }
            return placed.responder.respond(
                HTTPResponse(TwirpError(.unavailable, "the call could not be placed: \(reason)")))
        }
        let (key, plan) = (call.key, placed.plan)
        var live = open(key, placed.id, .outbound)
        (live.snapshot.from, live.snapshot.to) = (plan.number, plan.target.description)
        live.snapshot.sipCallID = call.callID.description
        live.record.callID = call.callID
        live.snapshot.source = placed.remote.map { "\(plan.transport):\($0)" } ?? ""
        live.record.source = live.snapshot.source
        live.snapshot.trunkID = plan.trunk.id.description
        live.snapshot.room = plan.request.roomName
        (live.snapshot.identity, live.snapshot.name) = (plan.identity, plan.name)
        live.snapshot.metadata = plan.request.participantMetadata
        live.snapshot.attributes = plan.attributes(callID: placed.id)
        live.plan = plan
        live.attributesToHeaders = plan.trunk.attributesToHeaders
        live.record.trunkID = plan.trunk.id.description.isEmpty ? nil : plan.trunk.id
        (live.record.room, live.record.participantIdentity) = (live.snapshot.room, live.snapshot.identity)
        (live.record.from, live.record.to) = (plan.number, live.snapshot.to)
        live.setStatus("dialing")
        if plan.request.waitUntilAnswered { live.placed = placed }
        calls[key] = live
        door?.note(key)
        keys[placed.id] = key
        countStart(live)
        remember(live)
        publish(live.snapshot)
        join(key, live.snapshot.room)
        if !plan.request.waitUntilAnswered { placed.respond(live) }
    }

    /// A call was answered: whoever waits for that hears of it.
    func answered(_ key: CallKey) {
        guard let live = calls[key], let placed = live.placed else { return }
        calls[key]?.placed = nil
        placed.respond(live)
    }

    /// A call has ended: whoever waited for its answer hears why.
    func ended(_ live: LiveCall, _ end: CallEnd) { live.placed?.responder.respond(HTTPResponse(TwirpError(end))) }
}

extension PlacedCall {
    fileprivate func respond(_ live: LiveCall) {
        var info = SIPParticipantInfo()
        (info.participantID, info.participantIdentity) = ("PA_" + id.dropFirst(4), plan.identity)
        (info.roomName, info.sipCallID) = (plan.request.roomName, id)
        responder.respond(HTTPResponse(.ok, ["Content-Type": encoding.contentType], body: encoding.write(info)))
    }
}
