/// One command: what the parser accepts, and all that help, man pages and completions say about it.
struct CommandSpec: Sendable {
    /// The last word of the command's path.
    let name: String
    /// One line without a full stop.
    let summary: String
    /// Paragraphs parted by empty lines; may be empty.
    let description: String
    let arguments: [ArgumentSpec]
    let options: [OptionSpec]
    let examples: [Example]
    /// In ascending order; the status of a wrong command line is added to each.
    let exits: [ExitNote]
    /// Paths of other commands without the first word: `trunk list`.
    let seeAlso: [String]
    let subcommands: [CommandReference]
    /// Nil for a command that only groups others.
    let runs: (any Command.Type)?
    let isHidden: Bool

    /// A command that does something.
    init(
        _ name: String, _ summary: String, description: String = "", arguments: [any DeclaredArgument] = [],
        options: [any DeclaredOption] = [], examples: [Example], exits: [ExitNote], seeAlso: [String] = [],
        hidden: Bool = false, runs: any Command.Type
    ) {
        (self.name, self.summary, self.description) = (name, summary, description)
        self.arguments = arguments.map(\.spec)
        self.options = options.map(\.spec)
        self.exits = Self.complete(exits)
        (self.examples, self.seeAlso, subcommands, self.runs) = (examples, seeAlso, [], runs)
        isHidden = hidden
    }

    /// A command that groups others.
    init(
        _ name: String, _ summary: String, description: String = "", options: [any DeclaredOption] = [],
        examples: [Example], exits: [ExitNote] = [.init(status: .done, meaning: ExitStatus.done.meaning)],
        seeAlso: [String] = [], subcommands: [CommandReference]
    ) {
        (self.name, self.summary, self.description, arguments) = (name, summary, description, [])
        self.options = options.map(\.spec)
        self.exits = Self.complete(exits)
        (self.examples, self.seeAlso, self.subcommands, runs) = (examples, seeAlso, subcommands, nil)
        isHidden = false
    }

    private static func complete(_ exits: [ExitNote]) -> [ExitNote] {
        let all = exits.contains { $0.status == .usage } ? exits : exits + [ExitStatus.usage.note]
        return all.sorted { $0.status.rawValue < $1.status.rawValue }
    }

    /// The subcommand of that name.
    func subcommand(_ name: String) -> CommandSpec? { subcommands.first { $0.name == name }?.spec() }
}

/// A subcommand whose spec is made only when it is needed, so that starting does not cost what the tree costs.
struct CommandReference: Sendable {
    let name: String
    let spec: @Sendable () -> CommandSpec

    /// A group, or a command under another name than its type's.
    init(_ name: String, _ spec: @escaping @Sendable () -> CommandSpec) { (self.name, self.spec) = (name, spec) }

    init(_ command: any Command.Type) {
        name = command.name
        spec = { command.spec }
    }
}

/// Something to type, and what it does.
struct Example: Sendable {
    let line: String
    /// What it does, as an order, without a full stop.
    let purpose: String

    init(_ line: String, _ purpose: String) { (self.line, self.purpose) = (line, purpose) }
}

/// A command that was typed: resolved by `init` (files named, values checked against each other), then run.
protocol Command: Sendable {
    static var name: String { get }
    static var spec: CommandSpec { get }
    init(_ options: ParsedOptions) throws(Failure)
    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus
}
