/// What happens to requests and calls that are not let in.
extension UserAgent {
    /// Forgets an incoming call and its transaction without a response. What the peer sends again is looked at anew.
    package mutating func ignore(_ key: CallKey) {
        guard let request = sessions[key]?.inbound else { return }
        endpoint.forget(request.transaction)
        forget(key)
    }

    /// Refuses an incoming call with one response and forgets it (RFC 3261 §8.2.7): for callers who have shown no right to call.
    /// Nothing stays behind for what may be a forged address, and nothing is sent to it again; an INVITE whose response was
    /// lost comes again and is looked at anew.
    package mutating func dismiss(
        _ key: CallKey, _ status: Int, headers: [(HeaderName, String)] = [], into out: inout [Output]
    ) {
        guard let request = sessions[key]?.inbound else { return }
        endpoint.respondOnce(to: request, status, extra: headers, into: &out)
        forget(key)
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
        out.append(.refused(nil, flow, 503, "the source sends more requests than its limit allows"))
        // No larger than what came, so that a forged source cannot turn us against somebody.
        if response.count <= message.bytes.count + 128 { out.append(.send(response, responseFlow)) }
    }
}

extension Endpoint {
    /// Ends a server transaction of an INVITE without a response.
    mutating func forget(_ id: TransactionID) { settle(id, deadline: nil, isTerminated: true) }
}

extension Endpoint.ServerRequest {
    /// A tag that is the same for every copy of a request, because nobody remembers the one of the first (RFC 3261 §8.2.7).
    var statelessTag: Tag {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
        for bytes in [message.callID?.bytes ?? [], message.fromTag?.bytes ?? [], message.topVia?.branch?.bytes ?? []] {
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return Tag("s" + String(hash, radix: 16))
    }
}
