/// The id of a trunk, inbound or outbound: `ST_` and twelve letters or digits, or what another tool stored.
package struct TrunkID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    package init(_ text: String) { description = text }

    package static func < (a: Self, b: Self) -> Bool {
        a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
    }
}

/// The id of a dispatch rule: `SDR_` and twelve letters or digits, or what another tool stored.
package struct RuleID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    package init(_ text: String) { description = text }

    package static func < (a: Self, b: Self) -> Bool {
        a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
    }
}
