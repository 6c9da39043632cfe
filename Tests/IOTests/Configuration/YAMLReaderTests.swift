import Core
import Support
import Testing

@testable import IO

@Suite("YAML is read into a tree with places") struct YAMLReaderTests {
    private func entries(_ text: String) throws -> [ConfigurationNode.Entry] {
        let root = try #require(try YAMLReader.read(Array(text.utf8)))
        guard case .map(let entries) = root.content else { return [] }
        return entries
    }

    private func fault(_ text: [UInt8]) -> String? {
        do {
            _ = try YAMLReader.read(text)
            return nil
        } catch {
            return "\(error.position?.line ?? 0):\(error.position?.column ?? 0): \(error.sentence)"
        }
    }

    @Test("scalars, lists and maps, with line and column of each")
    func tree() throws {
        let entries = try entries("# comment\na: 1\nb:\n  c: [x, 'true', ~]\n")
        #expect(entries.map(\.key) == ["a", "b"])
        #expect(entries.map(\.position) == [.init(line: 2, column: 1), .init(line: 3, column: 1)])
        #expect(entries[0].value.content == .scalar("1", isQuoted: false))
        #expect(entries[0].value.position == .init(line: 2, column: 4))
        guard case .map(let inner) = entries[1].value.content, case .list(let list) = inner[0].value.content else {
            Issue.record("b.c is no list")
            return
        }
        #expect(
            list.map(\.content) == [
                .scalar("x", isQuoted: false), .scalar("true", isQuoted: true), .scalar("~", isQuoted: false),
            ])
        #expect(list[1].position == .init(line: 4, column: 10))
        #expect(list[2].isNull)
    }

    @Test("JSON is YAML; no content is no tree")
    func others() throws {
        #expect(try entries(#"{"a": [1, 2]}"#).map(\.key) == ["a"])
        for empty in ["", "\n\n", "# nothing\n", "---\n...\n"] {
            let root = try YAMLReader.read(Array(empty.utf8))
            #expect(root?.isNull ?? true)
        }
    }

    @Test("aliases are copied, << merges, and what stands in the map wins")
    func aliases() throws {
        let entries = try entries("base: &b {x: 1, y: 2}\nc:\n  <<: *b\n  y: 3\nd: *b\n")
        guard case .map(let merged) = entries[1].value.content else {
            Issue.record("c is no map")
            return
        }
        #expect(merged.map(\.key) == ["y", "x"])
        #expect(merged[0].value.content == .scalar("3", isQuoted: false))
        #expect(entries[2].value.content == entries[0].value.content)
    }

    @Test(
        "what goes wrong most often is said with its place",
        arguments: [
            ("a: 1\nb:\n\tc: 2\n", "3:1: a tab stands where YAML wants blanks: indent with blanks only"),
            ("a: 1\na: 2\n", "2:1: the key 'a' is on line 1 already: remove one"),
            (
                "a: b: c\n",
                "1:5: a second ':' on the line, or a wrong indent: put the value in quotes, or align the key with its siblings"
            ),
            ("a: 'b\n", "2:1: a quote or bracket is not closed"),
            ("a: @b\n", "1:4: a value may not begin with this character: put it in quotes"),
            ("a: *b\n", "1:4: *b refers to nothing above it"),
            ("a: &x [*x]\n", "1:8: *x refers to nothing above it"),
            ("a: 1\n---\nb: 2\n", "2:1: a second document begins here: one file is one document"),
            ("[a]: 1\n", "1:1: a key must be one word: write name: value"),
            ("a: 1\n<<: 3\n", "2:5: << takes a group of keys, such as *name"),
        ])
    func faults(text: String, sentence: String) { #expect(fault(Array(text.utf8)) == sentence) }

    @Test("what is not UTF-8 is refused with its place")
    func notUTF8() {
        let found = fault(Array("a: 1\nb: ".utf8) + [0xff, 0x0a]) ?? ""
        #expect(found.hasPrefix("2:4: ") && found.contains("UTF-8"))
    }

    @Test("size, depth and copies are bounded")
    func bounds() {
        #expect(fault([UInt8](repeating: 0x20, count: YAMLReader.Limit.bytes + 1))?.contains("KiB") == true)
        #expect(fault([UInt8](repeating: UInt8(ascii: "["), count: 10_000))?.contains("nested") == true)
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let copies = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(copies)]\n"
        }
        #expect(fault(Array(bomb.utf8))?.contains("counting copies") == true)
        let list = "[" + String(repeating: "1,", count: YAMLReader.Limit.nodes) + "]"
        #expect(fault(Array(list.utf8))?.contains("more than") == true)
    }

    @Test("no input traps or hangs: mutations of a good file")
    func mutations() {
        var random = SeededRandom(seed: 0x59_41_4d_4c)
        let good = Array("a: &x {b: [1, 'two', \"three\"], <<: *y}\nc:\n  - *x\n  - |\n    text\n# end\n".utf8)
        for _ in 0..<2000 {
            var text = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: text[index] = UInt8.random(in: 0...255, using: &random)
                case 1: text.remove(at: index)
                default: text.insert(Array("{}[]:,&*|>'\"\t\n -".utf8).randomElement(using: &random) ?? 0x20, at: index)
                }
            }
            if let root = try? YAMLReader.read(text) { _ = LoadedConfiguration(root) }
        }
    }
}
