internal import Core
internal import IO

/// `sipctl answer`: wait for calls and answer them all alike.
struct Answer: Command {
    static let name = "answer"

    static let listen = Option<SocketAddress>(
        "listen", "ADDRESS:PORT", in: .network, "where to wait for calls, over UDP and TCP", default: "127.0.0.1:5060")
    static let count = Option<Int>("count", "N", in: .limits, "leave after this many calls")
    static let noMedia = Flag("no-media", in: .media, "open no media ports and answer inactive: for signalling tests")
    static let workers = Option<Int>("workers", "N", in: .limits, "threads", default: "1")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Wait for calls and answer them",
            description: "Answers every call at once. Ctrl-C hangs up politely and ends; a second one leaves at once.",
            options: [listen, count, noMedia, workers, CallConsole.noEvents, GlobalOptions.json] + MediaOptions.all,
            examples: [
                Example("sipctl answer --listen 127.0.0.1:5090 --echo", "Echo every caller"),
                Example("sipctl answer --play greeting.wav --record said.wav --count 1", "Greet one caller and record"),
                Example(
                    "sipctl answer --pipe \\\n  'sox -t raw -r 8000 -e signed -b 16 -c 1 - -t raw - reverb'",
                    "Run a program"),
            ],
            exits: [ExitStatus.done.note, ExitStatus.local.note, ExitStatus.interrupted.note],
            seeAlso: ["dial", "serve"], runs: Self.self)
    }

    private let media: MediaOptions
    private let options: ParsedOptions

    init(_ options: ParsedOptions) throws(Failure) {
        self.options = options
        media = try MediaOptions(options)
        guard (1...64).contains(options[Self.workers] ?? 1) else { throw options.usageFailure("--workers is 1 to 64") }
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        _ = try media.program()
        var configuration = StackConfiguration()
        configuration.listen = options[Self.listen] ?? SocketAddress(.loopback, 5060)
        configuration.workers = options[Self.workers] ?? 1
        configuration.rtpPorts = media.ports
        configuration.agent.limits.duration = media.duration
        let (media, hasMedia) = (media, !options[Self.noMedia])
        var console = try CallConsole(terminal, options)
        await console.warmUp()
        let stack = try console.stack(configuration) { key, _ in
            do throws(Failure) {
                var program = try media.program()
                program.hasMedia = hasMedia
                program.recording = media.recording.map { Recordings.path($0, key) }
                return .answer(program)
            } catch {
                return .refuse(500, error.message)
            }
        }
        defer { stack.stop() }
        terminal.note("waiting for calls on udp and tcp \(stack.address)")
        return try await follow(&console, stack)
    }

    private func follow(_ console: inout CallConsole, _ stack: SIPStack) async throws(Failure) -> ExitStatus {
        var ended = 0
        var interrupts = 0
        for await _ in console.wakes {
            for input in try await console.take() {
                switch input {
                case .dialled, .notice: break
                case .event(let event):
                    try console.show(event, waiting: "waiting for calls on \(stack.address)")
                    guard case .ended = event else { continue }
                    ended += 1
                    if interrupts > 0, console.status.calls == 0 { return .interrupted }
                    if let count = options[Self.count], ended >= count, console.status.calls == 0 { return .done }
                case .signal:
                    interrupts += 1
                    if interrupts > 1 || console.status.calls == 0 { return .interrupted }
                    stack.hangUpAll(CallEnd(.localHangup, "hung up here"))
                    console.wake(after: .seconds(5))
                case .timer: return .interrupted
                }
            }
            try console.terminal.flush()
        }
        return .interrupted
    }
}

/// Names of recordings.
enum Recordings {
    /// `said.wav` for the first call of worker 0, `said-0-2.wav` for its second, and so on.
    static func path(_ path: String, _ key: CallKey) -> String {
        guard key.worker > 0 || key.number > 1 else { return path }
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return "\(path)-\(key)" }
        return "\(path[..<dot])-\(key)\(path[dot...])"
    }
}
