/// A file to read from, or standard input under the name `-`.
struct InputFile: ~Copyable {
    /// How people call it.
    let name: String
    private let descriptor: Int32

    /// Opens the file; `-` is standard input.
    init(_ path: InputPath) throws(Failure) {
        if path.isStandardInput {
            (name, descriptor) = ("standard input", 0)
            return
        }
        name = path.text
        do throws(System.Problem) {
            descriptor = try System.open(path.text)
        } catch {
            throw Failure(.local, "cannot open \(path.text): \(error.sentence)")
        }
    }

    deinit { if descriptor > 2 { System.close(descriptor) } }

    var isTerminal: Bool { System.isTerminal(descriptor) }

    /// Appends what is there now, waiting only while there is nothing; false at the end of the file.
    func read(into bytes: inout [UInt8], limit: Int = 1 << 16) throws(Failure) -> Bool {
        do throws(System.Problem) {
            return try System.read(descriptor, into: &bytes, limit: limit) > 0
        } catch {
            throw Failure(.local, "cannot read \(name): \(error.sentence)")
        }
    }

    /// Hands over the whole input as it comes, with an empty last piece that is marked as the end. What was emitted for a
    /// piece is flushed before the next one is waited for, so that a pipe stays live.
    borrowing func readAll(
        _ terminal: Terminal, _ take: (_ bytes: [UInt8], _ isAtEnd: Bool) throws(Failure) -> Void
    ) throws(Failure) {
        if isTerminal, terminal.isWatched { terminal.note("Reading from the terminal; Ctrl-D ends the input.") }
        var bytes: [UInt8] = []
        while try read(into: &bytes) {
            try take(bytes, false)
            try terminal.flush()
            bytes.removeAll(keepingCapacity: true)
        }
        try take([], true)
    }
}
