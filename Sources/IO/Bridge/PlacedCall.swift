internal import Core
internal import Media

/// A call that was asked for by CreateSIPParticipant, until it is answered or has failed.
struct PlacedCall: Sendable {
    /// `SCL_…`.
    let id: String
    let request: CreateSIPParticipantRequest
    let encoding: APIEncoding
    let trunk: OutboundTrunk
    /// The caller's number or name.
    let from: String
    let target: SIPURI
    let port: UInt16
    let host: String
    let transport: Transport
    let identity: String
    /// Answers the request; kept until then.
    let responder: HTTPResponder
}

extension PlacedCall {
    /// Checks a request against the table (livekit API, "CreateSIPParticipantRequest").
    init(
        _ request: CreateSIPParticipantRequest, _ encoding: APIEncoding, table: RoutingTable, id: String,
        random: UInt64, _ responder: HTTPResponder
    ) throws(TwirpError) {
        guard !request.callTo.isEmpty else { throw .invalid("sip_call_to", "is missing: the number or user to call") }
        guard !request.callTo.contains("@") else {
            throw .invalid("sip_call_to", "'\(request.callTo)' must be a number or a user, without a host")
        }
        guard !request.roomName.isEmpty else { throw .invalid("room_name", "is missing") }
        let trunk = try Self.trunk(request, table)
        let from = request.number.isEmpty ? Self.pick(trunk.numbers, random) : request.number
        guard let from else {
            throw .invalid("sip_number", "is missing, and the trunk \(trunk.id) has no number to call from")
        }
        let callee = request.toUserOverride.isEmpty ? request.callTo : request.toUserOverride
        guard let target = SIPURI("sip:\(Self.escaped(callee))@\(trunk.address)") else {
            throw .invalid("sip_call_to", "'\(callee)' at '\(trunk.address)' makes no SIP URI")
        }
        switch trunk.transport {
        case .auto, .udp: transport = .udp
        case .tcp: transport = .tcp
        case .tls: throw TwirpError(.unimplemented, "the trunk \(trunk.id) wants TLS, which is not supported yet")
        }
        (self.id, self.request, self.encoding, self.trunk) = (id, request, encoding, trunk)
        (self.from, self.target, self.responder) = (from, target, responder)
        (host, port) = (target.host.description, target.port ?? 5060)
        identity = request.participantIdentity.isEmpty ? "sip_\(request.callTo)" : request.participantIdentity
    }

    private static func trunk(
        _ request: CreateSIPParticipantRequest, _ table: RoutingTable
    ) throws(TwirpError) -> OutboundTrunk {
        if let inline = request.trunk {
            var trunk = OutboundTrunk()
            (trunk.address, trunk.transport) = (inline.hostname, inline.transport)
            (trunk.authUsername, trunk.authPassword) = (inline.authUsername, inline.authPassword)
            (trunk.headersToAttributes, trunk.attributesToHeaders) = (
                inline.headersToAttributes, inline.attributesToHeaders
            )
            trunk.fromHost = inline.fromHost
            guard !trunk.address.isEmpty else { throw .invalid("trunk.hostname", "is missing") }
            return trunk
        }
        guard !request.trunkID.description.isEmpty else {
            throw .invalid("sip_trunk_id", "is missing: the id of an outbound trunk")
        }
        guard let trunk = table.outboundTrunk(request.trunkID) else {
            let isInbound = table.inboundTrunk(request.trunkID) != nil
            throw TwirpError(
                .notFound,
                "there is no outbound trunk \(request.trunkID)" + (isInbound ? "; it is an inbound one" : ""),
                meta: ["argument": "sip_trunk_id"])
        }
        return trunk
    }

    private static func pick(_ numbers: [String], _ random: UInt64) -> String? {
        numbers.isEmpty ? nil : numbers[Int(random % UInt64(numbers.count))]
    }

    /// The user part of a URI: what may not stand there as it is becomes %HH (RFC 3261 §25.1).
    private static func escaped(_ user: String) -> String {
        var out: [UInt8] = []
        for byte in user.utf8 {
            if byte.isIn(.alpha) || byte.isIn(.digit) || "-_.!~*'()&=+$,;?/#".utf8.contains(byte) && byte != 0x23 {
                out.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return out.text
    }

    /// What the stack is to send.
    func outgoing(local: SocketAddress, _ limits: Call.Limits) throws(TwirpError) -> OutgoingCall {
        let host = trunk.fromHost.isEmpty ? "\(local)" : trunk.fromHost
        guard let from = SIPURI("sip:\(Self.escaped(from))@\(host)") else {
            throw .invalid("sip_number", "'\(self.from)' at '\(host)' makes no SIP URI")
        }
        var call = OutgoingCall(target: target, from: from)
        call.displayName = request.displayName.map { $0.isEmpty ? nil : $0 } ?? self.from
        if !trunk.authUsername.isEmpty {
            call.credentials = DigestCredentials(username: trunk.authUsername, password: trunk.authPassword)
        }
        let headers = trunk.headers.merging(request.headers) { $1 }
        call.headers = headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        var limits = limits
        if let ringing = request.ringingTimeout { limits.ringing = ringing }
        if let duration = request.maxCallDuration { limits.duration = duration }
        call.limits = limits
        return call
    }

    /// What the callee's participant carries (livekit API, "Behaviour").
    var attributes: [String: String] {
        var attributes = request.participantAttributes
        attributes["sip.callID"] = id
        attributes["sip.trunkID"] = trunk.id.description
        if !request.hidePhoneNumber {
            attributes["sip.phoneNumber"] = request.callTo
            attributes["sip.hostname"] = trunk.address
            attributes["sip.trunkPhoneNumber"] = from
        }
        return attributes
    }
}
