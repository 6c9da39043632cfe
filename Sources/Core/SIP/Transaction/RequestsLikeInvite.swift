/// The ACK for a 300–699 response, which is part of the INVITE's own transaction (RFC 3261 §17.1.1.3).
package enum AckForFailure {
    /// Writes the whole message: everything as in the INVITE but the method, and To as in the response.
    package static func build(invite: Message, response: Message, into writer: inout MessageWriter) {
        writer.startLike(invite, .ack)
        writer.copy(.to, from: response)
        writer.finishLike(invite, .ack)
    }
}

/// The CANCEL of an INVITE (RFC 3261 §9.1). `CancelGate` knows when it may be sent.
package enum CancelBuilder {
    /// Writes the whole message: the same Request-URI, Via (and so branch), Route, From, To, Call-ID and CSeq number. It goes to the
    /// address that the INVITE went to.
    package static func build(invite: Message, into writer: inout MessageWriter) {
        writer.startLike(invite, .cancel)
        writer.copy(.to, from: invite)
        writer.finishLike(invite, .cancel)
    }
}

extension MessageWriter {
    /// Request line, top Via, Max-Forwards, Route and From.
    fileprivate mutating func startLike(_ invite: Message, _ method: Method) {
        request(method, invite.bytes(invite.requestURI))
        if let via = invite.values(.via).first { header(.via, unfolded(invite.bytes(via))) }
        header(.maxForwards, 70)
        copy(.route, from: invite)
        copy(.from, from: invite)
    }

    /// Call-ID, CSeq and the end of the header.
    fileprivate mutating func finishLike(_ invite: Message, _ method: Method) {
        copy(.callID, from: invite)
        if let cseq = invite.cseq { header(.cseq, CSeq(cseq.number, method).bytes) }
        body()
    }
}
