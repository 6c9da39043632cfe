import Testing

@testable import sipctl

@Suite("Every command of the tree") struct CommandTreeTests {
    static let root = CommandPath(specs: [CommandTree.root])
    static let paths = root.all

    @Test("has a name that its reference has too, a summary, and exit statuses in order", arguments: paths)
    func basics(path: CommandPath) {
        let command = path.command
        #expect(command.summary.first?.isUppercase == true && command.summary.last != ".")
        #expect(!command.exits.isEmpty)
        #expect(Set(command.exits.map(\.status)).count == command.exits.count)
        #expect(command.exits.map(\.status).contains(.done))
        for child in command.subcommands { #expect(child.name == child.spec().name) }
        #expect(Set(command.subcommands.map(\.name)).count == command.subcommands.count)
        #expect((command.runs == nil) == !command.subcommands.isEmpty)
        #expect(command.runs?.name ?? command.name == command.name)
    }

    @Test("has options that do not clash, each with help", arguments: paths)
    func options(path: CommandPath) {
        let options = path.command.options + GlobalOptions.all
        let longs = options.map(\.long) + path.command.arguments.map(\.placeholder)
        #expect(Set(longs).count == longs.count, "\(longs)")
        let shorts = options.compactMap(\.short)
        #expect(Set(shorts).count == shorts.count, "\(shorts)")
        for option in options {
            #expect(!option.summary.isEmpty && option.summary.last != ".", "--\(option.long)")
            #expect(option.long.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "--\(option.long)")
            #expect(option.details.isEmpty || option.details.hasSuffix("."), "--\(option.long)")
            if let value = option.value { #expect(value.placeholder == value.placeholder.uppercased()) }
        }
    }

    @Test("has arguments of which only the last is a list, and none required after an optional one", arguments: paths)
    func arguments(path: CommandPath) {
        let arguments = path.command.arguments
        #expect(arguments.dropLast().allSatisfy { !$0.isList })
        let firstOptional = arguments.firstIndex { !$0.isRequired } ?? arguments.count
        #expect(arguments[firstOptional...].allSatisfy { !$0.isRequired })
    }

    @Test("has examples that parse", arguments: paths)
    func examples(path: CommandPath) throws {
        #expect(!path.command.examples.isEmpty)
        let parser = Parser(root: CommandTree.root, environment: Environment())
        for example in path.command.examples {
            let uses = ShellWords(example.line).commands.filter { $0.first == "sipctl" }
            #expect(!uses.isEmpty, "\(example.line)")
            for words in uses {
                #expect(throws: Never.self, "\(example.line)") { try parser.parse(Array(words.dropFirst())) }
            }
        }
    }

    @Test("has help within 80 columns", arguments: paths)
    func width(path: CommandPath) {
        for isLong in [true, false] {
            for line in HelpText(path: path, isLong: isLong, paint: .plain).lines {
                #expect(DisplayText.width(line) <= 80, "\(line)")
            }
        }
    }

    @Test("refers to commands that exist", arguments: paths)
    func seeAlso(path: CommandPath) {
        let known = Self.paths.map { $0.specs.dropFirst().map(\.name).joined(separator: " ") }
        for other in path.command.seeAlso { #expect(known.contains(other), "\(other)") }
    }
}

/// A line of shell as far as the examples need it: blanks, quotes, pipes, redirections and substitutions.
struct ShellWords {
    private(set) var commands: [[String]] = [[]]

    init(_ line: String) {
        var word: String?
        var quote: Character?
        var isTarget = false
        func finish(_ commands: inout [[String]]) {
            if let finished = word, !isTarget { commands[commands.count - 1].append(finished) }
            if word != nil { isTarget = false }
            word = nil
        }
        for character in line.replacing("\\\n", with: " ") {
            switch character {
            case quote: quote = nil
            case _ where quote != nil: word = (word ?? "") + String(character)
            case "'", "\"": (quote, word) = (character, word ?? "")
            case " ": finish(&commands)
            case "|", ";", "&", "(", ")", "\n":
                finish(&commands)
                isTarget = false
                commands.append([])
            case "<", ">":
                finish(&commands)
                isTarget = true
            default: word = (word ?? "") + String(character)
            }
        }
        finish(&commands)
    }
}
