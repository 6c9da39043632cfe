/// A value of a configuration file, with the place it stands at.
package struct ConfigurationNode: Hashable, Sendable {
    /// Line and column; the first of each is 1.
    package struct Position: Hashable, Sendable, Comparable {
        package var line: Int
        package var column: Int

        package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }

        package static func < (a: Self, b: Self) -> Bool { (a.line, a.column) < (b.line, b.column) }
    }

    /// A key of a map with its value.
    package struct Entry: Hashable, Sendable {
        package var key: String
        package var position: Position
        package var value: ConfigurationNode

        package init(key: String, position: Position, value: ConfigurationNode) {
            (self.key, self.position, self.value) = (key, position, value)
        }
    }

    package enum Content: Hashable, Sendable {
        /// Text as it was meant; `isQuoted` tells `"true"` from `true`.
        case scalar(String, isQuoted: Bool)
        case list([ConfigurationNode])
        /// In the order of the file; no key occurs twice.
        case map([Entry])
    }

    package var content: Content
    package var position: Position

    package init(_ content: Content, at position: Position) { (self.content, self.position) = (content, position) }

    /// Whether the value is there in name only: nothing, `~` or `null` (YAML 1.2 §10.2.1.1).
    package var isNull: Bool {
        guard case .scalar(let text, isQuoted: false) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What it is, as an error names it.
    package var kindName: String {
        switch content {
        case .scalar: "a single value"
        case .list: "a list"
        case .map: "a group of keys"
        }
    }
}
