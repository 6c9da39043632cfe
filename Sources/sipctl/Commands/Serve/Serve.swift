internal import Core
internal import IO

/// `sipctl serve`: the bridge.
struct Serve: Command {
    static let name = "serve"

    static let listen = Option<SocketAddress>(
        "listen", "ADDRESS:PORT", in: .network, "where SIP is received, over UDP and TCP",
        details: "Without a configuration it is 127.0.0.1:5060, with one its listen_ip and sip_port.")
    static let mediaTimeout = Option<Duration>(
        "media-timeout", "TIME", in: .limits, "hang up when no audio came for this long; 0s never",
        details: """
            Without a configuration it is 30s, with one its media_timeout (15s), and its media_timeout_initial (30s) until the first \
            packet.
            """)
    static let workers = Option<Int>("workers", "N", in: .limits, "threads", default: "one per CPU")
    static let replace = Flag(
        "replace", in: .network, "take the place of the server that runs here",
        details: """
            As soon as this server takes calls, those on the same address and state directory drain: they keep their calls, and end with \
            the last one.
            """)
    static let record = Option<DirectoryPath>(
        "record", "DIRECTORY", in: .media, "record every caller to a WAV file there")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Run the bridge",
            description: """
                Answers calls into rooms that are mixed in this process. Trunks and dispatch rules decide who may call and \
                which room a call goes to (sipctl trunk, sipctl dispatch-rule); a call that matches none is refused. \
                As long as there are none and no configuration is given, callers reach three demonstrations: \
                sip:NAME@ADDRESS joins the room NAME, sip:echo@ADDRESS echoes, sip:tone@ADDRESS plays a tone. Prints one \
                line per call event.

                SIGTERM and SIGQUIT let the calls end and take no new ones (the deadline is drain_deadline); SIGINT hangs up \
                every call politely; a second signal leaves at once. A second server on the same address and state directory takes over \
                without a gap: start it, then drain the first. SIGHUP reads the configuration, trunks and rules anew.
                """,
            options: [
                listen, replace, workers, record, MediaOptions.rtpPorts, mediaTimeout, MediaOptions.codec,
                CallConsole.noEvents, GlobalOptions.json,
            ] + ConfigurationOptions.all,
            examples: [
                Example("sipctl serve", "Run on loopback"),
                Example("sipctl serve --config /etc/sipctl/sipctl.yaml", "Run as a service"),
                Example(
                    "sipctl serve --config /etc/sipctl/sipctl.yaml --replace",
                    "Upgrade: the old server ends after its calls"),
                Example("sipctl serve --listen 192.0.2.7:5060 --rtp-ports 20000-30000", "Run on a public address"),
                Example("sipctl serve --json --record /var/spool/calls", "Record, and print events for a program"),
            ],
            exits: [
                ExitStatus.done.note,
                .init(status: .no, meaning: "calls were cut at the deadline of draining"),
                ExitStatus.unreachable.when("the Redis of the configuration, or its STUN servers, cannot be reached"),
                ExitStatus.refused.when("it refuses the password"),
                ExitStatus.local.note, ExitStatus.interrupted.note,
            ],
            seeAlso: ["dial", "answer", "trunk", "dispatch-rule", "call", "drain", "config"], runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) throws(Failure) {
        self.options = options
        guard (1...64).contains(options[Self.workers] ?? 1) else { throw options.usageFailure("--workers is 1 to 64") }
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let source = ConfigurationOptions(options)
        let loaded = try source.load()
        var setup = ServeSetup(options, loaded.configuration, isConfigured: source.source != .none)
        var console = try CallConsole(
            terminal, options, signals: [.interrupt, .terminate, .quit, .hangup], logging: setup.logging)
        await console.warmUp()
        let stores = try ServeStores(setup.configuration, terminal, note: console.noter)
        defer { stores.close() }
        let bridge = try open(setup, stores, console)
        defer { bridge.stop() }
        let others = bridge.isAlone ? [] : await ServerChoice.others(setup.configuration.state.controlPath)
        let monitor = try ServeMonitor(setup.configuration, bridge, isAlone: bridge.isAlone)
        defer { monitor.stop() }
        setup.greet(terminal, bridge.stack.address)
        setup.tell(of: others, isReplacing: options[Self.replace], terminal)
        return try await follow(&console, bridge, monitor, &setup)
    }

    private func open(
        _ setup: ServeSetup, _ stores: ServeStores, _ console: CallConsole
    ) throws(Failure) -> Bridge {
        let post = console.post
        let addresses = try ServeAddresses(setup.configuration.addresses)
        do throws(IOError) {
            var settings = setup.settings
            settings.numberKey = try StateDirectory.secret("number.key", in: setup.configuration.state.directory)
            settings.controlSocket = setup.configuration.state.controlPath
            settings.replacesOthers = options[Self.replace]
            var stack = setup.stack
            (stack.advertised, stack.advertisedMedia) = (addresses.signalling, addresses.media)
            settings.handover = try Handover(
                directory: setup.configuration.state.directory, listen: stack.listen)
            return try Bridge(
                settings, console.complete(stack), store: stores.routing, records: stores.records,
                report: console.report, notify: { post(.notice($0)) })
        } catch {
            throw console.failure(error)
        }
    }

    private func follow(
        _ console: inout CallConsole, _ bridge: Bridge, _ monitor: ServeMonitor, _ setup: inout ServeSetup
    ) async throws(Failure) -> ExitStatus {
        var ending = ServeEnding()
        for await _ in console.wakes {
            for input in try await console.take() {
                switch input {
                case .dialled: break
                case .event(let event):
                    try console.show(event, waiting: "no calls")
                    if case .ended = event, let status = ending.callEnded(left: console.status.calls) { return status }
                case .notice(.reloadAsked(let answer)): answer(reload(&setup, bridge, console))
                case .notice(let notice):
                    if let status = try take(notice, console, monitor, &ending) { return status }
                case .signal(.hangup):
                    ServiceManager.current.notify(.reloading(at: SystemClock.now()))
                    _ = reload(&setup, bridge, console)
                    ServiceManager.current.notify(.ready)
                case .signal(let signal):
                    switch ending.signal(signal, calls: console.status.calls, at: SystemClock.now()) {
                    case .nothing: break
                    case .drain: bridge.drain(deadline: setup.drainDeadline)
                    case .hangUp:
                        bridge.drain(deadline: nil)
                        bridge.hangUpAll(CallEnd(.localHangup, "the server shuts down"))
                        console.wake(after: .seconds(5))
                    case .leave(let status): return status
                    }
                case .timer: return .interrupted
                }
            }
            try console.terminal.flush()
        }
        return .done
    }

    private func take(
        _ notice: BridgeNotice, _ console: CallConsole, _ monitor: ServeMonitor, _ ending: inout ServeEnding
    ) throws(Failure) -> ExitStatus? {
        switch notice {
        case .draining(let calls):
            monitor.isDraining = true
            let rest = calls == 1 ? "1 call still runs" : "\(calls) calls still run"
            if calls > 0 { console.terminal.note("draining: no new calls; \(rest)") }
        case .relieved: monitor.stop()
        case .drained(let cut): return ending.drained(cut: cut)
        case .storeFailed(let error):
            console.terminal.warn("\(error); calls go on with the trunks and rules as they are known")
        case .recordsWait(let error):
            let trouble = error.map { "\($0); call records are kept and written later" }
            let sentence = trouble ?? "the call records that were kept are written"
            console.terminal.warn(sentence)
            let name: StaticString = error == nil ? "records.written" : "records.wait"
            console.note(LogEvent(error == nil ? .info : .error, name, ["text": .text(sentence)]))
        case .shortage(let shortage):
            monitor.isShort = shortage != nil
            let sentence = shortage.map { "new calls get 503: \($0.sentence)" } ?? "new calls are taken again"
            console.terminal.warn(sentence)
            console.note(LogEvent(.warning, shortage == nil ? "load.open" : "load.full", ["text": .text(sentence)]))
        case .warning(let sentence): console.terminal.warn(sentence)
        case .reloadAsked: break  // answered by `follow`, which has the configuration
        }
        return nil
    }

    /// Reads the configuration anew and applies what a running server can take; a faulty one changes nothing.
    private func reload(_ setup: inout ServeSetup, _ bridge: Bridge, _ console: CallConsole) -> ReloadOutcome {
        do throws(Failure) {
            let report: ReloadReport
            (setup, report) = try setup.reloaded(options)
            bridge.use(setup.settings)
            if let logging = setup.logging { console.use(logging.rules, options) }
            for sentence in report.sentences { console.terminal.note(sentence) }
            console.note(report.event)
            return .done(report)
        } catch {
            console.terminal.warn("the configuration stays as it is: \(error.message)")
            console.note(LogEvent(.error, "config.refused", ["reason": .text(error.message)]))
            return .refused(error.message)
        }
    }
}

/// How a server ends: what the signals ask for, and the exit status that follows.
struct ServeEnding {
    enum Order { case nothing, drain, hangUp, leave(ExitStatus) }

    /// A supervisor that signals both the process and its group sends one signal twice.
    private static let echo = Duration.milliseconds(100)

    private var first: Instant?
    private var isInterrupted = false

    /// SIGTERM and SIGQUIT let the calls end, SIGINT ends them; whatever comes second leaves at once.
    mutating func signal(_ signal: SignalSource.Signal, calls: Int, at now: Instant) -> Order {
        if let first { return now - first < Self.echo ? .nothing : .leave(.interrupted) }
        first = now
        switch signal {
        case .interrupt:
            if calls == 0 { return .leave(.done) }
            isInterrupted = true
            return .hangUp
        case .terminate, .quit, .hangup: return .drain
        }
    }

    /// A call has ended.
    func callEnded(left: Int) -> ExitStatus? { isInterrupted && left == 0 ? .done : nil }

    /// The last call of a draining server has ended.
    func drained(cut: Int) -> ExitStatus? { cut > 0 ? .no : .done }
}
