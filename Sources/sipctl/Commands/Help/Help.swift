/// `sipctl help [COMMAND]...`, and what `--help` and `-h` show.
struct Help: Command {
    static let name = "help"

    private static let command = ArgumentList<CommandName>("COMMAND", "the command to explain, as it is typed")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Explain a command",
            description: "Without a command, lists the commands. The same text comes from COMMAND --help; COMMAND -h "
                + "shows a shorter one.",
            arguments: [command],
            examples: [
                Example("sipctl help", "List the commands"),
                Example("sipctl help parse", "Explain one of them"),
                Example("sipctl parse -h", "Recall the options of one"),
            ],
            exits: [ExitStatus.done.note],
            seeAlso: ["man", "completions"],
            runs: Self.self)
    }

    private let path: CommandPath
    private let isLong: Bool

    init(_ options: ParsedOptions) throws(Failure) {
        self.init(path: try CommandPath(naming: options[Self.command], for: options), isLong: true)
    }

    /// The help that `--help` and `-h` ask for.
    init(path: CommandPath, isLong: Bool) { (self.path, self.isLong) = (path, isLong) }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        for line in HelpText(path: path, isLong: isLong, paint: terminal.paint).lines { try terminal.emit(line: line) }
        return .done
    }
}

/// A word of a command's path.
struct CommandName: ArgumentValue, Hashable {
    let text: String

    static let kind = ValueKind.command

    init(argument: String) throws(ValueProblem) { text = argument }
}

extension CommandPath {
    /// The command that the words lead to from the root.
    init(naming words: [CommandName], for options: ParsedOptions) throws(Failure) {
        var specs = [CommandTree.root]
        for word in words {
            let parent = specs[specs.count - 1]
            guard let next = parent.subcommand(word.text) else {
                let question = Suggest.question(word.text, parent.subcommands.map(\.name))
                throw options.usageFailure("unknown command '\(word.text)'" + question)
            }
            specs.append(next)
        }
        self.init(specs: specs)
    }
}
