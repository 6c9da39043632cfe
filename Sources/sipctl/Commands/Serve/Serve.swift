internal import Core
internal import IO

/// `sipctl serve`: the bridge.
struct Serve: Command {
    static let name = "serve"

    static let listen = Option<SocketAddress>(
        "listen", "ADDRESS:PORT", in: .network, "where SIP is received, over UDP and TCP", default: "127.0.0.1:5060")
    static let workers = Option<Int>("workers", "N", in: .limits, "threads", default: "one per CPU")
    static let record = Option<DirectoryPath>(
        "record", "DIRECTORY", in: .media, "record every caller to a WAV file there")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Run the bridge",
            description: """
                Answers calls into rooms that are mixed in this process: sip:NAME@ADDRESS joins the room NAME, sip:echo@ADDRESS \
                echoes, sip:tone@ADDRESS plays a tone. Prints one line per call event.

                SIGINT and SIGTERM hang up every call politely and end; a second one leaves at once.
                """,
            options: [
                listen, workers, record, MediaOptions.rtpPorts, MediaOptions.mediaTimeout, MediaOptions.codec,
                CallConsole.noEvents, GlobalOptions.json,
            ],
            examples: [
                Example("sipctl serve", "Run on loopback"),
                Example("sipctl serve --listen 192.0.2.7:5060 --rtp-ports 20000-30000", "Run on a public address"),
                Example("sipctl serve --json --record /var/spool/calls", "Record, and print events for a program"),
            ],
            exits: [ExitStatus.done.note, ExitStatus.local.note, ExitStatus.interrupted.note],
            seeAlso: ["dial", "answer"], runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) throws(Failure) {
        self.options = options
        guard (1...64).contains(options[Self.workers] ?? 1) else { throw options.usageFailure("--workers is 1 to 64") }
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        var configuration = StackConfiguration()
        configuration.listen = options[Self.listen] ?? SocketAddress(.loopback, 5060)
        configuration.workers = options[Self.workers] ?? min(WorkerThread.availableCPUs, 64)
        configuration.rtpPorts = options[MediaOptions.rtpPorts]?.range ?? 10_000...20_000
        let timeout = options[MediaOptions.mediaTimeout] ?? .seconds(30)
        configuration.mediaTimeout = timeout == .zero ? nil : timeout
        let named = options[MediaOptions.codec].map(\.codec)
        let directory = options[Self.record]?.text
        var console = try CallConsole(terminal, options)
        await console.warmUp()
        let stack = try console.stack(configuration) { key, call in
            guard let destination = Destination(user: call.user) else {
                return .refuse(404, "the Request-URI \(call.requestURI) names no room")
            }
            var program = LegProgram()
            switch destination {
            case .room(let name): program.audio = .room(name)
            case .echo: program.audio = .echo
            case .tone: program.audio = .tone(440)
            }
            if !named.isEmpty { program.codecs = named }
            program.recording = directory.map { "\($0)/call-\(key).wav" }
            return .answer(program)
        }
        defer { stack.stop() }
        greet(terminal, stack.address, configuration)
        return try await follow(&console, stack)
    }

    private func greet(_ terminal: Terminal, _ address: SocketAddress, _ configuration: StackConfiguration) {
        let host = address.port == 5060 ? "\(address.ip)" : "\(address)"
        terminal.note("sipctl serves udp and tcp \(address) with \(configuration.workers) workers; Ctrl-C ends it")
        terminal.note("  join the room NAME:  sip:NAME@\(host)")
        terminal.note("  hear yourself:       sip:echo@\(host)")
        terminal.note("  hear a tone:         sip:tone@\(host)")
        terminal.note("  try it:              sipctl dial sip:echo@\(host) --tone 440 --duration 3s")
    }

    private func follow(_ console: inout CallConsole, _ stack: SIPStack) async throws(Failure) -> ExitStatus {
        var interrupts = 0
        for await _ in console.wakes {
            for input in try await console.take() {
                switch input {
                case .dialled: break
                case .event(let event):
                    try console.show(event, waiting: "no calls")
                    if case .ended = event, interrupts > 0, console.status.calls == 0 { return .done }
                case .interrupted:
                    interrupts += 1
                    if interrupts > 1 { return .interrupted }
                    if console.status.calls == 0 { return .done }
                    stack.drain()
                    stack.hangUpAll(CallEnd(.localHangup, "the server shuts down"))
                    console.wake(after: .seconds(5))
                case .timer: return .interrupted
                }
            }
            try console.terminal.flush()
        }
        return .done
    }
}
