/// `sipctl help [COMMAND]...`.
struct Help: Command {
    static let name = "help"

    private static let command = ArgumentList<CommandName>("COMMAND", "the command to explain, as it is typed")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Explain a command",
            description: "Without a command, lists the commands.",
            arguments: [command],
            examples: [
                Example("sipctl help", "List the commands"),
                Example("sipctl help version", "Explain one of them"),
            ],
            exits: [ExitStatus.done.note],
            seeAlso: ["version"],
            runs: Self.self)
    }

    private let path: [CommandSpec]
    private let isLong: Bool

    init(_ options: ParsedOptions) throws(Failure) {
        var path = [CommandTree.root]
        for word in options[Self.command] {
            let parent = path[path.count - 1]
            guard let next = parent.subcommand(word.text) else {
                let question = Suggest.question(word.text, parent.subcommands.map(\.name))
                throw options.usageFailure("unknown command '\(word.text)'" + question)
            }
            path.append(next)
        }
        self.init(path: path, isLong: true)
    }

    /// The help that `--help` and `-h` ask for.
    init(path: [CommandSpec], isLong: Bool) { (self.path, self.isLong) = (path, isLong) }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        for line in HelpText(path: path, isLong: isLong, paint: terminal.paint).lines { try terminal.emit(line: line) }
        return .done
    }
}

/// The name of a command.
struct CommandName: ArgumentValue, Hashable {
    let text: String

    static let kind = ValueKind.command

    init(argument: String) throws(ValueProblem) { text = argument }
}
