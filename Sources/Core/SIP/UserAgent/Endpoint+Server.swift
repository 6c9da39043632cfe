/// Requests in, responses out (RFC 3261 §8.2, §17.2).
extension Endpoint {
    /// The methods an Allow header field names; all others get 405, and unknown ones 501.
    static let allowed: [Method] = [.invite, .ack, .bye, .cancel, .options]
    static let allow = "INVITE, ACK, BYE, CANCEL, OPTIONS"
    /// The option tags that Require may name.
    static let supportedOptions: [[UInt8]] = []

    mutating func receiveRequest(
        _ message: Message, on flow: Flow, at now: Instant, into out: inout [UserAgent.Output]
    ) {
        counters.requestsReceived += 1
        guard let viaRange = message.topViaValue else {
            counters.malformed += 1
            return out.append(.malformed(flow, 0, "request without Via: nowhere to answer"))
        }
        guard let via = message.contents.key.topVia else {
            // What the Via says cannot be read, so the reply takes the way the request came.
            let fault = message.faults.first ?? Fault(.malformedVia, offset: viaRange.lowerBound)
            return refuse(message, fault, via: Array(message.bytes(viaRange)), on: flow, into: &out)
        }
        let responseFlow = ViaRouting.responseFlow(for: via, on: flow)
        let stamped = ViaRouting.stamped(viaRange, via, of: message.bytes, source: flow.remote)
        if let fault = message.faults.first {
            return refuse(message, fault, via: stamped, on: responseFlow, into: &out)
        }
        guard let key = TransactionKey(request: message) else { return }
        if message.method == .ack { return receiveAck(message, key, at: now, into: &out) }
        if message.method == .invite {
            if let id = inviteServers.id(for: key) {
                return moveInviteServer(id, into: &out) { $0.receiveRetransmit(at: now, into: &$1) }
            }
        } else if let id = nonInviteServers.id(for: key) {
            return moveNonInviteServer(id, into: &out) { $0.receiveRetransmit(at: now, into: &$1) }
        }
        guard inviteServers.count + nonInviteServers.count < Self.maximumServerTransactions else {
            let busy = ServerRequest(
                message: message, transaction: TransactionID(0, .nonInviteServer), source: flow,
                responseFlow: responseFlow, via: stamped)
            let response = busy.response(503, extra: [(.retryAfter, "10")], identity: identity)
            out.append(.refused(nil, flow, 503, "too many transactions"))
            return out.append(.send(response, responseFlow))
        }
        let request = open(message, key, via: stamped, from: flow, to: responseFlow, at: now)
        if message.method == .cancel { return receiveCancel(request, at: now, into: &out) }
        if refuseEarly(request, at: now, into: &out) { return }
        indications.append(.request(request))
    }

    /// Sends `bytes`, a response with `status`, in the transaction of a request. Does nothing when it has ended.
    mutating func respond(
        _ id: TransactionID, status: Int, _ bytes: [UInt8], at now: Instant, into out: inout [UserAgent.Output]
    ) {
        switch id.kind {
        case .inviteServer:
            moveInviteServer(id, into: &out) { $0.respond(status: status, bytes, at: now, into: &$1) }
        case .nonInviteServer:
            moveNonInviteServer(id, into: &out) { $0.respond(status: status, bytes, at: now, into: &$1) }
        case .inviteClient, .nonInviteClient:
            preconditionFailure("responses belong to server transactions")
        }
    }

    /// Sends a response built from the request alone. Where its To has no tag, the response has `tag` or a new one.
    mutating func respond(
        to request: ServerRequest, _ status: Int, tag: Tag? = nil, extra: [(HeaderName, String)] = [], at now: Instant,
        into out: inout [UserAgent.Output]
    ) {
        let tag = status > 100 && request.message.toTag == nil ? tag ?? ids.tag() : nil
        let bytes = request.response(status, toTag: tag, extra: extra, identity: identity)
        respond(request.transaction, status: status, bytes, at: now, into: &out)
    }

    // MARK: what needs no call

    /// A request that is no legal SIP: one stateless response, hardly larger than the request, and none to an ACK.
    private mutating func refuse(
        _ message: Message, _ fault: Fault, via: [UInt8], on flow: Flow, into out: inout [UserAgent.Output]
    ) {
        counters.malformed += 1
        guard message.method != .ack else { return out.append(.malformed(flow, 0, "malformed ACK: \(fault.sentence)")) }
        let status = fault.reason == .unsupportedVersion ? 505 : 400
        let request = ServerRequest(
            message: message, transaction: TransactionID(0, .nonInviteServer), source: flow, responseFlow: flow,
            via: via)
        // The source of a datagram may be forged, so a reply may not be much larger than it: first the Warning goes.
        let limit = flow.transport.isReliable ? Int.max : message.bytes.count + 128
        var response = request.malformedResponse(status, fault, identity: identity)
        if response.count > limit { response = request.response(status, identity: identity) }
        out.append(.malformed(flow, status, fault.sentence))
        if response.count <= limit { out.append(.send(response, flow)) }
    }

    private mutating func open(
        _ message: Message, _ key: TransactionKey, via: [UInt8], from flow: Flow, to responseFlow: Flow, at now: Instant
    ) -> ServerRequest {
        let id = newID(message.method == .invite ? .inviteServer : .nonInviteServer)
        let request = ServerRequest(
            message: message, transaction: id, source: flow, responseFlow: responseFlow, via: via)
        let reliable = flow.transport.isReliable
        if message.method == .invite {
            let machine = InviteServerTransaction(reliable: reliable, timers: identity.timers, at: now)
            let deadline = machine.deadline
            inviteServers.insert(
                id, .init(machine: machine, key: key, flow: responseFlow, user: nil, pending: (message, via)))
            settle(id, deadline: deadline, isTerminated: false)
        } else {
            let machine = NonInviteServerTransaction(reliable: reliable, timers: identity.timers)
            nonInviteServers.insert(id, .init(machine: machine, key: key, flow: responseFlow, user: nil))
        }
        return request
    }

    /// The checks of RFC 3261 §8.2.1 to §8.2.3 that a UAS makes before anything else. True when it has answered.
    private mutating func refuseEarly(
        _ request: ServerRequest, at now: Instant, into out: inout [UserAgent.Output]
    ) -> Bool {
        let message = request.message
        if case .other(let token) = message.method {
            refuse(request, 501, "unknown method \(String(decoding: token, as: UTF8.self))", at: now, into: &out)
            return true
        }
        guard Self.allowed.contains(message.method) else {
            refuse(
                request, 405, "method \(String(decoding: message.method.token, as: UTF8.self)) is not supported",
                extra: [(.allow, Self.allow)], at: now, into: &out)
            return true
        }
        guard message.requestSIPURI != nil else {
            let uri = message.string(message.requestURI)
            refuse(request, 416, "the Request-URI \(uri) is neither sip nor sips", at: now, into: &out)
            return true
        }
        let unsupported = message.values(.require).map { Array(message.bytes($0)) }
            .filter { !Self.supportedOptions.contains($0) }
        guard unsupported.isEmpty else {
            let names = unsupported.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
            refuse(request, 420, "required extension \(names)", extra: [(.unsupported, names)], at: now, into: &out)
            return true
        }
        return false
    }

    /// Answers a request with one response and forgets it (RFC 3261 §8.2.7): a copy of the request is looked at anew and gets the
    /// same. For whoever belongs to no call: anybody can send any number of such requests, and each would be kept for 32 s.
    mutating func respondOnce(
        to request: ServerRequest, _ status: Int, extra: [(HeaderName, String)] = [], into out: inout [UserAgent.Output]
    ) {
        let tag = request.message.toTag == nil ? request.statelessTag : nil
        out.append(.send(request.response(status, toTag: tag, extra: extra, identity: identity), request.responseFlow))
        forget(request.transaction)
    }

    /// A reason as people see it: what it quotes of a request may fill a line of 8 KiB.
    static func shortened(_ reason: String) -> String {
        let longest = 300  // bytes
        guard reason.utf8.count > longest else { return reason }
        return String(decoding: reason.utf8.prefix(longest), as: UTF8.self) + "…"
    }

    /// Answers with a failure and says why in an output. With `keepsState`, for the peers of calls, the transaction stays: it
    /// repeats a failure of an INVITE until it has arrived.
    mutating func refuse(
        _ request: ServerRequest, _ status: Int, _ reason: String, extra: [(HeaderName, String)] = [],
        keepsState: Bool = false, at now: Instant, into out: inout [UserAgent.Output]
    ) {
        counters.refused += 1
        out.append(.refused(nil, request.source, status, Self.shortened(reason)))
        guard keepsState else { return respondOnce(to: request, status, extra: extra, into: &out) }
        respond(to: request, status, extra: extra, at: now, into: &out)
    }

    private mutating func receiveAck(
        _ message: Message, _ key: TransactionKey, at now: Instant, into out: inout [UserAgent.Output]
    ) {
        if let id = inviteServers.id(for: key), (inviteServers[id]?.machine.lastStatus ?? 0) >= 300 {
            return moveInviteServer(id, into: &out) { $0.receiveAck(at: now, into: &$1) }
        }
        indications.append(.ack(message))
    }

    /// CANCEL (RFC 3261 §9.2): 481 when there is no INVITE to cancel, else 200, and the user agent is told when it still matters.
    private mutating func receiveCancel(
        _ request: ServerRequest, at now: Instant, into out: inout [UserAgent.Output]
    ) {
        guard let key = TransactionKey(cancelledBy: request.message), let invite = inviteServers.id(for: key) else {
            return refuse(request, 481, "CANCEL matches no INVITE", at: now, into: &out)
        }
        respond(to: request, 200, tag: inviteServers[invite]?.toTag, at: now, into: &out)
        if inviteServers[invite]?.machine.isPending ?? false { indications.append(.cancelled(invite)) }
    }

    // MARK: driving the machines

    mutating func moveInviteServer(
        _ id: TransactionID, into out: inout [UserAgent.Output],
        _ stimulus: (inout InviteServerTransaction, inout [InviteServerTransaction.Output]) -> Void
    ) {
        guard let flow = inviteServers[id]?.flow else { return }
        var outputs: [InviteServerTransaction.Output] = []
        swap(&outputs, &spareInviteOutputs)
        inviteServers.move(id) { stimulus(&$0, &outputs) }
        for output in outputs {
            switch output {
            case .send(let bytes): out.append(.send(bytes, flow))
            case .sendTrying(let delay):
                guard let (message, via) = inviteServers[id]?.pending else { continue }
                let request = ServerRequest(
                    message: message, transaction: id, source: flow, responseFlow: flow, via: via)
                let extra = request.timestamp(after: delay).map { [(HeaderName.timestamp, $0)] } ?? []
                out.append(.send(request.response(100, extra: extra, identity: identity), flow))
            case .timedOut, .transportFailed:
                // A failure response that nobody acknowledged: nothing is left to do for it (§17.2.1, Timer H).
                counters.unacknowledged += 1
            case .confirmed, .terminated: break
            }
        }
        outputs.removeAll(keepingCapacity: true)
        swap(&outputs, &spareInviteOutputs)
        settle(
            id, deadline: inviteServers[id]?.machine.deadline,
            isTerminated: inviteServers[id]?.machine.isTerminated ?? true)
    }

    mutating func moveNonInviteServer(
        _ id: TransactionID, into out: inout [UserAgent.Output],
        _ stimulus: (inout NonInviteServerTransaction, inout [NonInviteServerTransaction.Output]) -> Void
    ) {
        guard let flow = nonInviteServers[id]?.flow else { return }
        var outputs: [NonInviteServerTransaction.Output] = []
        swap(&outputs, &spareNonInviteOutputs)
        nonInviteServers.move(id) { stimulus(&$0, &outputs) }
        for case .send(let bytes) in outputs { out.append(.send(bytes, flow)) }
        outputs.removeAll(keepingCapacity: true)
        swap(&outputs, &spareNonInviteOutputs)
        settle(
            id, deadline: nonInviteServers[id]?.machine.deadline,
            isTerminated: nonInviteServers[id]?.machine.isTerminated ?? true)
    }
}
