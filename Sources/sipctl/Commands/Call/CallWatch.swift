internal import Core
internal import IO

/// Follows the calls of a server: as lines, or as a table that is drawn anew.
struct CallWatch {
    /// The table is drawn no more often than this, and at least once a second for its clock.
    private static let redrawing = Duration.milliseconds(200)

    private let client: ControlClient
    private let terminal: Terminal

    init(_ client: ControlClient, _ terminal: Terminal) { (self.client, self.terminal) = (client, terminal) }

    func run() async throws(Failure) -> ExitStatus {
        terminal.canRedraw ? try await table() : try await lines()
    }

    private func lines() async throws(Failure) -> ExitStatus {
        for await input in client.follow("/v1/events") {
            guard let bytes = try Self.line(input) else { continue }
            if terminal.settings.json {
                try terminal.emit(bytes: bytes + [0x0a])
            } else if let call = try? CallSnapshot(json: bytes) {
                try terminal.emit(line: DisplayText.printable("\(WallTime.now.clock) \(Self.words(call))"))
            }
            try terminal.flush()
        }
        return .done
    }

    private func table() async throws(Failure) -> ExitStatus {
        var drawn: Instant?
        for await input in client.followTicking("/v1/events") {
            if case .line(let line) = input { _ = try Self.line(line) }
            let now = SystemClock.now()
            if let drawn, now < drawn + Self.redrawing { continue }
            try terminal.redraw(screen(try await client.calls()))
            drawn = now
        }
        return .done
    }

    private func screen(_ calls: [CallSnapshot]) -> [String] {
        let title = "\(WallTime.now.clock.prefix(8)) UTC, \(calls.count) calls; Ctrl-C ends this"
        return [title, ""] + (calls.isEmpty ? [] : terminal.table(calls))
    }

    /// What a call has become, for people.
    static func words(_ call: CallSnapshot) -> String {
        let status = call.status.isEmpty || call.state == .ended ? call.state.rawValue : call.status
        let words = [
            "call \(call.key) \(status)\(call.isHeldHere || call.isHeldThere ? ", held" : "")", "from \(call.from)",
            "to \(call.to)", call.room.isEmpty ? "" : "in \(call.room)",
            call.recording.map { "recorded to \($0)" } ?? "",
            call.id,
        ]
        return words.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// A line of the stream; nil where it only begins.
    private static func line(_ input: ControlLine) throws(Failure) -> [UInt8]? {
        switch input {
        case .began: nil
        case .line(let bytes): bytes
        case .refused(let response): throw ControlClient.refusal(response, "follow the calls")
        case .failed(let error): throw ControlClient.failure(error, "follow the calls")
        }
    }
}

extension Terminal {
    /// Whether standard output is a screen that can be drawn over, and nobody asked for lines.
    var canRedraw: Bool { isOutputTerminal && hasStatusLine && !settings.json }

    /// Puts lines in the place of the whole screen. What does not fit on it is left out.
    func redraw(_ lines: [String]) throws(Failure) {
        let rows = max(2, (System.rows(1) ?? 24) - 1)
        var text = "\u{1b}[H"
        for line in lines.prefix(rows - 1) { text += line + "\u{1b}[K\n" }
        if lines.count >= rows { text += "… \(lines.count - rows + 1) more\u{1b}[K\n" }
        try emit(bytes: (text + "\u{1b}[J").utf8)
        try flush()
    }
}
