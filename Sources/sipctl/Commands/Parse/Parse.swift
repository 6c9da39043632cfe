internal import Core

/// `sipctl parse [FILE]...`: SIP messages to JSON Lines.
struct Parse: Command {
    static let name = "parse"

    private static let files = ArgumentList<InputPath>(
        "FILE", "messages, one behind the other; - and no FILE are standard input")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Turn SIP messages into JSON Lines",
            description: """
                Reads messages as they stand in a file or come from a pipe, and prints one JSON object for each: the start \
                line and the header fields in order, typed values where the field has a known form, the body, and every \
                fault with the byte where it is. Input may go on for ever: a message is printed as soon as its end is \
                known.

                A message ends where Content-Length says or, where it is missing or wrong, before the next start line. \
                Bytes of which no message can be made are reported and skipped.

                On a terminal, each message that is not valid also gets a line on standard error.
                """,
            arguments: [files],
            examples: [
                Example("sipctl parse capture.sip", "Look at the messages of a file"),
                Example("sipctl parse < invite.sip | sipctl build", "Bring a message into canonical form"),
                Example(
                    "cat *.sip | sipctl parse |\n  jq -r 'select(.valid | not) | .faults[].message'",
                    "List what is wrong in many files"),
            ],
            exits: [
                ExitStatus.done.when("every message is valid"),
                ExitStatus.no.when("a message is not valid, or something is no message"),
                ExitStatus.local.when("a file cannot be read, or the output cannot be written"),
            ],
            seeAlso: ["build"], runs: Self.self)
    }

    private let files: [InputPath]

    init(_ options: ParsedOptions) throws(Failure) {
        let files = options[Self.files]
        self.files = files.isEmpty ? [.standardInput] : files
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        var count = 0
        var invalid = 0
        for path in files {
            let file = try InputFile(path)
            var report = ParseReport(file: file.name, terminal: terminal)
            try file.readAll(terminal) { (bytes, isAtEnd) throws(Failure) in try report.add(bytes, isAtEnd: isAtEnd) }
            count += report.count
            invalid += report.invalid
        }
        guard invalid > 0 else { return .done }
        let noun = count == 1 ? "message" : "messages"
        terminal.note("sipctl: \(invalid) of \(count) \(noun) \(invalid == 1 ? "is" : "are") not valid")
        return .no
    }
}

/// The messages of one file: what is printed about each, and how many there were.
private struct ParseReport {
    let file: String
    let terminal: Terminal
    private(set) var count = 0
    private(set) var invalid = 0
    private var splitter = MessageSplitter()
    private var json: [UInt8] = []

    init(file: String, terminal: Terminal) { (self.file, self.terminal) = (file, terminal) }

    /// Takes bytes of the file and prints the messages that end in them.
    mutating func add(_ bytes: [UInt8], isAtEnd: Bool) throws(Failure) {
        splitter.append(bytes)
        while let chunk = splitter.next(isAtEnd: isAtEnd) {
            count += 1
            json.removeAll(keepingCapacity: true)
            switch chunk.message {
            case .success(let message):
                MessageJSON.appendJSON(of: message, at: chunk.offset, to: &json)
                note(message.faults, at: chunk.offset)
            case .failure(let fault):
                MessageJSON.appendJSON(of: fault, at: chunk.offset, to: &json)
                note([fault], at: chunk.offset)
            }
            try terminal.emit(bytes: json)
        }
    }

    private mutating func note(_ faults: [Fault], at offset: Int) {
        guard let first = faults.first else { return }
        invalid += 1
        guard terminal.isWatched else { return }
        let others = faults.count > 1 ? ", and \(faults.count - 1) more" : ""
        terminal.note(
            "\(file): message \(count) is not valid SIP: \(first.reason.phrase) (byte \(offset + first.offset))\(others)"
        )
    }
}
