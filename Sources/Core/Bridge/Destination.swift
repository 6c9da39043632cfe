/// Where an incoming call goes when no trunks and rules are configured: the demonstration destinations of `sipctl serve`.
package enum Destination: Hashable, Sendable {
    /// The local room of this name.
    case room(String)
    /// The caller hears itself.
    case echo
    /// The caller hears a 440 Hz tone.
    case tone

    /// The longest room name taken from a Request-URI, in characters.
    static let longestName = 128

    /// The destination that the user part of a Request-URI names; nil when it is empty or no room may be called so.
    package init?(user: String) {
        switch user {
        case "echo": self = .echo
        case "tone": self = .tone
        case "": return nil
        default:
            let isPrintable = user.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
            guard user.count <= Self.longestName, isPrintable else { return nil }
            self = .room(user)
        }
    }

    /// `room NAME`, `echo` or `tone`, as event lines show it.
    package var description: String {
        switch self {
        case .room(let name): "room \(name)"
        case .echo: "echo"
        case .tone: "tone"
        }
    }
}
