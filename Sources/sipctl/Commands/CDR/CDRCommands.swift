internal import Core
internal import IO

/// `sipctl cdr`: what is remembered of calls.
enum CDRCommands {
    static let reference = CommandReference("cdr") {
        CommandSpec(
            "cdr", "Read the records of calls (CDR)",
            description: """
                Every call of serve leaves a record: it is written when the call begins, is answered, and ends, and survives a crash.
                """,
            examples: [
                Example("sipctl cdr list", "Show the last hundred calls"),
                Example("sipctl cdr follow --json >>calls.jsonl", "Append each call to a file when it ends"),
            ],
            seeAlso: ["call list", "serve"],
            subcommands: [CommandReference(CDRList.self), CommandReference(CDRFollow.self)])
    }

    enum StateWord: String, Choice {
        case ringing, active, ended

        var state: CallRecord.State {
            switch self {
            case .ringing: .ringing
            case .active: .active
            case .ended: .ended
            }
        }
    }

    static let room = Option<String>("room", "NAME", in: .selection, "only calls that were in this room")
    static let trunk = Option<String>("trunk", "ID", in: .selection, "only calls by this trunk")
    static let state = OptionList<StateWord>(
        "state", "STATE", in: .selection, "only calls in this state: ringing, active, ended")

    static let selection: [any DeclaredOption] = [room, trunk, state]

    /// The conditions that both commands have.
    static func query(_ options: ParsedOptions) -> CallRecordQuery {
        var query = CallRecordQuery()
        query.room = options[room]
        query.trunkID = options[trunk].map { TrunkID($0) }
        query.states = Set(options[state].map(\.state))
        return query
    }
}
