internal import Core
internal import IO

/// What happens to a command that has calls: events of its stack, and the person's Ctrl-C.
enum ConsoleInput: Sendable {
    case event(StackEvent)
    /// The outcome of the order to dial.
    case dialled(Result<CallKey, IOError>)
    /// SIGINT or SIGTERM: the first ends politely, the second at once.
    case interrupted
    /// A timer that the command set.
    case timer
}

/// The loop that `dial`, `answer` and `serve` share: shows events, keeps the status line, counts the interrupts.
struct CallConsole {
    /// How long a command waits for its calls to end after the first interrupt.
    private static let farewell = Duration.seconds(5)

    let terminal: Terminal
    let inputs: AsyncStream<ConsoleInput>
    let post: @Sendable (ConsoleInput) -> Void
    private let signals: SignalThread
    private(set) var status = StatusText()

    init(_ terminal: Terminal) throws(Failure) {
        self.terminal = terminal
        let (stream, continuation) = AsyncStream.makeStream(of: ConsoleInput.self, bufferingPolicy: .unbounded)
        inputs = stream
        post = { continuation.yield($0) }
        let post = post
        do throws(IOError) {
            signals = try SignalThread([.interrupt, .terminate]) { _ in post(.interrupted) }
        } catch {
            throw Failure(.local, "\(error)")
        }
    }

    /// Shows an event and notes it for the status line.
    mutating func show(_ event: StackEvent, waiting: String) throws(Failure) {
        status.note(event)
        let row = CallEventRow(event)
        if row.isShown {
            if case .fault(_, let sentence) = event { terminal.warn(sentence) }
            try terminal.emitNow(row)
        }
        let text = status.text(waiting: waiting)
        terminal.status(text)
    }

    /// Posts a `.timer` input after a time.
    func wake(after duration: Duration) {
        let post = post
        Task {
            try? await Task.sleep(for: duration)
            post(.timer)
        }
    }

    /// The stack for a command, with its events in `inputs`.
    func stack(
        _ configuration: StackConfiguration,
        decide: @escaping @Sendable (CallKey, IncomingCall) -> IncomingDecision = { _, _ in
            .refuse(486, "only placing calls")
        }
    ) throws(Failure) -> SIPStack {
        let post = post
        do throws(IOError) {
            return try SIPStack(configuration, decide: decide) { post(.event($0)) }
        } catch {
            let hint = "Choose another address with --listen, or find who has it with: ss -lntup"
            throw Failure(.local, "\(error)", hint: error.name == "EADDRINUSE" ? hint : nil)
        }
    }
}
