/// INVITEs of ours inside a dialog (RFC 3261 §14.1): with credentials where the peer asks for them, cancelled when it is silent,
/// acknowledged when it accepts.
extension UserAgent {
    /// A re-INVITE of ours that waits for its final response.
    struct Reinvite {
        var transaction: TransactionID?
        let offer: [UInt8]
        var authorizations: [DigestAuthorization]
        var cancelGate = CancelGate()
    }

    mutating func sendReinvite(_ key: CallKey, body: [UInt8], at now: Instant, into out: inout [Output]) {
        guard let session = sessions[key], let dialog = session.dialog else { return }
        let request = DigestRequest(method: Method.invite.token, uri: dialog.remoteTarget.bytes, body: body)
        let authorizations = session.digest?.authorize(request, cnonce: endpoint.ids.tag().bytes) ?? []
        send(Reinvite(offer: body, authorizations: authorizations), key, session, dialog, at: now, into: &out)
    }

    private mutating func send(
        _ reinvite: Reinvite, _ key: CallKey, _ session: Session, _ dialog: Dialog, at now: Instant,
        into out: inout [Output]
    ) {
        var (reinvite, built) = (reinvite, dialog)
        let product = configuration.identity.product
        let contactOf = { [self] (flow: Flow) in contact(flow) }
        let next = Self.flow(to: dialog, from: session.flow)
        reinvite.transaction = endpoint.send(.invite, on: next, user: key, at: now, into: &out) { branch, flow in
            built = dialog
            var writer = MessageWriter(reserving: 1400)
            built.makeRequest(.invite, branch: branch, via: Via(flow), into: &writer)
            writer.header(.contact, contactOf(flow))
            for authorization in reinvite.authorizations { writer.header(authorization) }
            writer.header(.allow, Endpoint.allow)
            writer.header(.userAgent, product)
            writer.body(contentType: "application/sdp", reinvite.offer)
            return writer.bytes
        }
        guard reinvite.transaction != nil else { return failReinvite(key, 500, at: now, into: &out) }
        (session.dialog, session.reinvite) = (built, reinvite)
        rearm(key)
    }

    /// A response to the re-INVITE that is out.
    mutating func receiveReinviteResponse(
        _ message: Message, _ key: CallKey, _ session: Session, at now: Instant, into out: inout [Output]
    ) {
        let status = message.statusCode
        switch status {
        case ..<200: break
        case 200..<300:
            session.dialog?.updateTarget(from: message)
            let authorizations = session.reinvite?.authorizations ?? []
            session.reinvite = nil
            sendAck(key, message, authorizations, at: now, into: &out)
            move(key, at: now, into: &out) {
                $0.receiveReinviteSuccess(status, body: message.body, at: now, into: &$1)
            }
        case 401, 407:
            if retryReinvite(message, key, session, at: now, into: &out) { return }
            fallthrough
        default: failReinvite(key, status, at: now, into: &out)
        }
    }

    /// The re-INVITE has failed; the peer may have said nothing.
    mutating func failReinvite(_ key: CallKey, _ status: Int, at now: Instant, into out: inout [Output]) {
        sessions[key]?.reinvite = nil
        let random = endpoint.ids.next()
        move(key, at: now, into: &out) { $0.receiveReinviteFailure(status, random: random, at: now, into: &$1) }
    }

    private mutating func retryReinvite(
        _ message: Message, _ key: CallKey, _ session: Session, at now: Instant, into out: inout [Output]
    ) -> Bool {
        guard session.call.state == .answered, let dialog = session.dialog, let reinvite = session.reinvite,
            !reinvite.cancelGate.isCancelling
        else { return false }
        let request = DigestRequest(method: Method.invite.token, uri: dialog.remoteTarget.bytes, body: reinvite.offer)
        guard let authorizations = authorizations(for: request, challengedBy: message, session) else { return false }
        send(
            Reinvite(offer: reinvite.offer, authorizations: authorizations), key, session, dialog, at: now, into: &out)
        return true
    }
}

extension UserAgent.Session {
    /// The INVITE of ours that has no final response yet.
    var openInvite: TransactionID? { outbound?.transaction ?? reinvite?.transaction }

    var cancelGate: CancelGate? {
        get { outbound?.cancelGate ?? reinvite?.cancelGate }
        set {
            guard let newValue else { return }
            if outbound != nil { outbound?.cancelGate = newValue } else { reinvite?.cancelGate = newValue }
        }
    }
}
