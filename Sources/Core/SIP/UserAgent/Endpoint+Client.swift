/// Requests out, responses in (RFC 3261 §8.1, §17.1, §18.1).
extension Endpoint {
    /// A request that was too large for UDP, as it goes there after all when no connection can be made (RFC 3261 §18.1.1).
    struct Fallback {
        let bytes: [UInt8]
        let key: TransactionKey
        let flow: Flow
    }

    /// Opens a client transaction. `build` writes the request for a branch and a flow; it is called again with TCP and another
    /// branch when the request turns out too large for UDP.
    /// - Returns: the transaction; nil when the request would not be valid.
    mutating func send(
        _ method: Method, on flow: Flow, user: CallKey?, at now: Instant, into out: inout [UserAgent.Output],
        build: (Branch, Flow) -> [UInt8]
    ) -> TransactionID? {
        var (branch, flow) = (ids.branch(), flow)
        var bytes = build(branch, flow)
        var fallback: Fallback?
        if flow.transport == .udp, bytes.count > identity.largestDatagram {
            fallback = Fallback(bytes: bytes, key: TransactionKey(client: branch, method: method), flow: flow)
            (branch, flow) = (ids.branch(), Flow(.tcp, local: flow.local, remote: flow.remote))
            bytes = build(branch, flow)
        }
        guard let message = try? Message(parsing: bytes, framing: .datagram), message.faults.isEmpty else { return nil }
        let key = TransactionKey(client: branch, method: method)
        counters.requestsSent += 1
        let reliable = flow.transport.isReliable
        if method == .invite {
            let id = newID(.inviteClient)
            var outputs: [InviteClientTransaction.Output] = []
            let machine = InviteClientTransaction(
                request: bytes, reliable: reliable, timers: identity.timers, at: now, into: &outputs)
            inviteClients.insert(id, .init(machine: machine, key: key, flow: flow, user: user))
            invitesSent[id] = message
            fallbacks[id] = fallback
            perform(outputs, inviteClient: id, into: &out)
            return id
        }
        let id = newID(.nonInviteClient)
        var outputs: [NonInviteClientTransaction.Output] = []
        let machine = NonInviteClientTransaction(
            request: bytes, reliable: reliable, timers: identity.timers, at: now, into: &outputs)
        nonInviteClients.insert(id, .init(machine: machine, key: key, flow: flow, user: user))
        fallbacks[id] = fallback
        perform(outputs, nonInviteClient: id, into: &out)
        return id
    }

    /// Sends a request over UDP whose connection could not be made (RFC 3261 §18.1.1). False when it has no such form, or the
    /// peer has answered it.
    mutating func fallBack(_ id: TransactionID, at now: Instant, into out: inout [UserAgent.Output]) -> Bool {
        guard let fallback = fallbacks.removeValue(forKey: id) else { return false }
        counters.requestsSent += 1
        if id.kind == .inviteClient {
            guard let user = inviteClients[id]?.user,
                let message = try? Message(parsing: fallback.bytes, framing: .datagram)
            else { return false }
            var outputs: [InviteClientTransaction.Output] = []
            let machine = InviteClientTransaction(
                request: fallback.bytes, reliable: false, timers: identity.timers, at: now, into: &outputs)
            inviteClients.remove(id)
            inviteClients.insert(id, .init(machine: machine, key: fallback.key, flow: fallback.flow, user: user))
            invitesSent[id] = message
            indications.append(.moved(id, user, fallback.flow))
            perform(outputs, inviteClient: id, into: &out)
        } else {
            let user = nonInviteClients[id]?.user
            var outputs: [NonInviteClientTransaction.Output] = []
            let machine = NonInviteClientTransaction(
                request: fallback.bytes, reliable: false, timers: identity.timers, at: now, into: &outputs)
            nonInviteClients.remove(id)
            nonInviteClients.insert(id, .init(machine: machine, key: fallback.key, flow: fallback.flow, user: user))
            perform(outputs, nonInviteClient: id, into: &out)
        }
        return true
    }

    /// Cancels an INVITE that has a provisional response (RFC 3261 §9.1): same branch, its own transaction.
    mutating func cancel(_ invite: TransactionID, at now: Instant, into out: inout [UserAgent.Output]) {
        guard let message = invitesSent[invite], let flow = inviteClients[invite]?.flow,
            let key = cancelKey(of: invite)
        else { return }
        stopCancel(of: invite, into: &out)
        var writer = MessageWriter(reserving: 512)
        CancelBuilder.build(invite: message, into: &writer)
        let id = newID(.nonInviteClient)
        var outputs: [NonInviteClientTransaction.Output] = []
        let machine = NonInviteClientTransaction(
            request: writer.bytes, reliable: flow.transport.isReliable, timers: identity.timers,
            sendLimit: CancelGate.sendLimit, at: now, into: &outputs)
        nonInviteClients.insert(id, .init(machine: machine, key: key, flow: flow, user: nil))
        perform(outputs, nonInviteClient: id, into: &out)
    }

    /// Sends the CANCEL of an INVITE no more. The response to it may still come.
    mutating func stopCancel(of invite: TransactionID, into out: inout [UserAgent.Output]) {
        guard let key = cancelKey(of: invite), let id = nonInviteClients.id(for: key) else { return }
        moveNonInviteClient(id, into: &out) { machine, _ in machine.stopSending() }
    }

    private func cancelKey(of invite: TransactionID) -> TransactionKey? {
        invitesSent[invite]?.topVia?.branch.map { TransactionKey(client: $0, method: .cancel) }
    }

    /// The flow that an INVITE took, which may be TCP where UDP was asked for.
    func flow(of invite: TransactionID) -> Flow? { inviteClients[invite]?.flow }

    mutating func receiveResponse(
        _ message: Message, on flow: Flow, at now: Instant, into out: inout [UserAgent.Output]
    ) {
        counters.responsesReceived += 1
        // Two Via values mean that the response was not for us (§8.1.3.3).
        guard message.faults.isEmpty, message.values(.via).count == 1, let key = TransactionKey(response: message)
        else {
            counters.malformed += 1
            let reason = message.faults.first.map { "\($0.sentence) (byte \($0.offset))" } ?? "not exactly one Via"
            return out.append(.malformed(flow, 0, "response dropped: \(reason)"))
        }
        let status = message.statusCode
        if !fallbacks.isEmpty, let id = inviteClients.id(for: key) ?? nonInviteClients.id(for: key) {
            fallbacks[id] = nil
        }
        if let id = inviteClients.id(for: key) {
            let invite = invitesSent[id]
            let ack: () -> [UInt8] = {
                guard let invite else { return [UInt8]() }
                var writer = MessageWriter(reserving: 512)
                AckForFailure.build(invite: invite, response: message, into: &writer)
                return writer.bytes
            }
            moveInviteClient(id, message, into: &out) { $0.receive(status: status, ack: ack, at: now, into: &$1) }
        } else if let id = nonInviteClients.id(for: key) {
            moveNonInviteClient(id, message, into: &out) { $0.receive(status: status, at: now, into: &$1) }
        } else {
            counters.strayResponses += 1
        }
    }

    // MARK: driving the machines

    mutating func moveInviteClient(
        _ id: TransactionID, _ response: Message? = nil, into out: inout [UserAgent.Output],
        _ stimulus: (inout InviteClientTransaction, inout [InviteClientTransaction.Output]) -> Void
    ) {
        var outputs: [InviteClientTransaction.Output] = []
        inviteClients.move(id) { stimulus(&$0, &outputs) }
        perform(outputs, response, inviteClient: id, into: &out)
    }

    mutating func moveNonInviteClient(
        _ id: TransactionID, _ response: Message? = nil, into out: inout [UserAgent.Output],
        _ stimulus: (inout NonInviteClientTransaction, inout [NonInviteClientTransaction.Output]) -> Void
    ) {
        var outputs: [NonInviteClientTransaction.Output] = []
        nonInviteClients.move(id) { stimulus(&$0, &outputs) }
        perform(outputs, response, nonInviteClient: id, into: &out)
    }

    private mutating func perform(
        _ outputs: [InviteClientTransaction.Output], _ response: Message? = nil, inviteClient id: TransactionID,
        into out: inout [UserAgent.Output]
    ) {
        guard let entry = inviteClients[id] else { return }
        for output in outputs {
            switch output {
            case .send(let bytes), .sendAck(let bytes): out.append(.send(bytes, entry.flow))
            case .deliver: if let response { indications.append(.response(response, id, entry.user)) }
            case .timedOut: indications.append(.failed(id, entry.user, .timedOut))
            case .transportFailed: indications.append(.failed(id, entry.user, .transport))
            case .terminated: break
            }
        }
        settle(id, deadline: entry.machine.deadline, isTerminated: entry.machine.isTerminated)
    }

    private mutating func perform(
        _ outputs: [NonInviteClientTransaction.Output], _ response: Message? = nil, nonInviteClient id: TransactionID,
        into out: inout [UserAgent.Output]
    ) {
        guard let entry = nonInviteClients[id] else { return }
        for output in outputs {
            switch output {
            case .send(let bytes): out.append(.send(bytes, entry.flow))
            case .deliver: if let response { indications.append(.response(response, id, entry.user)) }
            case .timedOut: indications.append(.failed(id, entry.user, .timedOut))
            case .transportFailed: indications.append(.failed(id, entry.user, .transport))
            case .terminated: break
            }
        }
        settle(id, deadline: entry.machine.deadline, isTerminated: entry.machine.isTerminated)
    }
}
