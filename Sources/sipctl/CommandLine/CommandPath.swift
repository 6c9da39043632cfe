/// A command with the way to it: what help, man pages and completions are made from.
struct CommandPath {
    /// From the root to the command.
    let specs: [CommandSpec]

    var command: CommandSpec { specs[specs.count - 1] }
    /// `sipctl trunk list`.
    var text: String { specs.map(\.name).joined(separator: " ") }
    /// The command's own options, then the ones that every command takes; without hidden ones.
    var options: [OptionSpec] { (command.options + GlobalOptions.all).filter { !$0.isHidden } }
    /// The visible subcommands.
    var children: [CommandPath] {
        command.subcommands.map { CommandPath(specs: specs + [$0.spec()]) }.filter { !$0.command.isHidden }
    }

    /// This command and all below it, parents first, in the order of the tree.
    var all: [CommandPath] { [self] + children.flatMap(\.all) }
}
