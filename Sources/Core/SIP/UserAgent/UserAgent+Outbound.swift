/// A call to place.
package struct OutgoingCall: Sendable {
    /// The Request-URI, and the URI of To unless `to` says otherwise.
    package var target: SIPURI
    package var to: SIPURI?
    /// The display name in To; nil or empty writes none.
    package var toDisplayName: String?
    /// The URI of From.
    package var from: SIPURI
    /// The display name in From; nil or empty writes none.
    package var displayName: String?
    package var credentials: DigestCredentials?
    /// Header fields to add, by name; a known name is written in its canonical spelling.
    package var headers: [(name: String, value: String)] = []
    /// Overrides the user agent's limits.
    package var limits: Call.Limits?

    package init(target: SIPURI, from: SIPURI) { (self.target, self.from) = (target, from) }
}

/// Requests of ours: INVITE with its retries and CANCEL, ACK, BYE, and the responses to them.
extension UserAgent {
    mutating func sendInvite(_ key: CallKey, body: [UInt8], at now: Instant, into out: inout [Output]) {
        guard let session = sessions[key], var outbound = session.outbound else { return }
        outbound.offer = body
        let product = configuration.identity.product
        let contactOf = { [self] (flow: Flow) in contact(flow) }
        outbound.transaction = endpoint.send(.invite, on: session.flow, user: key, at: now, into: &out) {
            branch, flow in
            var writer = MessageWriter(reserving: 1400)
            writer.request(.invite, outbound.call.target.bytes)
            writer.header(.via, Via(flow).bytes + Array(";branch=".utf8) + branch.bytes)
            writer.header(.maxForwards, 70)
            let (to, from) = (outbound.call.to ?? outbound.call.target, outbound.call.from)
            let tag = Array(";tag=".utf8) + session.localTag.bytes
            writer.header(.from, Self.nameAddr(outbound.call.displayName, from) + tag)
            writer.header(.to, Self.nameAddr(outbound.call.toDisplayName, to))
            writer.header(.callID, session.callID.bytes)
            writer.header(.cseq, "\(outbound.cseq) INVITE")
            writer.header(.contact, contactOf(flow))
            for authorization in outbound.authorizations { writer.header(authorization) }
            writer.header(.allow, Endpoint.allow)
            writer.header(.userAgent, product)
            writer.headers(outbound.call.headers)
            writer.body(contentType: "application/sdp", body)
            return writer.bytes
        }
        guard let transaction = outbound.transaction else {
            let end = CallEnd(.localFailure, "the INVITE would not be valid SIP: check --from, the target and --header")
            sessions[key]?.outbound = outbound
            return move(key, at: now, into: &out) { $0.fail(end, into: &$1) }
        }
        if let flow = endpoint.flow(of: transaction) { sessions[key]?.flow = flow }
        sessions[key]?.outbound = outbound
    }

    /// A URI in angle brackets, behind its display name as a quoted string (RFC 3261 §25.1).
    private static func nameAddr(_ name: String?, _ uri: SIPURI) -> [UInt8] {
        var value: [UInt8] = []
        if let name, !name.isEmpty {
            value.append(UInt8(ascii: "\""))
            for byte in name.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { value.append(UInt8(ascii: "\\")) }
                value.append(byte)
            }
            value += "\" ".utf8
        }
        return value + Array("<".utf8) + uri.bytes + Array(">".utf8)
    }

    // MARK: CANCEL

    mutating func orderCancel(_ key: CallKey, at now: Instant, into out: inout [Output]) {
        moveCancelGate(key, at: now, into: &out) { _ = $0.cancel(at: now, into: &$1) }
    }

    mutating func advanceCancelGate(_ key: CallKey, at now: Instant, into out: inout [Output]) {
        moveCancelGate(key, at: now, into: &out) { $0.advance(to: now, into: &$1) }
    }

    private mutating func moveCancelGate(
        _ key: CallKey, at now: Instant, into out: inout [Output],
        _ stimulus: (inout CancelGate, inout [CancelGate.Output]) -> Void
    ) {
        guard let session = sessions[key], var gate = session.cancelGate else { return }
        var outputs: [CancelGate.Output] = []
        stimulus(&gate, &outputs)
        session.cancelGate = gate
        for output in outputs {
            guard let invite = session.openInvite else { continue }
            switch output {
            case .sendCancel: endpoint.cancel(invite, at: now, into: &out)
            case .abandoned:
                endpoint.moveInviteClient(invite, into: &out) { $0.abandon(into: &$1) }
                if session.reinvite != nil { failReinvite(key, 408, at: now, into: &out) }
            case .stopCancel: endpoint.stopCancel(of: invite, into: &out)
            case .acknowledgeThenBye: break  // the call does both when it hears of the 2xx
            }
        }
        rearm(key)
    }

    /// The call of an INVITE is over here while its peer may still ring: from now on only a timer ends its transaction (§9.1). A
    /// CANCEL that may have come before the INVITE is sent once more.
    mutating func leaveInvite(of key: CallKey, at now: Instant, into out: inout [Output]) {
        guard let session = sessions[key], let invite = session.openInvite,
            endpoint.inviteClients[invite]?.machine.hasProvisional ?? false
        else { return }
        orphans.set(invite, to: now + configuration.identity.timers.transactionTimeout)
        guard session.cancelGate?.mayHaveOvertaken ?? false else { return }
        endpoint.cancel(invite, at: now, into: &out)
    }

    // MARK: responses

    mutating func receiveResponse(
        _ message: Message, _ transaction: TransactionID, _ key: CallKey?, at now: Instant, into out: inout [Output]
    ) {
        guard let key, let session = sessions[key] else {
            if key != nil, message.method == .invite { endOrphan(message, transaction, at: now, into: &out) }
            return
        }
        guard message.method == .invite else {
            if message.method == .bye, message.statusCode >= 200 {
                if retryBye(message, key, session, at: now, into: &out) { return }
                move(key, at: now, into: &out) { $0.receiveByeOutcome(into: &$1) }
            }
            return
        }
        if transaction == session.openInvite {
            moveCancelGate(key, at: now, into: &out) { $0.receive(status: message.statusCode, at: now, into: &$1) }
        }
        if session.reinvite?.transaction == transaction, message.statusCode >= 300 || message.isOf(session.dialog) {
            return receiveReinviteResponse(message, key, session, at: now, into: &out)
        }
        switch message.statusCode {
        case ..<200:
            if message.statusCode > 100 { out.append(.response(key, message)) }
            move(key, at: now, into: &out) {
                $0.receiveProvisional(message.statusCode, body: message.body, into: &$1)
            }
        case 200..<300: receiveSuccess(message, transaction, key, session, at: now, into: &out)
        case 401, 407:
            if retry(message, key, session, at: now, into: &out) { return }
            fallthrough
        default:
            sessions[key]?.outbound?.transaction = nil
            let phrase = message.explanation
            move(key, at: now, into: &out) { $0.receiveFailure(message.statusCode, phrase: phrase, into: &$1) }
        }
    }

    private mutating func receiveSuccess(
        _ message: Message, _ transaction: TransactionID, _ key: CallKey, _ session: Session, at now: Instant,
        into out: inout [Output]
    ) {
        if message.isOf(session.dialog) {
            // A retransmission of the 2xx: the same ACK again (§13.2.2.4).
            if let ack = session.acks.first(where: { $0.cseq == message.cseq?.number }) {
                out.append(.send(ack.bytes, ack.flow))
            }
            return
        }
        guard session.dialog == nil else { return endUnwanted(message, transaction, at: now, into: &out) }
        guard let invite = endpoint.invitesSent[transaction],
            let dialog = Dialog(uac: invite, response: message, transport: session.flow.transport)
        else {
            out.append(.refused(key, session.flow, 0, "the 2xx makes no dialog: no To tag or no Contact"))
            let end = CallEnd(
                .protocolError, status: message.statusCode, "the answer makes no dialog: no To tag or no Contact")
            return move(key, at: now, into: &out) { $0.fail(end, into: &$1) }
        }
        sessions[key]?.dialog = dialog
        sessions[key]?.outbound?.transaction = nil
        sendAck(key, message, session.outbound?.authorizations ?? [], at: now, into: &out)
        out.append(.response(key, message))
        move(key, at: now, into: &out) {
            $0.receiveSuccess(message.statusCode, body: message.body, at: now, into: &$1)
        }
        sessions[key]?.outbound = nil
        rearm(key)
    }

    /// A response to an INVITE whose call is gone here: a 2xx must still be ended (RFC 3261 §13.2.2.4), and a peer that rings only
    /// now, after it refused our CANCEL for coming too early, is asked once more to stop (§9.1).
    private mutating func endOrphan(
        _ message: Message, _ transaction: TransactionID, at now: Instant, into out: inout [Output]
    ) {
        switch message.statusCode {
        case ..<200 where !orphans.contains(transaction):
            orphans.set(transaction, to: now + configuration.identity.timers.transactionTimeout)
            endpoint.cancel(transaction, at: now, into: &out)
        case ..<200: break
        default:
            orphans.set(transaction, to: nil)
            endpoint.stopCancel(of: transaction, into: &out)
            if message.statusCode < 300 { endUnwanted(message, transaction, at: now, into: &out) }
        }
    }

    /// Acknowledges a 2xx that no call wants, from another fork or after the call was given up, and ends its dialog. A
    /// retransmission of it is acknowledged only.
    private mutating func endUnwanted(
        _ message: Message, _ transaction: TransactionID, at now: Instant, into out: inout [Output]
    ) {
        guard let invite = endpoint.invitesSent[transaction], let flow = endpoint.flow(of: transaction),
            var dialog = Dialog(uac: invite, response: message, transport: flow.transport)
        else { return }
        if let ack = endpoint.unwantedAcks[transaction]?[dialog.id.remote] {
            return out.append(.send(ack.bytes, ack.flow))
        }
        let flowOut = Self.flow(to: dialog, from: flow)
        let bytes = ack(&dialog, [], flowOut)
        endpoint.unwantedAcks[transaction, default: [:]][dialog.id.remote] = (bytes, flowOut)
        out.append(.send(bytes, flowOut))
        // The dialog of a re-INVITE has had its BYE.
        guard invite.toTag == nil else { return }
        bye(&dialog, Farewell(), on: flowOut, user: nil, at: now, into: &out)
    }

    /// Repeats the INVITE with credentials, once per challenge (RFC 3261 §22.2, §22.3). False when there are none that help.
    private mutating func retry(
        _ message: Message, _ key: CallKey, _ session: Session, at now: Instant, into out: inout [Output]
    ) -> Bool {
        guard session.call.state == .dialing || session.call.state == .ringing, var outbound = session.outbound,
            session.digest != nil
        else { return false }
        let request = DigestRequest(method: Method.invite.token, uri: outbound.call.target.bytes, body: outbound.offer)
        guard let authorizations = authorizations(for: request, challengedBy: message, session) else { return false }
        outbound.authorizations = authorizations
        outbound.cseq += 1
        outbound.cancelGate = CancelGate()
        sessions[key]?.outbound = outbound
        sendInvite(key, body: outbound.offer, at: now, into: &out)
        return true
    }

    /// Repeats our BYE with credentials: unanswered, the challenge would leave the peer in the call.
    private mutating func retryBye(
        _ message: Message, _ key: CallKey, _ session: Session, at now: Instant, into out: inout [Output]
    ) -> Bool {
        guard message.statusCode == 401 || message.statusCode == 407, session.call.state == .ending,
            var dialog = session.dialog
        else { return false }
        let request = DigestRequest(method: Method.bye.token, uri: dialog.remoteTarget.bytes)
        guard let authorizations = authorizations(for: request, challengedBy: message, session) else { return false }
        let next = Self.flow(to: dialog, from: session.flow)
        let farewell = Farewell(reason: session.byeReason, headers: session.byeHeaders, authorizations: authorizations)
        bye(&dialog, farewell, on: next, user: key, at: now, into: &out)
        session.dialog = dialog
        return true
    }

    /// The credentials that a 401 or 407 asks for; nil when there are none that help.
    mutating func authorizations(
        for request: DigestRequest, challengedBy message: Message, _ session: Session
    ) -> [DigestAuthorization]? {
        let values = { (name: HeaderName) in
            message.headers.filter { $0.name == name }.map { Array(message.bytes($0.value)) }
        }
        let answer = session.digest?.respond(
            server: values(.wwwAuthenticate), proxy: values(.proxyAuthenticate), to: request,
            cnonce: endpoint.ids.tag().bytes)
        guard case .success(let authorizations)? = answer else { return nil }
        return authorizations
    }

    mutating func receiveFailure(
        _ transaction: TransactionID, _ key: CallKey?, _ cause: Endpoint.FailureCause, at now: Instant,
        into out: inout [Output]
    ) {
        guard let key, let session = sessions[key] else { return }
        if session.outbound?.transaction == transaction {
            sessions[key]?.outbound?.transaction = nil
            move(key, at: now, into: &out) { $0.receiveNoResponse(cause, peer: session.flow, into: &$1) }
        } else if session.reinvite?.transaction == transaction {
            failReinvite(key, cause == .timedOut ? 408 : 503, at: now, into: &out)
        } else if transaction.kind == .nonInviteClient {  // only BYEs have a call
            terminationFailures[session.call.direction] += 1
            move(key, at: now, into: &out) { $0.receiveByeOutcome(into: &$1) }
        }
    }

    // MARK: ACK and BYE

    /// Acknowledges a 2xx, with the credentials of its INVITE (RFC 3261 §13.2.2.4).
    mutating func sendAck(
        _ key: CallKey, _ response: Message, _ authorizations: [DigestAuthorization], at now: Instant,
        into out: inout [Output]
    ) {
        guard let session = sessions[key], var dialog = session.dialog, let cseq = response.cseq?.number else { return }
        let flow = Self.flow(to: dialog, from: session.flow)
        let bytes = ack(&dialog, authorizations, flow)
        session.dialog = dialog
        session.acks = session.acks.suffix(1) + [(cseq, bytes, flow)]
        out.append(.send(bytes, flow))
    }

    private mutating func ack(
        _ dialog: inout Dialog, _ authorizations: [DigestAuthorization], _ flow: Flow
    ) -> [UInt8] {
        var writer = MessageWriter(reserving: 512)
        dialog.makeRequest(.ack, branch: endpoint.ids.branch(), via: Via(flow), into: &writer)
        for authorization in authorizations { writer.header(authorization) }
        writer.body()
        return writer.bytes
    }

    mutating func sendBye(_ key: CallKey, reason: String?, at now: Instant, into out: inout [Output]) {
        sessions[key]?.unacknowledged = nil
        guard let session = sessions[key], var dialog = session.dialog else {
            return move(key, at: now, into: &out) { $0.receiveByeOutcome(into: &$1) }
        }
        let request = DigestRequest(method: Method.bye.token, uri: dialog.remoteTarget.bytes)
        let authorizations = session.digest?.authorize(request, cnonce: endpoint.ids.tag().bytes) ?? []
        let isGiven = session.byeHeaders.contains { HeaderName($0.name.utf8) == .reason }
        session.byeReason = isGiven ? nil : reason
        let farewell = Farewell(reason: session.byeReason, headers: session.byeHeaders, authorizations: authorizations)
        let next = Self.flow(to: dialog, from: session.flow)
        bye(&dialog, farewell, on: next, user: key, at: now, into: &out)
        session.dialog = dialog
    }

    /// What a BYE says beyond its dialog.
    private struct Farewell {
        var reason: String?
        var headers: [(name: String, value: String)] = []
        var authorizations: [DigestAuthorization] = []
    }

    private mutating func bye(
        _ dialog: inout Dialog, _ farewell: Farewell, on flow: Flow, user: CallKey?, at now: Instant,
        into out: inout [Output]
    ) {
        var built = dialog
        let product = configuration.identity.product
        _ = endpoint.send(.bye, on: flow, user: user, at: now, into: &out) { branch, flow in
            built = dialog
            var writer = MessageWriter(reserving: 512)
            built.makeRequest(.bye, branch: branch, via: Via(flow), into: &writer)
            for authorization in farewell.authorizations { writer.header(authorization) }
            if let reason = farewell.reason { writer.header(.reason, reason) }
            writer.header(.userAgent, product)
            writer.headers(farewell.headers.filter { !$0.name.isOfDialog })
            writer.body(contentType: nil, [])
            return writer.bytes
        }
        dialog = built
    }

    /// The flow of a request inside a dialog: the address of the first route or of the remote target (RFC 3261 §12.2.1.1), over
    /// the connection that the dialog came on when the transport has one.
    ///
    /// Deviation: a next hop given by name is taken to be the peer that the dialog was made with, as it is nearly always.
    static func flow(to dialog: Dialog, from flow: Flow) -> Flow {
        guard !flow.transport.isReliable, case .ip(let ip) = dialog.nextHop.host, !ip.isUnspecified else { return flow }
        var next = flow
        next.remote = SocketAddress(ip, dialog.nextHop.port ?? 5060)
        return next
    }
}

extension Message {
    /// The longest explanation that is taken from a body, in bytes.
    private static let longestExplanation = 200

    /// What a failure response says in words: of some statuses a text in its body, or what Twilio says, else its reason phrase
    /// (livekit/sip, "INVITE failures").
    fileprivate var explanation: String {
        let phrase = string(reasonPhrase)
        guard [400, 404, 480, 486, 488].contains(statusCode) else { return phrase }
        let isText = first(.contentType).map { mediaType($0, is: "text/plain") } ?? true
        if isText, !body.isEmpty, body.count <= Self.longestExplanation,
            body.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x0d || $0 == 0x0a })
        {
            let lines = body.split { $0 == 0x0d || $0 == 0x0a }
            return lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        }
        let twilio = headers.first { $0.name == .other && bytes($0.nameRange).equalsIgnoringCase("X-Twilio-Error") }
        return twilio.map { string($0.value) } ?? phrase
    }

    /// Whether a response has the To tag of this dialog.
    fileprivate func isOf(_ dialog: Dialog?) -> Bool { dialog.map { $0.id.remote == toTag ?? Tag([]) } ?? false }
}

extension Via {
    /// The Via of a request that takes `flow`, without its branch: responses come back to where it left (RFC 3581).
    init(_ flow: Flow) {
        self.init(
            transport: flow.transport, host: .ip(flow.local.ip), port: flow.local.port,
            parameters: Parameters(Array(";rport".utf8)))
    }
}

extension String {
    /// Whether this names a header field that says which message this is and how it travels: the user agent writes those.
    var isOfDialog: Bool {
        switch HeaderName(utf8) {
        case .via, .from, .to, .callID, .cseq, .contact, .maxForwards, .route, .recordRoute, .contentLength,
            .contentType:
            true
        default: false
        }
    }
}

extension MessageWriter {
    /// Writes header fields that somebody named, in their canonical spelling when it is known.
    mutating func headers(_ fields: [(name: String, value: String)]) {
        for (name, value) in fields {
            let known = HeaderName(name.utf8)
            if known == .other { header(named: name, value) } else { header(known, value) }
        }
    }

    /// Writes Authorization or Proxy-Authorization.
    mutating func header(_ authorization: DigestAuthorization) {
        switch authorization.target {
        case .server: header(.authorization, authorization.value)
        case .proxy: header(.proxyAuthorization, authorization.value)
        }
    }
}
