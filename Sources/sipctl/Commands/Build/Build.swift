internal import Core

/// `sipctl build [FILE]...`: JSON Lines to SIP messages.
struct Build: Command {
    static let name = "build"

    private static let files = ArgumentList<InputPath>(
        "FILE", "JSON Lines as parse prints them; - and no FILE are standard input")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Turn JSON Lines into SIP messages",
            description: """
                Reads one JSON object a line, in the form that parse prints, and writes each as a SIP message in canonical \
                form: long header names, CRLF, no folding, Content-Length always and last. Where parse gives an object, a \
                plain string may stand for the value as it is on the wire.

                A line of which no message can be built is reported on standard error and left out.
                """,
            arguments: [files],
            examples: [
                Example("sipctl build < messages.jsonl > messages.sip", "Build what a program has written"),
                Example(
                    "sipctl parse invite.sip |\n  jq -c '.request_uri.host = \"example.net\"' | sipctl build",
                    "Change a message"),
            ],
            exits: [
                ExitStatus.done.when("every line became a message"),
                ExitStatus.no.when("no message can be built from a line"),
                ExitStatus.local.when("a file cannot be read, or the output cannot be written"),
            ],
            seeAlso: ["parse"], runs: Self.self)
    }

    private let files: [InputPath]

    init(_ options: ParsedOptions) throws(Failure) {
        let files = options[Self.files]
        self.files = files.isEmpty ? [.standardInput] : files
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        var isComplete = true
        for path in files {
            let file = try InputFile(path)
            var lines = LineSplitter()
            try file.readAll(terminal) { (bytes, isAtEnd) throws(Failure) in
                lines.append(bytes)
                while let line = lines.next(isAtEnd: isAtEnd) {
                    if let problem = try Self.build(line, terminal) {
                        terminal.warn("\(file.name): line \(lines.number): \(problem)")
                        isComplete = false
                    }
                }
            }
        }
        return isComplete ? .done : .no
    }

    /// Writes the message of a line, or says why there is none.
    private static func build(_ line: LineSplitter.Line, _ terminal: Terminal) throws(Failure) -> String? {
        guard case .text(let text) = line else { return "the line is longer than \(LineSplitter.limit) bytes" }
        if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { return nil }
        let message: [UInt8]
        do throws(MessageJSON.BuildError) {
            message = try MessageJSON.build(from: text)
        } catch {
            return error.sentence
        }
        try terminal.emit(bytes: message)
        return nil
    }
}
