internal import Core
internal import IO
internal import Synchronization

/// The streams of a command: standard output carries data, standard error is for people.
///
/// Safe to use from several tasks: whole lines never mix.
final class Terminal: Sendable {
    /// What the global options chose.
    struct Settings: Sendable {
        var color = ColorChoice.auto
        var isQuiet = false
        /// One JSON object a line instead of text.
        var json = false
    }

    private struct State {
        var pending: [UInt8] = []
        var status = StatusLine()
        var problem: System.Problem?
    }

    /// Standard output is written in pieces of this size, when `flush` is called, and after each line on a terminal.
    private static let bufferSize = 1 << 16

    let settings: Settings
    /// Paints text for standard output.
    let paint: Palette
    /// Paints text for standard error.
    let paintNotes: Palette
    private let output: OutputStream
    private let errors: OutputStream
    private let environment: Environment
    private let now: @Sendable () -> Instant
    private let state = Mutex(State())

    init(
        output: OutputStream, errors: OutputStream, environment: Environment, settings: Settings = Settings(),
        now: @escaping @Sendable () -> Instant = { SystemClock.now() }
    ) {
        (self.output, self.errors, self.environment) = (output, errors, environment)
        (self.settings, self.now) = (settings, now)
        paint = Palette(settings.color, isTerminal: output.isTerminal, environment)
        paintNotes = Palette(settings.color, isTerminal: errors.isTerminal, environment)
    }

    /// The process's own streams.
    static func standard(_ environment: Environment) -> Terminal {
        Terminal(output: .standardOutput, errors: .standardError, environment: environment)
    }

    /// The same streams with other settings. Nothing may have been written yet.
    func with(_ settings: Settings) -> Terminal {
        Terminal(output: output, errors: errors, environment: environment, settings: settings, now: now)
    }

    /// Whether standard output is a terminal.
    var isOutputTerminal: Bool { output.isTerminal }

    /// Whether a person watches standard error and wants to be told things.
    var isWatched: Bool { errors.isTerminal && !settings.isQuiet }

    /// Whether there is a status line; otherwise there is one line per change of state.
    var hasStatusLine: Bool { isWatched && environment["TERM"] != "dumb" }

    /// Columns for tables; nil on a pipe, where nothing is cut.
    var outputColumns: Int? { output.isTerminal ? columns(output) : nil }

    private func columns(_ stream: OutputStream) -> Int {
        environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? stream.columns() ?? 80
    }
}

// MARK: Standard output

extension Terminal {
    /// Writes one line of data.
    func emit(line: String) throws(Failure) { try emit(bytes: Array(line.utf8) + [0x0a]) }

    /// Writes one object a line with `--json`, else a line for people.
    func emit(_ row: some Row) throws(Failure) {
        guard settings.json else { return try emit(line: DisplayText.printable(row.line)) }
        var json = JSONLine()
        row.write(to: &json)
        try emit(bytes: json.closed + [0x0a])
    }

    /// Writes an event: like `emit`, and the reader has it before this returns.
    func emitNow(_ row: some Row) throws(Failure) {
        try emit(row)
        try flush()
    }

    /// Writes a list: a table with headings for people, or one object a line. No rows, no headings.
    func emit<R: TableRow>(table rows: [R]) throws(Failure) {
        if settings.json {
            for row in rows { try emit(row) }
        } else if !rows.isEmpty {
            let lines = Table(headings: R.headings, rows: rows.map(\.cells)).lines(columns: outputColumns)
            try emit(line: paint(.bold, lines[0]))
            for line in lines.dropFirst() { try emit(line: line) }
        }
    }

    /// Writes bytes as they are. Throws `.closedPipe` when the reader has gone.
    func emit(bytes: some Collection<UInt8>) throws(Failure) {
        let problem = state.withLock { state -> System.Problem? in
            if output.isTerminal { clearStatus(&state) }
            state.pending += bytes
            if output.isTerminal || state.pending.count >= Self.bufferSize { writePending(&state) }
            return state.problem
        }
        if let problem { throw failure(problem) }
    }

    /// Writes what is buffered.
    func flush() throws(Failure) {
        let problem = state.withLock { state -> System.Problem? in
            writePending(&state)
            return state.problem
        }
        if let problem { throw failure(problem) }
    }

    private func writePending(_ state: inout State) {
        guard !state.pending.isEmpty else { return }
        if state.problem == nil { state.problem = output.write(state.pending) }
        state.pending.removeAll(keepingCapacity: true)
    }

    private func failure(_ problem: System.Problem) -> Failure {
        problem.isClosedPipe
            ? .closedPipe : Failure(.local, "cannot write to standard output: \(problem.sentence)")
    }
}

// MARK: Standard error

extension Terminal {
    /// Tells a person something that is worth a line; silent with `--quiet`.
    func note(_ text: String) {
        if !settings.isQuiet { say(text) }
    }

    /// Tells a person that something is wrong although the command goes on. Not silenced by `--quiet`.
    func warn(_ text: String) { say("sipctl: \(text)") }

    /// Says why the command ends.
    func report(_ failure: Failure) {
        guard !failure.isSilent else { return clearStatus() }
        say("sipctl: \(failure.message)")
        if let hint = failure.hint { say(hint) }
    }

    /// Shows `text` at the bottom of the terminal in place of the last one; nothing on a pipe.
    func status(_ text: @autoclosure () -> String) {
        guard hasStatusLine else { return }
        let text = text()
        state.withLock { state in
            if let drawing = state.status.show(text, columns: columns(errors), at: now()) {
                _ = errors.write(Array(drawing.utf8))
            }
        }
    }

    func clearStatus() { state.withLock { clearStatus(&$0) } }

    private func say(_ text: String) {
        state.withLock { state in
            clearStatus(&state)
            // Data first: on a shared terminal a note then follows the line that it speaks about.
            if output.isTerminal { writePending(&state) }
            _ = errors.write(Array((DisplayText.printable(text, keepingLines: true) + "\n").utf8))
        }
    }

    private func clearStatus(_ state: inout State) {
        if let clearing = state.status.clear() { _ = errors.write(Array(clearing.utf8)) }
    }
}
