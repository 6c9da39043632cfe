import Core
import Synchronization
import Testing

@testable import sipctl

/// Streams that keep what is written, in order: `out:` and `err:` before each piece.
private final class Recorder: Sendable {
    private let state = Mutex<(pieces: [String], problem: System.Problem?)>(([], nil))

    var pieces: [String] { state.withLock { $0.pieces } }

    func fail(_ code: Int32) { state.withLock { $0.problem = System.Problem(code: code) } }

    func stream(_ name: String, isTerminal: Bool) -> OutputStream {
        OutputStream(isTerminal: isTerminal, columns: { isTerminal ? 40 : nil }) { [self] bytes in
            state.withLock { state in
                if name == "out", let problem = state.problem { return problem }
                state.pieces.append(name + ":" + String(decoding: bytes, as: UTF8.self))
                return nil
            }
        }
    }

    func terminal(
        isOutput: Bool = false, isError: Bool = false, environment: [String: String] = [:],
        settings: Terminal.Settings = Terminal.Settings()
    ) -> Terminal {
        Terminal(
            output: stream("out", isTerminal: isOutput), errors: stream("err", isTerminal: isError),
            environment: Environment(environment), settings: settings, now: { .zero })
    }
}

private struct Trunk: TableRow {
    static let headings = ["NAME", "CALLS"]
    var name: String
    var calls: Int

    var cells: [String] { [name, "\(calls)"] }

    func write(to json: inout JSONLine) {
        json.field("name", name)
        json.field("calls", calls)
    }
}

@Suite("Terminal") struct TerminalTests {
    private let recorder = Recorder()

    @Test("a pipe is written when it is flushed, a terminal at each line")
    func buffering() throws {
        let pipe = recorder.terminal()
        try pipe.emit(line: "a")
        try pipe.emit(line: "b")
        #expect(recorder.pieces == [])
        try pipe.flush()
        try pipe.flush()
        #expect(recorder.pieces == ["out:a\nb\n"])
        let screen = recorder.terminal(isOutput: true)
        try screen.emit(line: "c")
        #expect(recorder.pieces == ["out:a\nb\n", "out:c\n"])
    }

    @Test("more than the buffer holds does not wait for a flush")
    func fullBuffer() throws {
        let pipe = recorder.terminal()
        try pipe.emit(bytes: [UInt8](repeating: 0x61, count: 1 << 16))
        #expect(recorder.pieces.count == 1)
    }

    @Test("a reader that has gone is no error to report; another problem is")
    func problems() throws {
        recorder.fail(32)
        let pipe = recorder.terminal()
        try pipe.emit(line: "a")
        #expect(throws: Failure.closedPipe) { try pipe.flush() }
        #expect(throws: Failure.closedPipe) { try pipe.emit(line: "b") }
        pipe.report(.closedPipe)
        #expect(recorder.pieces == [])
        recorder.fail(28)
        let full = recorder.terminal(isOutput: true)
        #expect(throws: Failure(.local, "cannot write to standard output: No space left on device")) {
            try full.emit(line: "a")
        }
    }

    @Test("notes go to people and are silenced by --quiet; errors are not")
    func notes() {
        recorder.terminal().note("2 calls\u{1b}")
        let quiet = recorder.terminal(settings: .init(isQuiet: true))
        quiet.note("nothing")
        quiet.report(Failure(.local, "no such file", hint: "Try another."))
        #expect(recorder.pieces == ["err:2 calls�\n", "err:sipctl: no such file\n", "err:Try another.\n"])
    }

    @Test("the status line is on a terminal only, and gone before anything else is written")
    func status() throws {
        recorder.terminal().status("no terminal")
        recorder.terminal(isError: true, environment: ["TERM": "dumb"]).status("dumb")
        recorder.terminal(isError: true, settings: .init(isQuiet: true)).status("quiet")
        #expect(recorder.pieces == [])
        let screen = recorder.terminal(isOutput: true, isError: true)
        screen.status("ringing")
        try screen.emit(line: "data")
        screen.status("answered")
        screen.note("note")
        let erase = "err:\r\u{1b}[2K"
        #expect(
            recorder.pieces == [erase + "ringing", erase, "out:data\n", erase + "answered", erase, "err:note\n"])
    }

    @Test("a list is a table for people and JSON Lines for programs; nothing gives nothing")
    func rows() throws {
        let rows = [Trunk(name: "north", calls: 7), Trunk(name: "south", calls: 12)]
        let people = recorder.terminal()
        try people.emit(table: rows)
        try people.emit(table: [Trunk]())
        try people.flush()
        let program = recorder.terminal(settings: .init(json: true))
        try program.emit(table: rows)
        try program.emitNow(rows[0])
        #expect(
            recorder.pieces == [
                "out:NAME   CALLS\nnorth      7\nsouth     12\n",
                #"out:{"name":"north","calls":7}"# + "\n" + #"{"name":"south","calls":12}"# + "\n"
                    + #"{"name":"north","calls":7}"# + "\n",
            ])
    }

    @Test(
        "when to colour",
        arguments: [
            (ColorChoice.auto, true, [:], true), (.auto, false, [:], false), (.auto, true, ["NO_COLOR": "1"], false),
            (.auto, true, ["NO_COLOR": ""], true), (.auto, true, ["TERM": "dumb"], false), (.never, true, [:], false),
            (.always, false, ["NO_COLOR": "1"], true),
        ])
    func colour(choice: ColorChoice, isTerminal: Bool, environment: [String: String], isColoured: Bool) {
        let palette = Palette(choice, isTerminal: isTerminal, Environment(environment))
        #expect(palette(.red, "x") == (isColoured ? "\u{1b}[31mx\u{1b}[0m" : "x"))
    }

    @Test("the width is COLUMNS, else the terminal's, and none on a pipe")
    func width() {
        #expect(recorder.terminal(isOutput: true).outputColumns == 40)
        #expect(recorder.terminal(isOutput: true, environment: ["COLUMNS": "100"]).outputColumns == 100)
        #expect(recorder.terminal(isOutput: true, environment: ["COLUMNS": "0"]).outputColumns == 40)
        #expect(recorder.terminal(environment: ["COLUMNS": "100"]).outputColumns == nil)
    }
}
