/// Where an HTTP server is: what stands in `--url` (RFC 9110 §4.2).
package struct HTTPURL: Hashable, Sendable {
    /// `https` rather than `http`.
    package let isSecure: Bool
    /// A name or an IP address, without brackets.
    package let host: String
    package let port: UInt16
    /// What every path begins with; empty or `/…` without a slash at its end.
    package let basePath: String

    /// Reads `http://host[:port][/path]`; `ws` and `wss`, which LiveKit's tools use for the same server, mean `http` and `https`.
    /// Nil for other schemes, user information, queries, fragments and bad hosts.
    package init?(_ text: String) {
        guard let (isSecure, rest) = Self.scheme(of: text) else { return nil }
        let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        guard let (host, port) = Self.authority(rest[..<slash], isSecure ? 443 : 80) else { return nil }
        var path = rest[slash...]
        while path.last == UInt8(ascii: "/") { path = path.dropLast() }
        let isPlain = path.allSatisfy {
            $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        guard isPlain else { return nil }
        (self.isSecure, self.host, self.port, basePath) = (isSecure, host, port, path.text)
    }

    /// The value of the Host field: with brackets around IPv6, and the port unless it is the scheme's.
    package var hostField: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    private static func scheme(of text: String) -> (isSecure: Bool, rest: ArraySlice<UInt8>)? {
        let bytes = Array(text.utf8)
        let schemes: [(StaticString, Bool)] = [
            ("http://", false), ("https://", true), ("ws://", false), ("wss://", true),
        ]
        for (scheme, isSecure) in schemes where bytes.prefix(scheme.utf8CodeUnitCount).equalsIgnoringCase(scheme) {
            return (isSecure, bytes[scheme.utf8CodeUnitCount...])
        }
        return nil
    }

    private static func authority(_ text: ArraySlice<UInt8>, _ defaultPort: UInt16) -> (String, UInt16)? {
        let (open, close, colon) = (UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"))
        var (host, rest) = (text, text[text.endIndex...])
        if text.first == open {
            guard let end = text.firstIndex(of: close) else { return nil }
            (host, rest) = (text[(text.startIndex + 1)..<end], text[(end + 1)...])
            guard let address = IPAddress(host), !address.isIPv4 else { return nil }
        } else {
            let end = text.firstIndex(of: colon) ?? text.endIndex
            (host, rest) = (text[..<end], text[end...])
            guard !host.isEmpty, host.allSatisfy({ $0.isIn(.hostname) || $0 == UInt8(ascii: ".") }) else { return nil }
        }
        if rest.isEmpty { return (host.text, defaultPort) }
        guard rest.first == colon, let port = rest.dropFirst().decimalValue(atMost: 65_535), port > 0 else {
            return nil
        }
        return (host.text, UInt16(port))
    }
}
