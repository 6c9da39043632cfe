/// `sipctl completions SHELL`.
struct Completions: Command {
    /// A shell that sipctl has completions for.
    enum Shell: String, Choice { case bash, zsh, fish }

    static let name = "completions"

    private static let shell = Argument<Shell>("SHELL", "bash, zsh or fish")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Print a completion script for a shell",
            description: """
                The script completes commands, options and the values of options. Packages put it where the shell looks \
                for it; the examples do that for one user.
                """,
            arguments: [shell],
            examples: [
                Example("source <(sipctl completions bash)", "Complete in this bash"),
                Example(
                    "sipctl completions bash > ~/.local/share/bash-completion/completions/sipctl",
                    "Complete in every bash from now on"),
                Example("sipctl completions zsh > ~/.zfunc/_sipctl", "The same for zsh, with ~/.zfunc in $fpath"),
                Example("sipctl completions fish > ~/.config/fish/completions/sipctl.fish", "The same for fish"),
            ],
            exits: [ExitStatus.done.note, ExitStatus.local.when("standard output cannot be written")],
            seeAlso: ["man", "help"],
            runs: Self.self)
    }

    private let shell: Shell

    init(_ options: ParsedOptions) throws(Failure) { shell = try options[Self.shell] }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        try terminal.emit(bytes: Self.script(shell).utf8)
        return .done
    }

    /// The whole script.
    static func script(_ shell: Shell) -> String {
        let root = CommandPath(specs: [CommandTree.root])
        return switch shell {
        case .bash: BashCompletion(root: root).text
        case .zsh: ZshCompletion(root: root).text
        case .fish: FishCompletion(root: root).text
        }
    }
}
