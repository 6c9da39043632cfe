/// Parse, resolve, run; the exit status is decided here and nowhere else.
@main
struct Main {
    static func main() async {
        System.ignoreBrokenPipes()
        let environment = System.environment
        var terminal = Terminal.standard(environment)
        let status = await Self.run(Array(CommandLine.arguments.dropFirst()), environment, &terminal)
        System.leave(with: status)
    }

    /// Everything but the end of the process.
    static func run(_ words: [String], _ environment: Environment, _ terminal: inout Terminal) async -> ExitStatus {
        do throws(Failure) {
            let invocation = try Parser(root: CommandTree.root, environment: environment).parse(words)
            let command = try resolve(invocation, &terminal)
            let status = try await command.run(terminal)
            try terminal.flush()
            terminal.clearStatus()
            return status
        } catch {
            // What was written before the failure belongs to the reader; a second failure of the same stream says nothing new.
            if error != .closedPipe { try? terminal.flush() }
            terminal.report(error)
            return error.exit
        }
    }

    private static func resolve(_ invocation: Invocation, _ terminal: inout Terminal) throws(Failure) -> any Command {
        switch invocation {
        case .help(let path, let isLong): return Help(path: path, isLong: isLong)
        case .version: return Version()
        case .run(let type, let options):
            terminal = terminal.with(options.settings)
            return try type.init(options)
        }
    }
}
