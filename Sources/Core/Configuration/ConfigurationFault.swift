/// Something in a configuration that cannot be taken: which key, where in the file, and why.
package struct ConfigurationFault: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// The text is no YAML that can be used; a whole sentence.
        case notYAML(String)
        /// There is no such key; these are the ones in its place.
        case unknownKey(siblings: [String])
        /// The value has another shape than the key wants.
        case wrongShape(expected: String, found: String)
        /// The text is no value of the kind.
        case malformed(text: String, expected: String)
        case outOfRange(text: String, range: String)
        /// Another key that is given too says something else.
        case excludes(String)
        /// The key needs another one, for this reason.
        case needs(String, because: String)
        /// What the keys say together cannot be done; the end of a sentence that begins with the key.
        case conflict(String)
    }

    /// The key's path: `tls.certs`.
    package var path: String
    /// Nil for what is not in the file: a variable, or a key that is missing.
    package var position: ConfigurationNode.Position?
    package var reason: Reason

    package init(_ reason: Reason, path: String = "", at position: ConfigurationNode.Position? = nil) {
        (self.reason, self.path, self.position) = (reason, path, position)
    }

    /// One sentence for a person, without the place.
    package var sentence: String {
        switch reason {
        case .notYAML(let text): text
        case .unknownKey: "unknown key '\(path)'"
        case .wrongShape(let expected, let found): "\(path) is \(found) but must be \(expected)"
        case .malformed(let text, let expected): "\(path): \(Self.shown(text)) is not \(expected)"
        case .outOfRange(let text, let range): "\(path): \(Self.shown(text)) is out of range: \(range)"
        case .excludes(let other): "\(path) and \(other) exclude each other: give one of them"
        case .needs(let other, let because): "\(path) needs \(other): \(because)"
        case .conflict(let text): "\(path) \(text)"
        }
    }

    /// The text in quotes, cut when it is long. What may be a URL with credentials is not shown.
    private static func shown(_ text: String) -> String {
        if text.contains("@") { return "the value" }
        let head = text.prefix(60)
        return "'\(head)\(head.count < text.count ? "…" : "")'"
    }
}
