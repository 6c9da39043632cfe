/// A dialog as one of its user agents sees it (RFC 3261 §12, with RFC 6141 §4 for the remote target).
///
/// Holds what requests within the dialog are built from and checked against. It keeps no transaction and no timer.
package struct Dialog: Sendable {
    package enum State: Hashable, Sendable { case early, confirmed }

    package private(set) var id: DialogID
    package private(set) var state: State
    /// Whether the dialog was made over TLS with a `sips` Request-URI: then our Contact must be `sips` (§12.1).
    package let isSecure: Bool
    /// The CSeq number of our latest request; nil before the first.
    package internal(set) var localSeq: UInt32?
    /// The CSeq number of the peer's latest request; nil before the first.
    package private(set) var remoteSeq: UInt32?
    /// Where the peer wants requests: the URI of its latest Contact.
    package private(set) var remoteTarget: SIPURI
    /// The Route values for requests, each a URI in angle brackets.
    package private(set) var routeSet: [[UInt8]]
    /// Our From value without its tag, as in the request that made the dialog.
    package let localNameAddr: [UInt8]
    /// Our To value without its tag, as in the request that made the dialog.
    package let remoteNameAddr: [UInt8]

    var localInviteSeq: UInt32?
    private var remoteInviteSeq: UInt32?
    private var remoteMethod: Method?

    /// The dialog that a response to our request makes (§12.1.2). Nil for a response that makes none: 100, a provisional response
    /// without a tag, a 300–699; and for one that no request could be routed by.
    ///
    /// Deviation: the Call-ID is that of the response, which differs only behind a B2BUA that rewrites it, and knows no other.
    /// Deviation: without a usable Contact the remote target is the Request-URI. The call may be answered: it must be possible to
    /// acknowledge it and to hang up.
    package init?(uac request: Message, response: Message, transport: Transport) {
        guard (101...299).contains(response.statusCode), response.statusCode >= 200 || response.toTag != nil,
            let callID = response.callID ?? request.callID, let cseq = request.cseq,
            let local = request.nameAddr(.from), let remote = request.nameAddr(.to),
            let target = response.contact?.sipURI ?? request.requestSIPURI,
            let routes = response.recordRoutes
        else { return nil }
        id = DialogID(callID: callID, local: request.fromTag ?? Tag([]), remote: response.toTag ?? Tag([]))
        state = response.statusCode < 200 ? .early : .confirmed
        isSecure = Self.isSecure(request, over: transport)
        (localSeq, remoteSeq) = (cseq.number, nil)
        (remoteTarget, routeSet) = (target, routes.reversed())
        (localNameAddr, remoteNameAddr) = (local, remote)
        localInviteSeq = cseq.method == .invite ? cseq.number : nil
    }

    /// The dialog that we make by answering a request with `localTag` (§12.1.1). Nil when the request has no usable Contact or
    /// a malformed Record-Route: to be answered with 400.
    package init?(uas request: Message, localTag: Tag, transport: Transport, state: State = .early) {
        guard let callID = request.callID, let cseq = request.cseq,
            let local = request.nameAddr(.to), let remote = request.nameAddr(.from),
            let target = request.contact?.sipURI, let routes = request.recordRoutes
        else { return nil }
        id = DialogID(callID: callID, local: localTag, remote: request.fromTag ?? Tag([]))
        self.state = state
        isSecure = Self.isSecure(request, over: transport)
        (localSeq, remoteSeq) = (nil, cseq.number)
        (remoteTarget, routeSet) = (target, routes)
        (localNameAddr, remoteNameAddr) = (local, remote)
        (remoteInviteSeq, remoteMethod) = (cseq.method == .invite ? cseq.number : nil, cseq.method)
    }

    /// Our URI in From.
    package var localURI: [UInt8] { Array(localNameAddr.betweenBrackets) }

    /// The peer's URI in To.
    package var remoteURI: [UInt8] { Array(remoteNameAddr.betweenBrackets) }

    /// TLS on the first hop and a `sips` Request-URI, which asks for it on all others (§12.1).
    private static func isSecure(_ request: Message, over transport: Transport) -> Bool {
        switch transport {
        case .tls, .wss: request.requestSIPURI?.isSecure == true
        case .udp, .tcp, .ws: false
        }
    }

    /// We sent a 2xx.
    package mutating func confirm() { state = .confirmed }

    /// A 2xx to our INVITE came for this early dialog: it takes route set and remote target from there (§13.2.2.4).
    /// Later ones, retransmissions, change nothing, and neither does any other response.
    package mutating func confirm(with response: Message) {
        guard state == .early, (200...299).contains(response.statusCode) else { return }
        state = .confirmed
        if let routes = response.recordRoutes { routeSet = routes.reversed() }
        if let target = response.contact?.sipURI { remoteTarget = target }
    }

    /// Takes the remote target from the Contact of a target refresh (RFC 6141 §4.6, §4.7): a request of the peer, when we send a
    /// 2xx or a reliable provisional response to it (a request that we refuse changes nothing), or such a response to a
    /// request of ours. Anything else is ignored.
    package mutating func updateTarget(from message: Message) {
        guard message.refreshesTarget, let target = message.contact?.sipURI else { return }
        remoteTarget = target
    }
}

/// What to do with a request that came within a dialog (RFC 3261 §12.2.2).
package enum InDialogVerdict: Hashable, Sendable {
    /// In order: process it.
    case accept
    /// The request handled last has come again, outside its transaction: answer it as before, change nothing.
    case retransmission
    /// Its CSeq number is too low: answer 500.
    case outOfOrder
    /// An ACK for another INVITE than the latest: drop it. An ACK is never answered.
    case strayAck
    /// It has no CSeq: answer 400.
    case missingCSeq
}

extension Dialog {
    /// Checks the order of a request of the peer and notes its number.
    ///
    /// A target refresh takes effect with `updateTarget(from:)`, when the request is accepted.
    package mutating func receive(request: Message) -> InDialogVerdict {
        guard let cseq = request.cseq else { return .missingCSeq }
        switch cseq.method {
        case .ack: return remoteInviteSeq == cseq.number ? .accept : .strayAck
        case .cancel: return .accept  // it has the number of its INVITE
        case .invite, .bye, .options, .register, .prack, .subscribe, .notify, .publish, .info, .refer, .message,
            .update, .other:
            return order(cseq)
        }
    }

    private mutating func order(_ cseq: CSeq) -> InDialogVerdict {
        if let remoteSeq {
            if cseq.number < remoteSeq { return .outOfOrder }
            // An equal number with another method is a fault of the peer that §12.2.2 does not refuse. Neither do we: the request may be
            // the BYE.
            if cseq.number == remoteSeq, cseq.method == remoteMethod { return .retransmission }
        }
        (remoteSeq, remoteMethod) = (cseq.number, cseq.method)
        if cseq.method == .invite { remoteInviteSeq = cseq.number }
        return .accept
    }
}

extension Message {
    /// From or To without its parameters: what §12.2.1.1 has us repeat, display name included.
    fileprivate func nameAddr(_ name: HeaderName) -> [UInt8]? {
        guard let parts = name == .from ? contents.key.from : contents.key.to else { return nil }
        var out: [UInt8] = []
        if parts.displayName.isPresent {
            out += unfolded(bytes(parts.displayName.range))
            out.append(UInt8(ascii: " "))
        }
        out.append(UInt8(ascii: "<"))
        out += bytes(parts.uri.whole.range)
        out.append(UInt8(ascii: ">"))
        return out
    }

    /// The URIs of Record-Route in order, in angle brackets; nil when one is malformed or no SIP URI.
    var recordRoutes: [[UInt8]]? {
        guard has(.recordRoute) else { return [] }
        var cursor = ValueCursor()
        var found: [[UInt8]] = []
        while let parts = nextAddress(.recordRoute, &cursor) {
            guard !parts.isWildcard, parts.uri.scheme != .other else { return nil }
            found.append([UInt8(ascii: "<")] + bytes(parts.uri.whole.range) + [UInt8(ascii: ">")])
        }
        return found.count == values(.recordRoute).count ? found : nil
    }

    /// Whether the message may change the remote target of its dialog (RFC 6141 §4.2, §4.7).
    fileprivate var refreshesTarget: Bool {
        switch method {
        case .invite, .update, .subscribe, .notify, .refer:
            isRequest || (200...299).contains(statusCode) || (101...199).contains(statusCode) && has(.rseq)
        case .ack, .bye, .cancel, .options, .register, .prack, .publish, .info, .message, .other: false
        }
    }
}

extension [UInt8] {
    /// The URI of a name-addr that ends with its closing bracket.
    fileprivate var betweenBrackets: ArraySlice<UInt8> {
        guard let open = lastIndex(of: UInt8(ascii: "<")) else { return self[...] }
        return self[(open + 1)...].dropLast()
    }
}
