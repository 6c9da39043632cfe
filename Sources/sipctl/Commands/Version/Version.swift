/// `sipctl version`.
struct Version: Command {
    /// The version of this program.
    static let current = "0.1.0"

    static let name = "version"

    static var spec: CommandSpec {
        CommandSpec(
            name, "Show the version",
            description: "Prints the program's name and version.",
            options: [GlobalOptions.json],
            examples: [
                Example("sipctl version", "Show the version"),
                Example("sipctl version --json", "Show it to a program"),
            ],
            exits: [ExitStatus.done.note],
            seeAlso: ["help"],
            runs: Self.self)
    }

    init(_ options: ParsedOptions) throws(Failure) {}

    init() {}

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        try terminal.emit(Report())
        return .done
    }

    private struct Report: Row {
        var line: String { "sipctl \(Version.current)" }

        func write(to json: inout JSONLine) {
            json.field("name", "sipctl")
            json.field("version", Version.current)
        }
    }
}
