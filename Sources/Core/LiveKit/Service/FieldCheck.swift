/// The rules for single fields (livekit API, "Validation summary"; REFERENCE-BRIDGE 2.13). Each throws `invalid_argument` with
/// the field.
struct FieldCheck {
    /// Where the object stands in the request: empty, or `trunk.`.
    let path: String

    func list(_ name: String, _ items: [String]) throws(TwirpError) {
        for (index, item) in items.enumerated() where item.isEmpty {
            throw .invalid("\(path)\(name)[\(index)]", "must not be empty")
        }
    }

    /// Both or none: a user name alone would let everybody in, a password alone nobody.
    func credentials(_ username: String, _ password: String) throws(TwirpError) {
        if username.isEmpty != password.isEmpty {
            throw .invalid(
                path + (username.isEmpty ? "auth_username" : "auth_password"), "is missing; both are needed or none")
        }
        if username.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
            throw .invalid(path + "auth_username", "must not have control characters")
        }
    }

    func realm(_ realm: String) throws(TwirpError) {
        if realm.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
            throw .invalid(path + "auth_realm", "must not have control characters")
        }
    }

    /// `host` or `host:port`, and nothing else of a URI.
    func hostPort(_ name: String, _ text: String) throws(TwirpError) {
        let path = self.path + name
        guard !text.isEmpty else { throw .invalid(path, "is missing") }
        let lowercased = text.lowercased()
        if lowercased.hasPrefix("sip:") || lowercased.hasPrefix("sips:") {
            throw .invalid(path, "'\(text)' must be without 'sip:'")
        }
        if lowercased.contains("transport=") {
            throw .invalid(path, "'\(text)' must be without a transport; the field transport chooses it")
        }
        if text.contains("@") || text.contains(";") {
            throw .invalid(path, "'\(text)' must be a host or host:port, without user and parameters")
        }
        guard Self.isHostPort(text) else { throw .invalid(path, "'\(text)' is no host or host:port") }
    }

    private static func isHostPort(_ text: String) -> Bool {
        if Host(text) != nil { return true }
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return false }
        let port = text.utf8[colon...].dropFirst()
        guard let number = port.decimalValue(atMost: 65_535), number > 0 else { return false }
        return Host(String(text[..<colon])) != nil
    }

    /// ISO 3166-1 alpha-2.
    func country(_ name: String, _ code: String) throws(TwirpError) {
        guard code.isEmpty || code.utf8.count == 2 && code.utf8.allSatisfy({ $0.isIn(.alpha) }) else {
            throw .invalid(path + name, "'\(code)' is no country of two letters such as US")
        }
    }

    /// Digits that a telephone can send before the `#` that ends them.
    func pin(_ pin: String) throws(TwirpError) {
        guard pin.utf8.allSatisfy({ $0.isIn(.digit) || $0 == UInt8(ascii: "*") }), pin.utf8.count <= 16 else {
            throw .invalid(path + "rule.pin", "must be at most 16 digits, because a telephone can send nothing else")
        }
    }

    func attributeNames(_ name: String, _ names: some Sequence<String>) throws(TwirpError) {
        if names.contains("") { throw .invalid(path + name, "has an attribute without a name") }
    }

    func duration(_ name: String, _ duration: Duration?) throws(TwirpError) {
        guard let duration else { return }
        if duration < .zero { throw .invalid(path + name, "must not be negative") }
        if duration > .seconds(86_400) { throw .invalid(path + name, "must be at most 24 hours") }
    }

    func media(_ media: MediaPolicy?) throws(TwirpError) {
        guard let media else { return }
        for (index, codec) in media.codecs.enumerated() {
            let bad = codec.name.isEmpty || codec.name.utf8.contains { $0 <= 0x20 || $0 == 0x2f || $0 >= 0x7f }
            if bad { throw .invalid("\(path)media.codecs[\(index)].name", "'\(codec.name)' is no name of a codec") }
        }
        if media.onlyListedCodecs, media.codecs.isEmpty {
            throw .invalid(path + "media.only_listed_codecs", "leaves no codec, because media.codecs is empty")
        }
        guard let timeout = media.mediaTimeout else { return }
        guard timeout >= .zero, timeout <= .seconds(600) else {
            throw .invalid(path + "media.media_timeout", "must be from 0s to 600s")
        }
    }
}

extension FieldCheck {
    /// Headers that a trunk adds: valid, and none of those that the call itself needs.
    func headers(_ name: String, _ headers: [String: String]) throws(TwirpError) {
        for (header, value) in headers.sorted(by: { $0.key < $1.key }) {
            try headerName(name, header)
            if Self.forbidden.contains(header.lowercased()) {
                throw .invalid("\(path)\(name).\(header)", "is a header that every call has and must not be set")
            }
            guard value.utf8.count <= 1024 else { throw .invalid("\(path)\(name).\(header)", "is above 1024 bytes") }
            guard value.utf8.allSatisfy({ $0 == 0x09 || $0 >= 0x20 && $0 != 0x7f }) else {
                throw .invalid("\(path)\(name).\(header)", "must not have control characters")
            }
        }
    }

    func headerNames(_ name: String, _ headers: some Sequence<String>) throws(TwirpError) {
        for header in headers.sorted() { try headerName(name, header) }
    }

    private func headerName(_ name: String, _ header: String) throws(TwirpError) {
        guard (1...255).contains(header.utf8.count), header.utf8.allSatisfy({ $0.isIn(.token) }) else {
            throw .invalid(path + name, "'\(header)' is no name of a header")
        }
    }

    private static let forbidden: Set<String> = [
        "accept", "accept-encoding", "accept-language", "allow", "allow-events", "call-id", "contact",
        "content-encoding", "content-length", "content-type", "cseq", "event", "expires", "from", "max-forwards",
        "record-route", "refer-to", "reply-to", "k", "l", "m", "o", "r", "t", "u", "v",
    ]
}
