/// What a trunk may say (livekit API, "Validation summary").
extension InboundTrunk {
    func check(at path: String) throws(TwirpError) {
        let check = FieldCheck(path: path)
        if let fault = accessFaults.first {
            throw TwirpError(.invalidArgument, fault.sentence, meta: ["argument": path + fault.field])
        }
        try check.credentials(authUsername, authPassword)
        try check.list("numbers", numbers)
        try check.list("allowed_numbers", allowedNumbers)
        try check.realm(authRealm)
        try check.headers("headers", headers)
        try check.headerNames("headers_to_attributes", headersToAttributes.keys)
        try check.attributeNames("headers_to_attributes", headersToAttributes.values)
        try check.attributeNames("attributes_to_headers", attributesToHeaders.keys)
        try check.headerNames("attributes_to_headers", attributesToHeaders.values)
        try check.duration("ringing_timeout", ringingTimeout)
        try check.duration("max_call_duration", maxCallDuration)
        try check.media(media)
    }
}

extension OutboundTrunk {
    func check(at path: String) throws(TwirpError) {
        let check = FieldCheck(path: path)
        try check.hostPort("address", address)
        guard !numbers.isEmpty else { throw .invalid(path + "numbers", "an outbound trunk needs at least one number") }
        try check.list("numbers", numbers)
        if !fromHost.isEmpty { try check.hostPort("from_host", fromHost) }
        try check.credentials(authUsername, authPassword)
        try check.country("destination_country", destinationCountry)
        try check.headers("headers", headers)
        try check.headerNames("headers_to_attributes", headersToAttributes.keys)
        try check.attributeNames("headers_to_attributes", headersToAttributes.values)
        try check.attributeNames("attributes_to_headers", attributesToHeaders.keys)
        try check.headerNames("attributes_to_headers", attributesToHeaders.values)
        try check.media(media)
    }
}

extension DispatchRule {
    func check(at path: String) throws(TwirpError) {
        let check = FieldCheck(path: path)
        if room == .direct(roomName: "") {
            throw .invalid(
                path + "rule",
                "is missing: give dispatch_rule_direct with a room_name, dispatch_rule_individual or dispatch_rule_callee"
            )
        }
        try check.pin(pin)
        try check.list("trunk_ids", trunkIDs.map(\.description))
        try check.list("inbound_numbers", callers)
        try check.list("numbers", numbers)
        try check.attributeNames("attributes", attributes.keys)
        try check.media(media)
    }
}

extension TrunkFault {
    fileprivate var field: String {
        switch self {
        case .address: "allowed_addresses"
        case .missingCredential(let field): field
        case .admitsEveryone: "numbers"
        }
    }
}
