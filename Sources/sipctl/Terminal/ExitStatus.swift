/// How a process ends; the only statuses that sipctl returns (docs/exit-status.md promises them to scripts).
enum ExitStatus: Int32, CaseIterable, Sendable {
    case done = 0
    case no = 1
    case usage = 2
    case unreachable = 3
    case refused = 4
    case local = 5
    case bug = 70
    case interrupted = 130

    /// What the status means for every command; a command's own list may be more exact.
    var meaning: String {
        switch self {
        case .done: "done"
        case .no: "the answer is no: rejected, no match, faults found"
        case .usage: "the command line is wrong"
        case .unreachable: "unreachable, or no answer in time"
        case .refused: "authentication refused"
        case .local: "a local file, store or configuration is at fault"
        case .bug: "a bug in sipctl"
        case .interrupted: "interrupted"
        }
    }

    /// The status with a meaning that is exact for one command.
    func when(_ meaning: String) -> ExitNote { ExitNote(status: self, meaning: meaning) }

    /// The status with its general meaning.
    var note: ExitNote { when(meaning) }
}

/// One line of the list of exit statuses in a command's help.
struct ExitNote: Sendable {
    let status: ExitStatus
    let meaning: String
}
