/// The value of Call-ID: compared byte by byte, case-sensitively (RFC 3261 §20.8).
package struct CallID: Hashable, Sendable {
    package var bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
    package init(_ string: String) { self.init(string.utf8) }

    package func hash(into hasher: inout Hasher) { bytes.hashAll(into: &hasher) }
}

/// The tag of a From or To header field, one end of a dialog (RFC 3261 §19.3). Compared byte by byte.
package struct Tag: Hashable, Sendable {
    package var bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
    package init(_ string: String) { self.init(string.utf8) }

    package func hash(into hasher: inout Hasher) { bytes.hashAll(into: &hasher) }
}

/// The branch parameter of Via, which names a transaction (RFC 3261 §8.1.1.7). Compared byte by byte.
package struct Branch: Hashable, Sendable {
    package var bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
    package init(_ string: String) { self.init(string.utf8) }

    package func hash(into hasher: inout Hasher) { bytes.hashAll(into: &hasher) }

    /// Whether the sender follows RFC 3261, so that the branch alone tells transactions apart (§17.2.3). The cookie with
    /// nothing after it names nothing (RFC 4475 §3.2.1): such a request is matched by the rules of RFC 2543.
    package var hasMagicCookie: Bool { bytes.count > 7 && bytes[..<7].equalsIgnoringCase(Self.magicCookie) }

    /// What branches of RFC 3261 begin with.
    package static var magicCookie: StaticString { "z9hG4bK" }
}

extension CallID: CustomStringConvertible {
    package var description: String { bytes.text }
}

extension Tag: CustomStringConvertible {
    package var description: String { bytes.text }
}

extension Branch: CustomStringConvertible {
    package var description: String { bytes.text }
}
