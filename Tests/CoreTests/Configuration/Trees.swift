@testable import Core

/// Configuration trees for tests, written as literals; each entry of a map has a line of its own.
indirect enum Tree: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
    case text(String)
    case list([Tree])
    case map([(String, Tree)])

    init(dictionaryLiteral elements: (String, Tree)...) { self = .map(elements) }
    init(arrayLiteral elements: Tree...) { self = .list(elements) }
    init(stringLiteral text: String) { self = .text(text) }

    /// The tree as the reader of YAML gives it.
    var node: ConfigurationNode {
        var line = 0
        return node(line: &line)
    }

    private func node(line: inout Int) -> ConfigurationNode {
        let position = ConfigurationNode.Position(line: max(line, 1), column: 20)
        switch self {
        case .text(let text): return ConfigurationNode(.scalar(text, isQuoted: false), at: position)
        case .list(let trees): return ConfigurationNode(.list(trees.map { $0.node(line: &line) }), at: position)
        case .map(let members):
            let entries = members.map { name, tree in
                line += 1
                return ConfigurationNode.Entry(
                    key: name, position: .init(line: line, column: 1), value: tree.node(line: &line))
            }
            return ConfigurationNode(.map(entries), at: position)
        }
    }

    /// A map of one key, which may name groups: `tls.certs`.
    static func one(_ path: String, _ value: Tree) -> Tree {
        path.split(separator: ".").reversed().reduce(value) { .map([(String($1), $0)]) }
    }
}
