internal import Core
internal import IO
internal import Synchronization

/// What happens to a command that has calls: events of its stack, and the person's Ctrl-C.
enum ConsoleInput: Sendable {
    case event(StackEvent)
    /// The outcome of the order to dial.
    case dialled(Result<DialledCall, IOError>)
    /// What a person or a service manager asks for.
    case signal(SignalSource.Signal)
    /// What the bridge of `serve` has to say.
    case notice(BridgeNotice)
    /// A timer that the command set.
    case timer
}

/// The loop that `dial`, `answer` and `serve` share: shows events, keeps the status line, counts the interrupts.
struct CallConsole {
    static let noEvents = Flag("no-events", in: .output, "print no lines about calls")

    /// A batch of more inputs than this means that the command is busy.
    private static let busyBatch = 8
    private static let busyPause = Duration.milliseconds(20)

    let terminal: Terminal
    /// Comes when something waits for `take`. What comes meanwhile is handled in one go: a busy server is not woken per event.
    let wakes: AsyncStream<Void>
    let post: @Sendable (ConsoleInput) -> Void
    private let waiting: ConsoleQueue
    private let signals: SignalThread
    private let log: LogSink?
    private let showsEvents: Bool
    private var lastBatch = 0
    private(set) var status = StatusText()

    init(
        _ terminal: Terminal, _ options: ParsedOptions, signals: [SignalSource.Signal] = [.interrupt, .terminate],
        logging: Configuration.Logging? = nil
    ) throws(Failure) {
        self.terminal = terminal
        log = try Self.log(options, logging)
        showsEvents = !(options.declares(Self.noEvents) && options[Self.noEvents])
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let waiting = ConsoleQueue()
        (wakes, self.waiting) = (stream, waiting)
        post = { if waiting.append($0) { continuation.yield() } }
        let post = post
        do throws(IOError) {
            self.signals = try SignalThread(signals) { post(.signal($0)) }
        } catch {
            throw Failure(.local, "\(error)")
        }
    }

    /// The log on standard error: where a level is asked for on the command line, else as the configuration has it, if there is one.
    private static func log(
        _ options: ParsedOptions, _ logging: Configuration.Logging?
    ) throws(Failure) -> LogSink? {
        let typed = options[GlobalOptions.logLevel].flatMap { Core.LogLevel($0.rawValue) }
        guard let rules = typed.map({ LogRules($0) }) ?? logging?.rules else { return nil }
        do throws(IOError) {
            var variables: [String: String] = [:]
            for name in ["NO_COLOR", "TERM"] { variables[name] = System.environment[name] }
            let usual = LogSink.format(environment: variables)
            let format = logging?.isJSON.map { $0 ? LogFormat.json : usual.asText } ?? usual
            return try LogSink(format, rules)
        } catch {
            throw Failure(.local, "\(error)")
        }
    }

    /// Follows other rules about the log, unless the command line has said what to log.
    func use(_ rules: LogRules, _ options: ParsedOptions) {
        if options[GlobalOptions.logLevel] == nil { log?.use(rules) }
    }

    /// Notes something for the log, where there is one.
    func note(_ event: LogEvent) { log?.log(event) }

    /// The same for other threads.
    var noter: @Sendable (LogEvent) -> Void { { [log] event in log?.log(event) } }

    /// Lets the runtime open the descriptors that its timers need, so that a server has all it will ever have before its first call.
    func warmUp() async { try? await Task.sleep(for: .nanoseconds(1)) }

    /// Everything that has come since the last call. What the inputs before it printed is written out first. After a large batch
    /// it waits a moment for the next one to grow: under load, waking for every event costs more than handling it.
    mutating func take() async throws(Failure) -> [ConsoleInput] {
        try terminal.flush()
        if lastBatch > Self.busyBatch { try? await Task.sleep(for: Self.busyPause) }
        let inputs = waiting.take()
        lastBatch = inputs.count
        return inputs
    }

    /// Shows an event and notes it for the status line.
    mutating func show(_ event: StackEvent, waiting: String) throws(Failure) {
        status.note(event)
        let row = CallEventRow(event)
        if showsEvents, row.isShown {
            if case .fault(_, let sentence) = event { terminal.warn(sentence) }
            try terminal.emit(row)
        }
        let status = status
        terminal.status(status.text(waiting: waiting))
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
        do throws(IOError) {
            return try SIPStack(complete(configuration), decide: decide, report: report)
        } catch {
            throw failure(error)
        }
    }

    /// A stack's configuration with what the terminal and the log need.
    func complete(_ configuration: StackConfiguration) -> StackConfiguration {
        var configuration = configuration
        configuration.reportsStatistics = terminal.hasStatusLine
        configuration.log = log
        return configuration
    }

    /// Hears the events of a stack.
    var report: @Sendable (StackEvent) -> Void {
        let post = post
        return { [showsEvents] event in if showsEvents || event.changesCalls { post(.event(event)) } }
    }

    /// Why a stack could not be started.
    func failure(_ error: IOError) -> Failure {
        let hint = "Choose another address with --listen, or find who has it with: ss -lntup"
        return Failure(.local, "\(error)", hint: error.name == "EADDRINUSE" ? hint : nil)
    }
}

/// The inputs that wait.
private final class ConsoleQueue: Sendable {
    private let inputs = Mutex<[ConsoleInput]>([])

    /// True when the queue was empty, so that its reader must be woken.
    func append(_ input: ConsoleInput) -> Bool {
        inputs.withLock { inputs in
            inputs.append(input)
            return inputs.count == 1
        }
    }

    func take() -> [ConsoleInput] {
        inputs.withLock { inputs in
            defer { inputs = [] }
            return inputs
        }
    }
}

extension StackEvent {
    /// Whether a call begins or ends by it.
    fileprivate var changesCalls: Bool {
        switch self {
        case .incoming, .ended: true
        case .progress, .media, .digit, .playedOut, .promptPlayed, .statistics, .fault, .refused, .turnedAway,
            .response, .drained:
            false
        }
    }
}
