/// A header field by its name and value, as text: what is mapped to attributes, and what attributes are mapped to.
package struct HeaderField: Hashable, Sendable {
    /// Known names in their long form.
    package var name: String
    /// Folding undone, without white space around it.
    package var value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
}

/// What routing knows about an INVITE.
package struct CallFacts: Hashable, Sendable {
    /// Where the packet came from; nil is in no list of addresses.
    package var source: IPAddress?
    package var transport = Transport.udp
    /// The user part of From: the calling number; empty when the caller is anonymous.
    package var fromUser = ""
    /// The host of From. Whoever calls can write what it likes: for attributes, never for admission.
    package var fromHost = ""
    /// The user part of To.
    package var toUser = ""
    package var toHost = ""
    /// The user part of the Request-URI.
    package var requestUser = ""
    /// In wire order.
    package var headers: [HeaderField] = []
    package var callID = CallID("")
    package var fromTag = Tag("")

    package init() {}

    /// The called number: the user part of To, as LiveKit has it; that of the Request-URI where To has none.
    package var called: String { toUser.isEmpty ? requestUser : toUser }

    package var caller: String { fromUser }

    /// Whether there is no number that tells this caller from another: From has no user part, or the one that stands for
    /// callers who withhold theirs (RFC 3323 §4.1.1.3).
    package var isAnonymous: Bool { fromUser.isEmpty || Array(fromUser.utf8).equalsIgnoringCase("anonymous") }
}

extension CallFacts {
    /// The facts of an INVITE that came over a flow. What cannot be read is empty.
    package init(_ invite: Message, from flow: Flow) {
        self.init(caller: invite, from: flow)
        headers = Self.headers(of: invite)
    }

    /// The same without `headers`: what decides who is let in. The header fields of a stranger are not worth reading.
    package init(caller invite: Message, from flow: Flow) {
        source = flow.remote.ip
        transport = flow.transport
        if let from = invite.from { (fromUser, fromHost) = Self.party(from.uri, from.sipURI) }
        if let to = invite.to { (toUser, toHost) = Self.party(to.uri, to.sipURI) }
        requestUser = Self.party(Array(invite.bytes(invite.requestURI)), invite.requestSIPURI).user
        if let callID = invite.callID { self.callID = callID }
        if let tag = invite.fromTag { fromTag = tag }
    }

    /// The header fields of a message, in wire order.
    static func headers(of message: Message) -> [HeaderField] {
        message.headers.map { header in
            let known = header.name == .other ? "" : header.name.canonical.description
            let name = known.isEmpty ? message.string(header.nameRange) : known
            return HeaderField(name, message.string(header.value))
        }
    }

    /// Sets the caller from what a person writes: a number or user, or a `sip`, `sips` or `tel` URI.
    package mutating func setFrom(_ text: String) {
        (fromUser, fromHost) = NameAddr(text).map { Self.party($0.uri, $0.sipURI) } ?? (text, "")
    }

    /// Sets the called party likewise, in To and in the Request-URI.
    package mutating func setTo(_ text: String) {
        (toUser, toHost) = NameAddr(text).map { Self.party($0.uri, $0.sipURI) } ?? (text, "")
        requestUser = toUser
    }

    /// The user and the host of an address. Of a telephone number the parameters are left out, be it in a `tel` URI
    /// (RFC 3966 §3) or in the user part of a `sip` one (RFC 3261 §19.1.6).
    private static func party(_ uri: [UInt8], _ sipURI: SIPURI?) -> (user: String, host: String) {
        if let sipURI {
            return (number((sipURI.user ?? [])[...]).text, sipURI.host.description)
        }
        guard uri.prefix(4).equalsIgnoringCase("tel:") else { return ("", "") }
        return (unescaped(number(uri.dropFirst(4))).text, "")
    }

    private static func number(_ user: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        user.prefix { $0 != UInt8(ascii: ";") }
    }
}
