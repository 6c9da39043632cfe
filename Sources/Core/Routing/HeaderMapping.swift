/// Headers of a message to attributes of the participant, and back (LiveKit's names).
package enum HeaderMapping {
    /// Attributes from the headers of the INVITE, or of the 200 (OK) of a call that goes out. Of what names one attribute
    /// twice the later counts, in this order: `include`, the providers' own headers, `named`.
    ///
    /// Names ignore case. Of several fields of one name, `include` takes the last and the others the first.
    /// - Parameters:
    ///   - named: header → attribute (`headers_to_attributes`).
    ///   - hidden: a number that `include` must not show, if there is one.
    package static func attributes(
        from headers: [HeaderField], include: HeaderInclusion, named: [String: String], hiding hidden: String? = nil
    ) -> [String: String] {
        var attributes: [String: String] = [:]
        for field in headers where includes(field, include) && !shows(hidden, field) {
            attributes["sip.h.\(lowercased(field.name))"] = field.value
        }
        let extensions = headers.filter { isExtension($0.name) }
        for (header, attribute) in providers {
            if let value = first(header, in: extensions) { attributes[attribute] = value }
        }
        // In order, so that of two headers for one attribute always the same wins.
        for (header, attribute) in named.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            if let value = first(header, in: headers) { attributes[attribute] = value }
        }
        return attributes
    }

    /// Headers from attributes, in order of the headers' names (`attributes_to_headers`: attribute → header).
    ///
    /// An attribute may have been written by anybody in the room: line ends and other control characters become spaces, what
    /// is longer than a header may be is left out, and so are headers that the protocol itself writes.
    package static func headers(from attributes: [String: String], named: [String: String]) -> [HeaderField] {
        var fields: [HeaderField] = []
        for (attribute, header) in named {
            guard let value = attributes[attribute], value.utf8.count <= longestValue, mayBeSet(header) else {
                continue
            }
            fields.append(HeaderField(header, singleLine(value)))
        }
        return fields.sorted {
            ($0.name, $0.value) < ($1.name, $1.value)
        }
    }

    /// The longest value of a header that is set by configuration or an attribute, in bytes.
    package static let longestValue = 1024

    /// Whether a header may be set by configuration or an attribute: its name is a token of at most 255 bytes, and it is
    /// none of those that the protocol itself writes.
    package static func mayBeSet(_ header: String) -> Bool {
        let name = Array(header.utf8)
        return (1...255).contains(name.count) && name.allSatisfy { $0.isIn(.token) }
            && !protocolHeaders.contains(lowercased(header))
    }

    // MARK: parts

    private static func first(_ name: String, in headers: [HeaderField]) -> String? {
        headers.first { $0.name.utf8.equalsIgnoringCase(name.utf8) }?.value
    }

    private static func isExtension(_ name: String) -> Bool { name.utf8.prefix(2).equalsIgnoringCase("x-") }

    private static func includes(_ field: HeaderField, _ include: HeaderInclusion) -> Bool {
        switch include {
        case .none: false
        case .xHeaders: isExtension(field.name)
        // Everybody in the room can read attributes: no credentials there.
        case .all: !credentialHeaders.contains(lowercased(field.name))
        }
    }

    /// Whether a header field gives away a hidden number: it is one that names the caller, or the digits stand in it.
    private static func shows(_ hidden: String?, _ field: HeaderField) -> Bool {
        guard let hidden else { return false }
        if callerHeaders.contains(lowercased(field.name)) { return true }
        let digits = Array(hidden.utf8.drop { $0 == UInt8(ascii: "+") })
        let value = Array(field.value.utf8)
        guard !digits.isEmpty, value.count >= digits.count else { return false }
        return (0...(value.count - digits.count)).contains { value[$0..<($0 + digits.count)].elementsEqual(digits) }
    }

    private static func singleLine(_ value: String) -> String {
        let scalars = value.unicodeScalars.map { scalar in
            scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7f ? " " : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func lowercased(_ name: String) -> String { Array(name.utf8).lowercasedBytes.text }
}

extension HeaderMapping {
    /// What some providers say about a call: header → attribute.
    private static let providers = [
        ("x-twilio-accountsid", "sip.twilio.accountSid"),
        ("x-twilio-callsid", "sip.twilio.callSid"),
        ("x-call_leg_id", "sip.telnyx.callLegID"),
        ("x-call_session_id", "sip.telnyx.callSessionID"),
        ("x-amzn-connectcontactid", "sip.amazon.contactId"),
        ("x-amzn-connectinitialcontactid", "sip.amazon.initialContactId"),
        ("x-amzn-sourceaccount", "sip.amazon.sourceAccount"),
        ("x-amzn-sourcearn", "sip.amazon.sourceArn"),
        ("x-amzn-targetarn", "sip.amazon.targetArn"),
        ("x-lk-test-id", "lktest.id"),
    ]

    private static let credentialHeaders: Set<String> = ["authorization", "proxy-authorization"]

    /// Headers that name whoever calls.
    private static let callerHeaders: Set<String> = [
        "from", "contact", "p-asserted-identity", "p-preferred-identity", "remote-party-id", "referred-by", "diversion",
        "history-info", "identity", "reply-to",
    ]

    /// The list of LiveKit, with the headers of routing and authentication that it forgets.
    private static let protocolHeaders: Set<String> = [
        "accept", "accept-encoding", "accept-language", "allow", "allow-events", "authorization", "call-id", "contact",
        "content-encoding", "content-length", "content-type", "cseq", "event", "expires", "from", "max-forwards",
        "proxy-authorization", "record-route", "refer-to", "reply-to", "route", "to", "via", "www-authenticate",
        "proxy-authenticate", "i", "e", "c", "f", "b", "k", "l", "m", "o", "r", "t", "u", "v",
    ]
}
