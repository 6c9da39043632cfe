/// Which way media flows, seen from the author of the description (RFC 8866 §6.7, RFC 3264 §5.1).
package enum MediaDirection: String, Hashable, Sendable, CaseIterable {
    case sendrecv, sendonly, recvonly, inactive

    /// The direction that sends and receives as told.
    package init(sends: Bool, receives: Bool) {
        self =
            switch (sends, receives) {
            case (true, true): .sendrecv
            case (true, false): .sendonly
            case (false, true): .recvonly
            case (false, false): .inactive
            }
    }

    /// The direction that a property attribute names; nil for every other name.
    package init?(_ name: SessionDescription.Text) {
        if name.equals("sendrecv") {
            self = .sendrecv
        } else if name.equals("sendonly") {
            self = .sendonly
        } else if name.equals("recvonly") {
            self = .recvonly
        } else if name.equals("inactive") {
            self = .inactive
        } else {
            return nil
        }
    }

    /// The name of the property attribute.
    var text: SessionDescription.Text { Self.texts[self] ?? [] }

    private static let texts = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, SessionDescription.Text($0.rawValue.utf8)) })

    package var sends: Bool { self == .sendrecv || self == .sendonly }
    package var receives: Bool { self == .sendrecv || self == .recvonly }

    /// The same flow seen from the other end.
    package var complement: Self { Self(sends: receives, receives: sends) }

    /// The most that an answerer who wants this direction may answer to `offered` (RFC 3264 §6.1): it sends only what
    /// the offerer receives, and receives only what the offerer sends.
    package func answer(to offered: Self) -> Self {
        Self(sends: sends && offered.receives, receives: receives && offered.sends)
    }
}
