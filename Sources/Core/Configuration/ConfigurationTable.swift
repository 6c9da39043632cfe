/// The one list of keys. What is not in it is refused; documentation, `config show` and errors are made from it.
package enum ConfigurationTable {
    /// Keys that belong together, under the heading that documentation gives them.
    package struct Section: Sendable {
        package let title: String
        package let keys: [ConfigurationKey]
    }

    package static let sections = [
        Section(title: "Signalling", keys: signalling),
        Section(title: "Addresses", keys: addresses),
        Section(title: "TLS", keys: tls),
        Section(title: "Audio", keys: media),
        Section(title: "Rooms", keys: rooms),
        Section(title: "Redis", keys: redis),
        Section(title: "State", keys: state),
        Section(title: "Health and metrics", keys: http),
        Section(title: "Log", keys: logging),
        Section(title: "Load and draining", keys: load),
        Section(title: "Unknown sources and PINs", keys: security),
    ]

    /// Every key, in the order of the documentation.
    package static let keys = sections.flatMap(\.keys)

    static let byPath = Dictionary(keys.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })

    /// The paths of the groups: `tls`, `redis`, `redis.tls`.
    static let groups = Set(keys.map { String($0.group) }).subtracting([""])

    /// What may stand in a group, keys and groups, sorted.
    static func names(in group: String) -> [String] {
        let inner = groups.filter { parent(of: $0) == group }.map {
            String($0.dropFirst(group.isEmpty ? 0 : group.count + 1))
        }
        return (keys.filter { $0.group == group }.map { String($0.name) } + inner).sorted()
    }

    private static func parent(of group: String) -> String {
        group.lastIndex(of: ".").map { String(group[..<$0]) } ?? ""
    }

    typealias Key = ConfigurationKey
}
