/// What somebody typed.
enum Invocation {
    case help(path: CommandPath, isLong: Bool)
    case version
    case run(any Command.Type, ParsedOptions)
}

/// The first stage: words to options, with nothing opened, resolved or started.
///
/// Long options take `--name value` and `--name=value`, short ones combine (`-qt5s`), `--` ends them, `-` is an
/// argument. Global options may stand anywhere.
struct Parser {
    let root: CommandSpec
    let environment: Environment

    /// Reads the words after the program's name.
    func parse(_ words: [String]) throws(Failure) -> Invocation {
        if let help = helpRequest(words) { return help }
        var scan = Scan(root: root, words: words[...])
        try scan.readAll()
        if scan.given[GlobalOptions.version.spec.long] != nil, scan.path.count == 1 { return .version }
        return try scan.finish(environment)
    }

    // Whoever asks for help gets it, however wrong the rest of the line is.
    private func helpRequest(_ words: [String]) -> Invocation? {
        let typed = words.prefix { $0 != "--" }
        guard let word = typed.first(where: { $0 == "--help" || $0 == "-h" }) else { return nil }
        var path = [root]
        for word in typed {
            if let next = path.last?.subcommand(word) { path.append(next) }
        }
        return .help(path: CommandPath(specs: path), isLong: word == "--help")
    }
}

/// One pass over the words.
private struct Scan {
    var path: [CommandSpec]
    var words: ArraySlice<String>
    var given: [String: [String]] = [:]
    var positionals: [String] = []

    init(root: CommandSpec, words: ArraySlice<String>) { (path, self.words) = ([root], words) }

    var command: CommandSpec { path[path.count - 1] }
    var options: [OptionSpec] { command.options + GlobalOptions.all }

    mutating func readAll() throws(Failure) {
        var onlyArguments = false
        while let word = words.popFirst() {
            if onlyArguments || word == "-" || !word.hasPrefix("-") {
                try readArgument(word)
            } else if word == "--" {
                onlyArguments = true
            } else if word.hasPrefix("--") {
                try readLong(word.dropFirst(2))
            } else {
                try readShorts(word.dropFirst())
            }
        }
    }

    private mutating func readArgument(_ word: String) throws(Failure) {
        guard !command.subcommands.isEmpty else {
            positionals.append(word)
            return
        }
        guard let next = command.subcommand(word) else {
            throw usage("unknown command '\(word)'" + Suggest.choice(word, command.subcommands.map(\.name)))
        }
        path.append(next)
    }

    private mutating func readLong(_ text: Substring) throws(Failure) {
        let name = String(text.prefix { $0 != "=" })
        guard let option = options.first(where: { $0.long == name }) else { throw unknown("--" + name) }
        if option.value == nil {
            guard text.count == name.count else { throw usage("--\(name) takes no value") }
            try store(option, "")
        } else if text.count > name.count {
            try store(option, String(text.dropFirst(name.count + 1)))
        } else {
            try store(option, nextValue(of: option, typed: "--" + name))
        }
    }

    private mutating func readShorts(_ text: Substring) throws(Failure) {
        var rest = text
        while let letter = rest.popFirst() {
            guard let option = options.first(where: { $0.short == letter }) else { throw unknown("-\(letter)") }
            if option.value == nil {
                try store(option, "")
            } else {
                let attached = rest.first == "=" ? rest.dropFirst() : rest
                try store(option, rest.isEmpty ? nextValue(of: option, typed: "-\(letter)") : String(attached))
                return
            }
        }
    }

    // A word that looks like an option is rather a forgotten value: `--record --json`. `-` and `-3` are values.
    private mutating func nextValue(of option: OptionSpec, typed: String) throws(Failure) -> String {
        let placeholder = option.value?.placeholder ?? ""
        guard let word = words.first else { throw usage("\(typed) needs a value: \(option.usage)") }
        if word.hasPrefix("-"), word != "-", Double(word) == nil {
            throw usage("\(typed) needs a value; if '\(word)' is meant, write --\(option.long)=\(placeholder)")
        }
        words.removeFirst()
        return word
    }

    private mutating func store(_ option: OptionSpec, _ word: String) throws(Failure) {
        if let value = option.value {
            do throws(ValueProblem) { try value.check(word) } catch {
                throw usage("--\(option.long): '\(word)' \(error.sentence)")
            }
        }
        switch option.repetition {
        case .list: given[option.long, default: []].append(word)
        case .lastWins: given[option.long] = [word]
        case .refused:
            guard given[option.long] == nil else { throw usage("--\(option.long) is given twice") }
            given[option.long] = [word]
        }
    }

    // MARK: The end of the line

    mutating func finish(_ environment: Environment) throws(Failure) -> Invocation {
        guard let runs = command.runs else {
            let names = command.subcommands.map { $0.spec() }.filter { !$0.isHidden }.map(\.name)
            throw usage("a command is missing: \(names.joined(separator: ", "))")
        }
        try takeVariables(environment)
        try assignArguments()
        let declared = options.map(\.long) + command.arguments.map(\.placeholder)
        return .run(
            runs, ParsedOptions(path: path.dropFirst().map(\.name), words: given, declared: Set(declared)))
    }

    private mutating func takeVariables(_ environment: Environment) throws(Failure) {
        for option in options where given[option.long] == nil {
            guard let variable = option.environment, let word = environment[variable] else { continue }
            do throws(ValueProblem) { try option.value?.check(word) } catch {
                throw usage("\(variable): '\(word)' \(error.sentence)")
            }
            given[option.long] = [word]
        }
    }

    private mutating func assignArguments() throws(Failure) {
        var rest = positionals[...]
        for argument in command.arguments {
            let taken = argument.isList ? rest : rest.prefix(1)
            if taken.isEmpty, argument.isRequired { throw usage("\(argument.placeholder) is missing") }
            for word in taken {
                do throws(ValueProblem) { try argument.check(word) } catch {
                    throw usage("\(argument.placeholder): '\(word)' \(error.sentence)")
                }
            }
            given[argument.placeholder] = Array(taken)
            rest = rest.dropFirst(taken.count)
        }
        if let extra = rest.first { throw usage("unexpected argument '\(extra)'") }
    }

    // MARK: What was wrong

    private func unknown(_ typed: String) -> Failure {
        let known = options.filter { !$0.isHidden }.map { "--" + $0.long }
        return usage("unknown option '\(typed)'" + Suggest.question(typed, known))
    }

    private func usage(_ message: String) -> Failure { .usage(message, at: path.dropFirst().map(\.name)) }
}
