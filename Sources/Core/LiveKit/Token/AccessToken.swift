/// A token of the LiveKit API: a JWT signed with HMAC-SHA256 (RFC 7519; livekit signalling section 2).
package struct AccessToken: Hashable, Sendable {
    /// Claim `iss`.
    package var apiKey: String
    /// Claim `sub`: who joins a room; empty for a token that only calls the API.
    package var identity = ""
    package var name = ""
    package var metadata = ""
    /// Lower-case name of the participant's kind: `sip`; empty for `standard`.
    package var participantKind = ""
    package var attributes: [String: String] = [:]
    package var video: VideoGrant?
    package var sip: SIPGrant?
    package var roomPreset = ""
    package var roomConfig: RoomConfiguration?
    /// Since 1970, in whole seconds. Nil allows it at any time.
    package var notBefore: Duration?
    /// Since 1970, in whole seconds.
    package var expires: Duration

    /// A token that is good from now on.
    /// - Parameters:
    ///   - now: since 1970.
    ///   - validity: how long; ten minutes do for a call of the API.
    package init(apiKey: String, now: Duration, validity: Duration) {
        (self.apiKey, notBefore, expires) = (apiKey, now, now + validity)
    }

    /// The token as it is sent.
    package func signed(with secret: String) -> String {
        let input = base64URL(Array(Self.header.utf8)) + [0x2e] + base64URL(claims)
        return (input + [0x2e] + base64URL(HMAC.sha256(key: secret.utf8, input))).text
    }

    private static let header = #"{"alg":"HS256","typ":"JWT"}"#

    private var claims: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        func text(_ name: StaticString, _ value: String) {
            guard !value.isEmpty else { return }
            json.key(name)
            json.string(value)
        }
        text("iss", apiKey)
        text("sub", identity)
        if let notBefore {
            json.key("iat")
            json.number(notBefore.components.seconds)
            json.key("nbf")
            json.number(notBefore.components.seconds)
        }
        json.key("exp")
        json.number(expires.components.seconds)
        text("name", name)
        text("kind", participantKind)
        text("metadata", metadata)
        if !attributes.isEmpty {
            json.key("attributes")
            json.beginObject()
            for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
                json.key(key.utf8)
                json.string(value)
            }
            json.endObject()
        }
        if let video {
            json.key("video")
            video.write(to: &json)
        }
        if let sip {
            json.key("sip")
            json.beginObject()
            for (name, value) in [("admin", sip.admin), ("call", sip.call)] where value {
                json.key(name.utf8)
                json.bool(true)
            }
            json.endObject()
        }
        text("roomPreset", roomPreset)
        if let roomConfig {
            json.key("roomConfig")
            roomConfig.write(to: &json, .sparse)
        }
        json.endObject()
        return json.bytes
    }
}

/// Base64 for URLs, without padding (RFC 4648 §5; RFC 7515 §2).
func base64URL(_ bytes: some Collection<UInt8>) -> [UInt8] {
    base64(bytes).compactMap { byte in
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        case UInt8(ascii: "="): nil
        default: byte
        }
    }
}

/// The bytes that base64 for URLs stands for; nil when it is malformed.
func base64URLDecoded(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard !text.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") })
    else { return nil }
    return base64Decoded(
        text.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        })
}
