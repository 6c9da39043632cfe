package import Core

/// Reads one YAML document into a tree with places. Work and memory are bounded, whatever the text holds: aliases are copied,
/// and every copied node counts.
package struct YAMLReader: ~Copyable {
    /// Bounds; beyond them reading fails.
    package enum Limit {
        package static let bytes = 1 << 20
        package static let nodes = 20_000
        package static let depth = 32
    }

    private var parser: YAMLParser
    private var anchors: [String: (node: ConfigurationNode, count: Int)] = [:]
    private var count = 0

    private init(_ text: [UInt8]) { parser = YAMLParser(text) }

    /// The tree of a document; nil for one without content.
    package static func read(_ text: [UInt8]) throws(ConfigurationFault) -> ConfigurationNode? {
        guard text.count <= Limit.bytes else {
            throw ConfigurationFault(
                .notYAML("the file is longer than \(Limit.bytes / 1024) KiB"), at: .init(line: 1, column: 1))
        }
        var reader = YAMLReader(text)
        return try reader.document()
    }

    private mutating func document() throws(ConfigurationFault) -> ConfigurationNode? {
        var root: ConfigurationNode?
        while true {
            let event = try parser.next()
            switch event.kind {
            case .streamStart, .documentEnd: continue
            case .streamEnd: return root
            case .documentStart:
                guard root == nil else {
                    throw ConfigurationFault(
                        .notYAML("a second document begins here: one file is one document"), at: event.position)
                }
            default: root = try node(event, depth: 0)
            }
        }
    }

    private mutating func node(_ event: YAMLParser.Event, depth: Int) throws(ConfigurationFault) -> ConfigurationNode {
        guard depth < Limit.depth else {
            throw ConfigurationFault(.notYAML("more than \(Limit.depth) levels are nested"), at: event.position)
        }
        let before = count
        try add(1, at: event.position)
        let node: ConfigurationNode
        let name: String?
        switch event.kind {
        case .scalar(let text, let isQuoted, let anchor):
            (node, name) = (ConfigurationNode(.scalar(text, isQuoted: isQuoted), at: event.position), anchor)
        case .listStart(let anchor): (node, name) = (try list(event.position, depth), anchor)
        case .mapStart(let anchor): (node, name) = (try map(event.position, depth), anchor)
        case .alias(let alias):
            guard let target = anchors[alias] else {
                throw ConfigurationFault(.notYAML("*\(alias) refers to nothing above it"), at: event.position)
            }
            try add(target.count, at: event.position)
            (node, name) = (ConfigurationNode(target.node.content, at: event.position), nil)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .listEnd, .mapEnd:
            throw ConfigurationFault(.notYAML("a value is missing"), at: event.position)
        }
        if let name { anchors[name] = (node, count - before) }
        return node
    }

    private mutating func add(_ nodes: Int, at position: ConfigurationNode.Position) throws(ConfigurationFault) {
        count += nodes
        guard count <= Limit.nodes else {
            throw ConfigurationFault(
                .notYAML("there are more than \(Limit.nodes) values, counting copies by aliases"), at: position)
        }
    }

    private mutating func list(
        _ position: ConfigurationNode.Position, _ depth: Int
    ) throws(ConfigurationFault) -> ConfigurationNode {
        var nodes: [ConfigurationNode] = []
        while true {
            let event = try parser.next()
            if case .listEnd = event.kind { return ConfigurationNode(.list(nodes), at: position) }
            nodes.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func map(
        _ position: ConfigurationNode.Position, _ depth: Int
    ) throws(ConfigurationFault) -> ConfigurationNode {
        var entries: [ConfigurationNode.Entry] = []
        var lines: [String: Int] = [:]
        var merged: [ConfigurationNode.Entry] = []
        while true {
            let event = try parser.next()
            if case .mapEnd = event.kind { break }
            guard case .scalar(let key, let isQuoted, _) = event.kind else {
                throw ConfigurationFault(.notYAML("a key must be one word: write name: value"), at: event.position)
            }
            try add(1, at: event.position)
            if let line = lines[key] {
                throw ConfigurationFault(
                    .notYAML("the key '\(key)' is on line \(line) already: remove one"), at: event.position)
            }
            lines[key] = event.position.line
            let value = try node(try parser.next(), depth: depth + 1)
            if key == "<<", !isQuoted {
                merged += try mergeable(value)
            } else {
                entries.append(.init(key: key, position: event.position, value: value))
            }
        }
        for entry in merged where lines[entry.key] == nil {
            lines[entry.key] = entry.position.line
            entries.append(entry)
        }
        return ConfigurationNode(.map(entries), at: position)
    }

    /// The entries that `<<` brings in, the first map's first (YAML merge key, yaml.org/type/merge).
    private func mergeable(_ value: ConfigurationNode) throws(ConfigurationFault) -> [ConfigurationNode.Entry] {
        switch value.content {
        case .map(let entries): return entries
        case .list(let nodes):
            var entries: [ConfigurationNode.Entry] = []
            for node in nodes {
                guard case .map(let part) = node.content else { break }
                entries += part
            }
            return entries
        case .scalar: throw ConfigurationFault(.notYAML("<< takes a group of keys, such as *name"), at: value.position)
        }
    }
}
