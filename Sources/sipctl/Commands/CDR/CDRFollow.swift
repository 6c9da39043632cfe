internal import Core

/// `sipctl cdr follow`.
struct CDRFollow: Command {
    static let name = "follow"

    static var spec: CommandSpec {
        CommandSpec(
            name, "Print the record of each call when it is written",
            description: """
                Prints a record when its call begins, when it is answered, and when it ends, until the server ends; --state ended prints \
                each call once.

                \(ControlClient.description)
                """,
            options: CDRCommands.selection + [GlobalOptions.json] + ControlClient.options,
            examples: [
                Example("sipctl cdr follow", "Watch calls come and go"),
                Example("sipctl cdr follow --state ended --json >>calls.jsonl", "Keep a file of all calls"),
            ],
            exits: [
                ExitStatus.done.when("the server has ended in good order"), ControlClient.noServer,
                ExitStatus.local.note, ExitStatus.interrupted.note,
            ],
            seeAlso: ["cdr list", "call list"], runs: Self.self)
    }

    private let query: CallRecordQuery
    private let client: ControlClient

    init(_ options: ParsedOptions) throws(Failure) {
        (query, client) = (CDRCommands.query(options), try ControlClient(options))
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        for await input in client.follow("/v1/cdr/follow" + query.urlQuery) {
            switch input {
            case .began: continue
            case .line(let bytes):
                let record = try client.read("follow records") { () throws(FieldError) in try CallRecord(json: bytes) }
                guard query.matches(record) else { continue }
                try emit(record, bytes, terminal)
            case .refused(let response): throw ControlClient.refusal(response, "follow records")
            case .failed(let error): throw ControlClient.failure(error, "follow records")
            }
        }
        return .done
    }

    private func emit(_ record: CallRecord, _ bytes: [UInt8], _ terminal: Terminal) throws(Failure) {
        if terminal.settings.json {
            try terminal.emit(bytes: bytes + [0x0a])
        } else {
            let cells = record.cells(at: WallTime.sinceEpoch)
            try terminal.emit(line: DisplayText.printable(cells.joined(separator: "  ")))
        }
        try terminal.flush()
    }
}
