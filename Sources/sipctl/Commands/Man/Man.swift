/// `sipctl man [COMMAND]...`.
struct Man: Command {
    static let name = "man"

    private static let command = ArgumentList<CommandName>("COMMAND", "the command to document, as it is typed")
    private static let directory = Option<DirectoryPath>(
        "directory", "DIR", in: .output, "write every page into this directory",
        details: "One file for each command, named like sipctl-parse.1. The directory must exist.")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Print a manual page",
            description: "Prints the page of a command, or of sipctl itself, as roff for man.",
            arguments: [command], options: [directory],
            examples: [
                Example("sipctl man parse | man -l -", "Read the page of a command"),
                Example("sipctl man --directory /usr/local/share/man/man1", "Install every page"),
            ],
            exits: [ExitStatus.done.note, ExitStatus.local.when("a page cannot be written")],
            seeAlso: ["help", "completions"],
            runs: Self.self)
    }

    private let path: CommandPath
    private let directory: DirectoryPath?

    init(_ options: ParsedOptions) throws(Failure) {
        let words = options[Self.command]
        directory = options[Self.directory]
        if directory != nil, let word = words.first {
            throw options.usageFailure("--directory writes every page; leave out '\(word.text)'")
        }
        path = try CommandPath(naming: words, for: options)
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        guard let directory else {
            try terminal.emit(bytes: ManPage(path: path).text.utf8)
            return .done
        }
        for page in path.all.map(ManPage.init) {
            let file = directory.text + "/" + page.fileName
            do throws(System.Problem) { try System.save(Array(page.text.utf8), to: file) } catch {
                throw Failure(.local, "cannot write \(file): \(error.sentence)")
            }
        }
        return .done
    }
}
