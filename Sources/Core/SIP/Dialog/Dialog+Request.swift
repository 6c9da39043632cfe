extension Dialog {
    /// Writes the start of a request within the dialog (§12.2.1.1): request line, Via, Max-Forwards, Route, From, To, Call-ID and CSeq.
    /// The caller adds the rest (Contact in a target refresh) and ends the message with `body`. It goes to `nextHop`.
    ///
    /// `via` says the sent-by and the parameters; the branch is added. The CSeq number grows by one, but an ACK or CANCEL has that
    /// of our latest INVITE.
    @discardableResult
    package mutating func makeRequest(
        _ method: Method, branch: Branch, via: Via, into writer: inout MessageWriter
    ) -> CSeq {
        let cseq = CSeq(sequenceNumber(for: method), method)
        let isStrict = strictRouter != nil
        writer.request(method, (strictRouter ?? remoteTarget).asRequestURI)
        writer.header(.via, via.bytes + Array(";branch=".utf8) + branch.bytes)
        writer.header(.maxForwards, 70)
        for route in routeSet.dropFirst(isStrict ? 1 : 0) { writer.header(.route, route) }
        if isStrict { writer.header(.route, [UInt8(ascii: "<")] + remoteTarget.bytes + [UInt8(ascii: ">")]) }
        writer.header(.from, tagged(localNameAddr, id.local))
        writer.header(.to, tagged(remoteNameAddr, id.remote))
        writer.header(.callID, id.callID.bytes)
        writer.header(.cseq, cseq.bytes)
        return cseq
    }

    /// Where requests go: the first Route, or the remote target when the route set is empty (§8.1.2).
    package var nextHop: SIPURI { firstRoute ?? remoteTarget }

    private var firstRoute: SIPURI? { routeSet.first.flatMap { SIPURI($0.dropFirst().dropLast()) } }

    /// The first route when it is a router of RFC 2543, which takes its own address out of the Request-URI.
    private var strictRouter: SIPURI? { firstRoute.flatMap { $0.isLooseRouter ? nil : $0 } }

    private mutating func sequenceNumber(for method: Method) -> UInt32 {
        switch method {
        case .ack, .cancel: return localInviteSeq ?? localSeq ?? 1
        case .invite, .bye, .options, .register, .prack, .subscribe, .notify, .publish, .info, .refer, .message,
            .update, .other:
            let number = localSeq.map { $0 &+ 1 } ?? 1
            localSeq = number
            if method == .invite { localInviteSeq = number }
            return number
        }
    }

    /// The tag parameter is left out when the peer of RFC 2543 has none.
    private func tagged(_ nameAddr: [UInt8], _ tag: Tag) -> [UInt8] {
        tag.bytes.isEmpty ? nameAddr : nameAddr + Array(";tag=".utf8) + tag.bytes
    }
}

extension SIPURI {
    /// The URI without what a Request-URI must not have: headers and the method parameter (RFC 3261 §19.1.1, Table 1).
    fileprivate var asRequestURI: [UInt8] {
        guard headers != nil || parameter("method") != nil else { return bytes }
        var uri = self
        uri.headers = nil
        uri.parameters = []
        for parameter in parameters.split(separator: UInt8(ascii: ";"))
        where !parameter.prefix(while: { $0 != UInt8(ascii: "=") }).equalsIgnoringCase("method") {
            uri.parameters.append(UInt8(ascii: ";"))
            uri.parameters += parameter
        }
        return uri.bytes
    }
}
