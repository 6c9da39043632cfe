/// What a request to call somebody may say (livekit API, "Validation summary"), and the URIs that it makes.
extension CreateSIPParticipantRequest {
    /// The longest display name, in characters.
    private static let longestName = 128

    /// Throws at the first field that is wrong, looked at without the trunk.
    func check() throws(TwirpError) {
        let check = FieldCheck(path: "")
        guard !callTo.isEmpty else { throw .invalid("sip_call_to", "is missing: the number or user to call") }
        guard !callTo.contains("@") else {
            throw .invalid("sip_call_to", "'\(callTo)' must be a number or a user, without a host")
        }
        try Self.text("sip_call_to", callTo)
        guard !roomName.isEmpty else { throw .invalid("room_name", "is missing") }
        guard toHeader == nil else {
            throw .invalid("sip_to_header", "cannot be given together with sip_call_to, which is needed")
        }
        guard !number.contains("@") else {
            throw .invalid("sip_number", "'\(number)' must be a number or a user, without a host")
        }
        try Self.text("sip_number", number)
        if let displayName {
            guard displayName.count <= Self.longestName else {
                throw .invalid("display_name", "is above \(Self.longestName) characters")
            }
            try Self.text("display_name", displayName)
        }
        guard toUserOverride.utf8.allSatisfy({ $0.isIn(.token) }) else {
            throw .invalid("to_user_override", "'\(toUserOverride)' may only have letters, digits and -.!%*_+`'~")
        }
        try check.attributeNames("participant_attributes", participantAttributes.keys)
        try check.headers("headers", headers)
        try check.duration("ringing_timeout", ringingTimeout)
        try check.duration("max_call_duration", maxCallDuration)
        try check.media(media)
        try check.country("destination.country", destination?.country ?? "")
        try trunk?.check()
    }

    private static func text(_ field: String, _ text: String) throws(TwirpError) {
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
            throw .invalid(field, "must not have control characters")
        }
    }

    /// The trunk: the one in the request, else one that is kept.
    func outboundTrunk(in table: RoutingTable) throws(TwirpError) -> OutboundTrunk {
        if let inline = trunk { return OutboundTrunk(inline) }
        guard !trunkID.description.isEmpty else {
            throw .invalid("sip_trunk_id", "is missing: the id of an outbound trunk")
        }
        guard let trunk = table.outboundTrunk(trunkID) else {
            let isInbound = table.inboundTrunk(trunkID) != nil
            throw TwirpError(
                .notFound, "there is no outbound trunk \(trunkID)" + (isInbound ? "; it is an inbound one" : ""),
                meta: ["argument": "sip_trunk_id"])
        }
        return trunk
    }

    // MARK: URIs

    /// The Request-URI.
    func target(by trunk: OutboundTrunk) throws(TwirpError) -> SIPURI {
        guard let uri = requestURI?.uri else { return try self.uri(callTo, at: trunk.address, "sip_call_to") }
        return try self.uri(uri, trunk.address, "sip_request_uri")
    }

    /// The URI of From and the name in front of it; nil where the request says none.
    func from(_ number: String, host: String) throws(TwirpError) -> (uri: SIPURI, name: String?) {
        guard let header = fromHeader, let given = header.uri else {
            return (try uri(number, at: host, "sip_number"), nil)
        }
        if case .raw(let text) = given, let address = NameAddr(text), let uri = address.sipURI {
            let name = header.displayName.isEmpty ? address.displayName?.text ?? "" : header.displayName
            return (uri, name)
        }
        return (try uri(given, host, "sip_from_header"), header.displayName)
    }

    private func uri(_ given: SIPDestinationURI, _ host: String, _ field: String) throws(TwirpError) -> SIPURI {
        switch given {
        case .raw(let text):
            guard let uri = SIPURI(text), !uri.isSecure else {
                throw .invalid(field, "'\(text)' is no SIP URI such as sip:+15550100@sip.example.com")
            }
            return uri
        case .values(let parts):
            guard !parts.user.contains("@") else {
                throw .invalid("\(field).values.user", "'\(parts.user)' must be without a host")
            }
            guard parts.port <= 65_535 else { throw .invalid("\(field).values.port", "\(parts.port) is no port") }
            let named = parts.host.isEmpty ? (parts.ip.isEmpty ? host : parts.ip) : parts.host
            var uri = try uri(parts.user.isEmpty ? callTo : parts.user, at: named, field)
            if parts.port > 0 { uri.port = UInt16(parts.port) }
            return uri
        }
    }

    /// `sip:USER@HOST`, what may not stand in a user part as it is escaped.
    func uri(_ user: String, at host: String, _ field: String) throws(TwirpError) -> SIPURI {
        guard var uri = SIPURI("sip:\(host)") else { throw .invalid(field, "'\(user)' at '\(host)' makes no SIP URI") }
        uri.user = Array(user.utf8)
        return uri
    }

    /// What carries the call: what the Request-URI names, else what the trunk says.
    func transport(by trunk: OutboundTrunk, _ target: SIPURI) throws(TwirpError) -> Transport {
        var choice = trunk.transport
        if case .values(let parts)? = requestURI?.uri, parts.transport != .auto { choice = parts.transport }
        if let named = target.parameter("transport") {
            guard let known = ["udp": TrunkTransport.udp, "tcp": .tcp, "tls": .tls][named.text.lowercased()] else {
                throw .invalid("sip_request_uri", "the transport '\(named.text)' is not known")
            }
            choice = known
        }
        switch choice {
        case .auto, .udp: return .udp
        case .tcp: return .tcp
        case .tls: throw TwirpError(.unimplemented, "the call is to go over TLS, which is not supported yet")
        }
    }
}

extension SIPOutboundConfig {
    func check() throws(TwirpError) {
        let check = FieldCheck(path: "trunk.")
        try check.hostPort("hostname", hostname)
        if !fromHost.isEmpty { try check.hostPort("from_host", fromHost) }
        try check.credentials(authUsername, authPassword)
        try check.country("destination_country", destinationCountry)
        try check.headerNames("headers_to_attributes", headersToAttributes.keys)
        try check.attributeNames("headers_to_attributes", headersToAttributes.values)
        try check.attributeNames("attributes_to_headers", attributesToHeaders.keys)
        try check.headerNames("attributes_to_headers", attributesToHeaders.values)
    }
}

extension OutboundTrunk {
    /// The trunk of one request; it has no id and no numbers.
    fileprivate init(_ inline: SIPOutboundConfig) {
        self.init()
        (address, transport, fromHost) = (inline.hostname, inline.transport, inline.fromHost)
        (authUsername, authPassword) = (inline.authUsername, inline.authPassword)
        (headersToAttributes, attributesToHeaders) = (inline.headersToAttributes, inline.attributesToHeaders)
        destinationCountry = inline.destinationCountry
    }
}
