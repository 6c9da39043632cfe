/// What happens to requests and calls that are not let in.
extension UserAgent {
    /// Forgets an incoming call and its transaction without a response. What the peer sends again is looked at anew.
    package mutating func ignore(_ key: CallKey, _ end: CallEnd, into out: inout [Output]) {
        guard let request = sessions[key]?.inbound else { return }
        endpoint.forget(request.transaction)
        forget(key)
        out.append(.ended(key, end))
    }

    /// Answers a request that nothing was made for with 503 and Retry-After (RFC 3261 §21.5.4), without state.
    package func refuseUnseen(
        _ message: Message, on flow: Flow, retryAfter: Duration, into out: inout [Output]
    ) {
        guard message.isRequest, message.method != .ack, message.faults.isEmpty, let via = message.contents.key.topVia,
            let value = message.topViaValue
        else { return }
        let responseFlow = ViaRouting.responseFlow(for: via, on: flow)
        let request = Endpoint.ServerRequest(
            message: message, transaction: TransactionID(0, .nonInviteServer), source: flow,
            responseFlow: responseFlow,
            via: ViaRouting.stamped(value, via, of: message.bytes, source: flow.remote))
        let seconds = max(1, (retryAfter.milliseconds + 999) / 1000)
        let response = request.response(503, extra: [(.retryAfter, "\(seconds)")], identity: endpoint.identity)
        out.append(.refused(flow, 503, "the source sends more requests than its limit allows"))
        // No larger than what came, so that a forged source cannot turn us against somebody.
        if response.count <= message.bytes.count + 128 { out.append(.send(response, responseFlow)) }
    }
}

extension Endpoint {
    /// Ends a server transaction of an INVITE without a response.
    mutating func forget(_ id: TransactionID) { settle(id, deadline: nil, isTerminated: true) }
}
