/// Why a command could not do what was asked: one sentence for a person, what to try, and the exit status.
struct Failure: Error, Equatable {
    let exit: ExitStatus
    /// What failed, on what, why; no full stop, no "error:".
    let message: String
    /// What to try next.
    let hint: String?

    init(_ exit: ExitStatus, _ message: String, hint: String? = nil) {
        (self.exit, self.message, self.hint) = (exit, message, hint)
    }

    /// The reader of our standard output has gone, as in `sipctl … | head`. Not an error: the command ends quietly.
    static let closedPipe = Failure(.done, "")

    var isSilent: Bool { message.isEmpty }

    /// A wrong command line of the command at `path`, with the way to its help.
    static func usage(_ message: String, at path: [String]) -> Failure {
        Failure(
            .usage, path.isEmpty ? message : path.joined(separator: " ") + ": " + message,
            hint: "Try '\((["sipctl"] + path).joined(separator: " ")) --help'.")
    }
}
