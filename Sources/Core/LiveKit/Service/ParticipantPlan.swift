/// A call that CreateSIPParticipant asks for: checked, and merged with its trunk (livekit API, "CreateSIPParticipantRequest";
/// livekit/sip, "URIs and headers").
package struct ParticipantPlan: Sendable {
    package let request: CreateSIPParticipantRequest
    package let trunk: OutboundTrunk
    /// The caller's number.
    package let number: String
    /// The Request-URI, which also says where the INVITE goes.
    package let target: SIPURI
    /// Where the INVITE goes: an address or a name.
    package let host: String
    package let port: UInt16
    package let transport: Transport
    package let identity: String
    package let name: String
    /// Of the request over the trunk.
    package let media: MediaPolicy

    /// Checks a request against the table. `random` chooses among the numbers of the trunk.
    package init(
        _ request: CreateSIPParticipantRequest, _ table: RoutingTable, random: UInt64
    ) throws(TwirpError) {
        try request.check()
        let trunk = try request.outboundTrunk(in: table)
        let own = trunk.numbers.filter { $0 != "*" }
        guard let number = request.number.isEmpty ? Self.pick(own, random) : request.number else {
            let kept = request.trunk == nil ? ", and the trunk \(trunk.id) has no number to call from" : ""
            throw .invalid("sip_number", "is missing\(kept)")
        }
        let target = try request.target(by: trunk)
        (self.request, self.trunk, self.target) = (request, trunk, target)
        self.number = trunk.isOfTwilio && !number.hasPrefix("+") ? "+" + number : number
        var next = target.host.description
        if case .values(let parts)? = request.requestURI?.uri, !parts.ip.isEmpty { next = parts.ip }
        (host, port) = (next, target.port ?? 5060)
        transport = try request.transport(by: trunk, target)
        media = (request.media ?? MediaPolicy()).over(trunk.media)
        guard media.encryption != .require else {
            throw TwirpError(
                .unimplemented, "media.encryption: the call must be encrypted, and this server has no SRTP yet",
                meta: ["argument": "media.encryption"])
        }
        identity = request.participantIdentity.isEmpty ? "sip_\(request.callTo)" : request.participantIdentity
        let shown =
            request.hidePhoneNumber
            ? String(request.callTo.suffix(request.callTo.count > 4 ? 4 : 1)) : request.callTo
        name = request.participantName.isEmpty ? "Phone \(shown)" : request.participantName
    }

    private static func pick(_ numbers: [String], _ random: UInt64) -> String? {
        numbers.isEmpty ? nil : numbers[Int(random % UInt64(numbers.count))]
    }

    /// What the user agent is to send.
    /// - Parameters:
    ///   - local: our address as the callee must see it.
    ///   - limits: where neither request nor trunk says otherwise.
    package func outgoing(local: SocketAddress, _ limits: Call.Limits) throws(TwirpError) -> OutgoingCall {
        let from = try request.from(number, host: trunk.fromHost.isEmpty ? "\(local)" : trunk.fromHost)
        var call = OutgoingCall(target: target, from: from.uri)
        call.displayName = from.name ?? request.displayName ?? number
        if request.requestURI != nil || !request.toUserOverride.isEmpty {
            let user = request.toUserOverride.isEmpty ? request.callTo : request.toUserOverride
            call.to = try request.uri(user, at: trunk.address, "to_user_override")
        }
        if !trunk.authUsername.isEmpty {
            call.credentials = DigestCredentials(username: trunk.authUsername, password: trunk.authPassword)
        }
        let headers = trunk.headers.merging(request.headers) { $1 }
        call.headers = headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        var limits = limits
        // As in protobuf, zero says nothing.
        if let ringing = request.ringingTimeout, ringing > .zero { limits.ringing = ringing }
        if let duration = request.maxCallDuration, duration > .zero { limits.duration = duration }
        call.limits = limits
        return call
    }

    /// What the callee's participant carries from the beginning (livekit API, "Behaviour").
    package func attributes(callID: String) -> [String: String] {
        var attributes = request.participantAttributes
        attributes["sip.callID"] = callID
        attributes["sip.trunkID"] = trunk.id.description
        if !request.hidePhoneNumber {
            attributes["sip.phoneNumber"] = request.callTo
            attributes["sip.hostname"] = trunk.address
            attributes["sip.trunkPhoneNumber"] = number
        }
        return attributes
    }

    /// What a response to the INVITE adds: all that the trunk or the request wants of the 2xx, of others what providers say.
    package func attributes(of response: Message) -> [String: String] {
        let headers = CallFacts.headers(of: response)
        guard response.statusCode >= 200 else {
            return HeaderMapping.attributes(from: headers, include: .none, named: [:])
        }
        let include = request.includeHeaders == .none ? trunk.includeHeaders : request.includeHeaders
        var attributes = HeaderMapping.attributes(
            from: headers, include: include, named: trunk.headersToAttributes,
            hiding: request.hidePhoneNumber ? request.callTo : nil)
        if let callID = response.callID { attributes["sip.callIDFull"] = callID.description }
        if let tag = response.toTag { attributes["sip.callTag"] = tag.description }
        return attributes
    }
}

extension OutboundTrunk {
    /// Whether calls go to Twilio, which wants numbers with a plus.
    fileprivate var isOfTwilio: Bool {
        let host = (address.split(separator: ":").first ?? "").lowercased()
        return host == "twilio.com" || host.hasSuffix(".twilio.com")
    }
}
