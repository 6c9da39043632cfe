/// What a key has, in a form that can be shown to people and programs.
package enum ConfigurationValue: Hashable, Sendable {
    /// Not set, and nothing takes its place.
    case none
    case bool(Bool)
    case integer(Int)
    case real(Double)
    case text(String)
    case list([ConfigurationValue])
    /// In the order to show.
    case map([Member])

    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: ConfigurationValue

        package init(_ name: String, _ value: ConfigurationValue) { (self.name, self.value) = (name, value) }
    }

    /// Whether there is something to hide or to show.
    package var isEmpty: Bool {
        switch self {
        case .none, .text(""), .list([]), .map([]): true
        default: false
        }
    }
}

extension ConfigurationValue: CustomStringConvertible {
    /// As a configuration file would have it on one line; `-` for nothing.
    package var description: String {
        switch self {
        case .none: "-"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .real(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        case .text(let value): value.isEmpty ? "-" : value
        case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
        case .map(let members): "{" + members.map { "\($0.name): \($0.value)" }.joined(separator: ", ") + "}"
        }
    }
}
