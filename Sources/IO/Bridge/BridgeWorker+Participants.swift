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
            if !placed.trunk.id.description.isEmpty, !trunks.isEmpty, !trunks.contains(placed.trunk.id) {
                throw TwirpError(.unavailable, CallRefusal.trunkElsewhere(placed.trunk.id).sentence)
            }
            let mailbox = mailbox
            lookup.resolve(placed.host) { mailbox.post(.resolved(placed, $0)) }
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
                throw TwirpError(.unavailable, "the trunk's host \(placed.host) cannot be called: \(reason)")
            }
            let call = try placed.outgoing(local: stack.address, settings.limits)
            var program = LegProgram()
            program.audio = .room(placed.request.roomName)
            program.codecs = (placed.request.media ?? MediaPolicy()).over(placed.trunk.media)
                .codecs(among: settings.codecs)
            guard !program.codecs.isEmpty else {
                throw TwirpError(.invalidArgument, "media.codecs leaves no codec that this server has")
            }
            do throws(DTMFSequenceError) {
                if !placed.request.dtmf.isEmpty { program.digits = try DTMFSequence(placed.request.dtmf) }
            } catch {
                throw .invalid("dtmf", error.sentence)
            }
            if placed.request.playDialtone { program.dialTone = ProgressTones.europe.ringback }
            program.recording = settings.recordingDirectory.map { "\($0)/call-\(placed.id).wav" }
            let mailbox = mailbox
            let remote = SocketAddress(ip, placed.port)
            stack.dial(call, to: remote, placed.transport, program) { mailbox.post(.dialled(placed, $0)) }
        } catch {
            placed.responder.respond(HTTPResponse(error))
        }
    }

    /// The INVITE is out, or could not be sent.
    func follow(_ placed: PlacedCall, _ result: Result<CallKey, IOError>, at now: Instant) {
        guard case .success(let key) = result else {
            var reason = ""
            if case .failure(let error) = result { reason = "\(error)" }
            return placed.responder.respond(
                HTTPResponse(TwirpError(.unavailable, "the call could not be placed: \(reason)")))
        }
        var live = open(key, placed.id, .outbound)
        (live.snapshot.from, live.snapshot.to) = (placed.from, placed.target.description)
        live.snapshot.trunkID = placed.trunk.id.description
        live.snapshot.room = placed.request.roomName
        live.snapshot.identity = placed.identity
        let name = placed.request.participantName
        live.snapshot.name = name.isEmpty ? "Phone \(placed.request.callTo)" : name
        live.snapshot.metadata = placed.request.participantMetadata
        live.snapshot.attributes = placed.attributes
        live.attributesToHeaders = placed.trunk.attributesToHeaders
        live.record.trunkID = placed.trunk.id
        (live.record.room, live.record.participantIdentity) = (live.snapshot.room, live.snapshot.identity)
        (live.record.from, live.record.to) = (placed.from, live.snapshot.to)
        live.setStatus("dialing")
        if placed.request.waitUntilAnswered { live.placed = placed }
        calls[key] = live
        door?.note(key)
        keys[placed.id] = key
        countStart(live)
        remember(live)
        publish(live.snapshot)
        join(key, live.snapshot.room)
        if !placed.request.waitUntilAnswered { placed.respond(live) }
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
        (info.participantID, info.participantIdentity) = ("PA_" + id.dropFirst(4), identity)
        (info.roomName, info.sipCallID) = (request.roomName, id)
        responder.respond(HTTPResponse(.ok, ["Content-Type": encoding.contentType], body: encoding.write(info)))
    }
}

extension TwirpError {
    /// The failure of a call that was placed (livekit API; REFERENCE-BRIDGE 2.12).
    init(_ end: CallEnd) {
        let status = end.status ?? 0
        let code: TwirpCode =
            switch status {
            case 301, 302, 404, 410, 481, 604: .notFound
            case 401, 402, 403, 603, 607, 608: .permissionDenied
            case 407: .unauthenticated
            case 408, 504: .deadlineExceeded
            case 409, 412, 482, 483, 500...599: .failedPrecondition
            case 440, 480, 486, 600: .resourceExhausted
            case 416: .outOfRange
            case 487, 491: .aborted
            case 0: .unavailable
            default: .invalidArgument
            }
        self.init(code, "the call failed: \(end.sentence)")
        if status > 0 {
            meta["sip_status_code"] = "\(status)"
            meta["sip_status"] = "\(reasonPhrase(of: status))"
        }
    }
}
