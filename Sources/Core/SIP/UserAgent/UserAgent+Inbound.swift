/// A call that waits for a decision, with the facts that the decision needs.
package struct IncomingCall: Sendable {
    /// The INVITE. Facts are read from it when somebody asks for them.
    package let invite: Message
    /// Where it came from.
    package let source: Flow

    /// The user part of the Request-URI, unescaped; empty when there is none.
    package var user: String { invite.requestSIPURI?.user.map { String(decoding: $0, as: UTF8.self) } ?? "" }

    package var requestURI: String { invite.string(invite.requestURI) }

    /// The URI of From.
    package var from: String { invite.from.map { String(decoding: $0.uri, as: UTF8.self) } ?? "" }
}

/// Requests from peers: new calls, and what happens inside dialogs.
extension UserAgent {
    mutating func receive(_ request: Endpoint.ServerRequest, at now: Instant, into out: inout [Output]) {
        let message = request.message
        switch message.method {
        case .options where message.toTag == nil: respondToOptions(request, at: now, into: &out)
        case .invite where message.toTag == nil: receiveNewInvite(request, at: now, into: &out)
        case .invite, .bye, .options: receiveInDialog(request, at: now, into: &out)
        case .ack, .cancel, .register, .prack, .subscribe, .notify, .publish, .info, .refer, .message, .update, .other:
            break  // the endpoint has answered these
        }
    }

    // MARK: new calls

    private mutating func receiveNewInvite(
        _ request: Endpoint.ServerRequest, at now: Instant, into out: inout [Output]
    ) {
        let id = InviteID(request.message)
        if let (status, reason, extra) = refusal(of: request, id) {
            let call = IncomingCall(invite: request.message, source: request.source)
            out.append(.turnedAway(call, status, Endpoint.shortened(reason)))
            return endpoint.refuse(request, status, reason, extra: extra, at: now, into: &out)
        }
        guard let callID = request.message.callID, request.message.has(.from) else { return }
        let key = newKey()
        let tag = endpoint.ids.tag()
        let call = Call(incoming: key, limits: configuration.limits, at: now)
        let session = Session(call, callID: callID, localTag: tag, flow: request.source)
        session.inbound = request
        sessions[key] = session
        if let id { endpoint.note(id, of: request.transaction) }
        endpoint.inviteServers.setToTag(tag, of: request.transaction)
        dialogs[tag] = key
        inboundInvites[request.transaction] = key
        rearm(key)
        out.append(.incoming(key, IncomingCall(invite: request.message, source: request.source)))
    }

    /// Why a new INVITE cannot become a call, if it cannot (RFC 3261 §8.2.2.2, §8.2.3, §13.3.1).
    private func refusal(
        of request: Endpoint.ServerRequest, _ id: InviteID?
    ) -> (Int, String, [(HeaderName, String)])? {
        let message = request.message
        if isDraining { return (503, "draining", [(.retryAfter, rules.retryAfterSeconds)]) }
        if sessions.count >= configuration.maximumCalls {
            return (503, "too many calls", [(.retryAfter, rules.retryAfterSeconds)])
        }
        if let id, endpoint.openInvites.contains(id) { return (482, "the same INVITE came by two ways", []) }
        // A request of RFC 2543 may lack a Contact (RFC 4475 §3.4.1). Of others no dialog can be made without it, nor with a route that
        // no request can take (§12.1.1).
        if message.fromTag != nil, !message.hasSIPContact {
            return (400, "no usable Contact", [(.warning, "399 sipctl \"an INVITE needs a Contact with a SIP URI\"")])
        }
        if message.fromTag != nil, message.recordRoutes == nil {
            return (400, "no usable Record-Route", [(.warning, "399 sipctl \"Record-Route needs SIP URIs\"")])
        }
        if let (reason, accepted) = message.unsupportedBody { return (415, reason, [accepted]) }
        let accepted = message.values(.accept)
        if !accepted.isEmpty, !accepted.contains(where: { message.mediaType($0, is: "application/sdp") }) {
            return (
                406, "Accept does not list application/sdp",
                [(.warning, "399 sipctl \"only application/sdp is offered\"")]
            )
        }
        return nil
    }

    private mutating func respondToOptions(
        _ request: Endpoint.ServerRequest, at now: Instant, into out: inout [Output]
    ) {
        let extra: [(HeaderName, String)] = [(.allow, Endpoint.allow), (.accept, "application/sdp")]
        guard !isDraining, !rules.isFull else {
            return endpoint.refuse(
                request, 503, isDraining ? "draining" : "no room for calls",
                extra: [(.retryAfter, rules.retryAfterSeconds)], at: now, into: &out)
        }
        endpoint.respondOnce(to: request, 200, extra: extra, into: &out)
    }

    // MARK: inside dialogs

    /// The call whose dialog a request names by its Call-ID and both tags (RFC 3261 §12.2.2).
    private func key(of message: Message) -> CallKey? {
        guard let local = message.toTag, let key = dialogs[local], let session = sessions[key],
            message.isOf(session.callID)
        else { return nil }
        let remote = session.dialog.map { $0.id.remote } ?? session.inbound?.message.fromTag
        return remote == message.fromTag || (remote?.bytes.isEmpty ?? true) && message.fromTag == nil ? key : nil
    }

    private mutating func receiveInDialog(
        _ request: Endpoint.ServerRequest, at now: Instant, into out: inout [Output]
    ) {
        let message = request.message
        guard let key = key(of: message) else {
            return endpoint.refuse(request, 481, "no such dialog", at: now, into: &out)
        }
        if message.method == .bye, sessions[key]?.dialog == nil {
            endpoint.respond(to: request, 200, at: now, into: &out)
            return move(key, at: now, into: &out) { $0.receiveBye(why: nil, into: &$1) }
        }
        guard let verdict = sessions[key]?.dialog?.receive(request: message) else {
            return endpoint.refuse(request, 481, "the dialog is not established", at: now, into: &out)
        }
        switch verdict {
        case .outOfOrder:
            endpoint.refuse(
                request, 500, "CSeq is lower than the last one of the dialog", keepsState: true, at: now, into: &out)
        case .retransmission
        where message.method == .invite && sessions[key]?.lastAnswer?.cseq == message.cseq?.number:
            // The same INVITE with another branch: the same answer again, no new negotiation.
            repeatAnswer(request, key, at: now, into: &out)
        case .accept, .retransmission: receiveAccepted(request, key, at: now, into: &out)
        case .strayAck: break  // the endpoint hands ACKs over by another way
        case .missingCSeq: endpoint.refuse(request, 400, "no CSeq", keepsState: true, at: now, into: &out)
        }
    }

    private mutating func receiveAccepted(
        _ request: Endpoint.ServerRequest, _ key: CallKey, at now: Instant, into out: inout [Output]
    ) {
        let message = request.message
        switch message.method {
        case .bye:
            endpoint.respond(to: request, 200, at: now, into: &out)
            let why = message.first(.reason).map { message.string($0) }
            move(key, at: now, into: &out) { $0.receiveBye(why: why, into: &$1) }
        case .invite:
            if let (reason, accepted) = message.unsupportedBody {
                return endpoint.refuse(
                    request, 415, reason, extra: [accepted], keepsState: true, at: now, into: &out)
            }
            if sessions[key]?.openInvite != nil {
                return endpoint.refuse(
                    request, 491, "an INVITE of ours is pending", keepsState: true, at: now, into: &out)
            }
            if let session = sessions[key] {
                closeInvite(of: session)
                session.inbound = request
            }
            inboundInvites[request.transaction] = key
            move(key, at: now, into: &out) { $0.receiveReinvite(offer: message.sessionDescription, into: &$1) }
        default:
            endpoint.respond(
                to: request, 200, extra: [(.allow, Endpoint.allow), (.accept, "application/sdp")], at: now, into: &out)
        }
    }

    private mutating func repeatAnswer(
        _ request: Endpoint.ServerRequest, _ key: CallKey, at now: Instant, into out: inout [Output]
    ) {
        guard let bytes = sessions[key]?.lastAnswer?.body else { return }
        var writer = request.head(200, toTag: nil)
        writer.header(.contact, contact(sessions[key]?.flow ?? request.source))
        writer.header(.allow, Endpoint.allow)
        writer.header(.server, configuration.identity.product)
        writer.body(contentType: "application/sdp", bytes)
        endpoint.respond(request.transaction, status: 200, writer.bytes, at: now, into: &out)
    }

    mutating func receiveAck(_ message: Message, at now: Instant, into out: inout [Output]) {
        guard let key = key(of: message), let session = sessions[key], let cseq = message.cseq,
            session.unacknowledged?.cseq == cseq.number
        else { return }
        session.unacknowledged = nil
        out.append(.acknowledged(key))
        move(key, at: now, into: &out) { $0.receiveAck(body: message.body, at: now, into: &$1) }
    }

    // MARK: responses to INVITE

    /// Answers the INVITE that waits. A 2xx makes the dialog and is repeated until its ACK comes (RFC 3261 §13.3.1.4).
    mutating func respond(
        _ key: CallKey, _ status: Int, body: [UInt8], extra: [(HeaderName, String)], at now: Instant,
        into out: inout [Output]
    ) {
        guard let session = sessions[key], let request = session.inbound else { return }
        var writer = request.head(status, toTag: request.message.toTag == nil ? session.localTag : nil)
        if status < 300 {
            // Ours comes first: the peer reads the list from its end (RFC 3261 §12.1.2).
            if rules.addsRecordRoute, session.dialog == nil { writer.header(.recordRoute, route(session.flow)) }
            writer.copy(.recordRoute, from: request.message)
            writer.header(.contact, contact(session.flow))
        }
        for (name, value) in extra { writer.header(name, value) }
        if status >= 200, status < 300 {
            writer.header(.allow, Endpoint.allow)
            writer.headers(session.answerHeaders.filter { !$0.name.isOfDialog })
            session.answerHeaders = []
        }
        writer.header(.server, configuration.identity.product)
        writer.body(contentType: body.isEmpty ? nil : "application/sdp", body)
        let bytes = writer.bytes
        endpoint.respond(request.transaction, status: status, bytes, at: now, into: &out)
        if status >= 200, status < 300 {
            sessions[key]?.dialog?.updateTarget(from: request.message)
            if session.dialog == nil {
                sessions[key]?.dialog = Dialog(
                    uas: request.message, localTag: session.localTag, transport: session.flow.transport,
                    state: .confirmed)
            }
            let cseq = request.message.cseq?.number ?? 0
            session.lastAnswer = (cseq, body)
            let retransmitter = TwoXXRetransmitter(response: bytes, timers: configuration.identity.timers, at: now)
            session.unacknowledged = (cseq, request.responseFlow, retransmitter)
        } else if status >= 300 {
            out.append(
                .refused(
                    key, request.source, status,
                    session.refusal ?? extra.first { $0.0 == .warning }?.1 ?? "refused by the call's logic"))
        }
        if status >= 200 { closeInvite(of: session) }
        rearm(key)
    }

    mutating func advanceRetransmitter(_ key: CallKey, at now: Instant, into out: inout [Output]) {
        guard let session = sessions[key], let flow = session.unacknowledged?.flow else { return }
        var outputs: [TwoXXRetransmitter.Output] = []
        session.unacknowledged?.retransmitter.advance(to: now, into: &outputs)
        for output in outputs {
            switch output {
            case .send(let bytes): out.append(.send(bytes, flow))
            case .gaveUp:
                session.unacknowledged = nil
                move(key, at: now, into: &out) { $0.receiveNoAck(at: now, into: &$1) }
            }
        }
    }

    /// Ourselves as a hop of the peer's requests.
    private func route(_ flow: Flow) -> [UInt8] {
        let transport = flow.transport == .udp ? "" : ";transport=\(flow.transport)"
        return Array("<sip:\(flow.local)\(transport);lr>".utf8)
    }

    /// Our Contact as the peer on `flow` must use it.
    func contact(_ flow: Flow) -> [UInt8] {
        var value: [UInt8] = []
        value.reserveCapacity(64)
        value.append("<sip:")
        value += configuration.user.utf8
        value.append(UInt8(ascii: "@"))
        value += flow.local.bytes
        if flow.transport != .udp { value += ";transport=\(flow.transport)".utf8 }
        value.append(UInt8(ascii: ">"))
        return value
    }
}
