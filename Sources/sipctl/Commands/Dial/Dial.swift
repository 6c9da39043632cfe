internal import Core
internal import IO

/// `sipctl dial`: one call, from INVITE to its end.
struct Dial: Command {
    static let name = "dial"

    static let target = Argument<URIText>("URI", "whom to call: sip:user@host[:port][;transport=tcp]")
    static let from = Option<URIText>("from", "URI", in: .call, "who calls", default: "sip:sipctl@ADDRESS")
    static let displayName = Option<String>("display-name", "TEXT", in: .call, "the name shown to the callee")
    static let header = OptionList<HeaderOption>(
        "header", "NAME:VALUE", in: .call, "add a header field")
    static let timeout = Option<Duration>("timeout", "TIME", in: .limits, "give up when nobody answers", default: "60s")
    static let user = Option<String>(
        "auth", "USER", in: .authentication, "user name for digest authentication",
        details: "The password comes from SIPCTL_PASSWORD or --auth-pass-file, never from the command line.")
    static let passwordFile = Option<InputPath>(
        "auth-pass-file", "FILE", in: .authentication, "file whose first line is the password")
    static let password = Option<String>(
        "auth-pass", "PASSWORD", in: .authentication, "the password", environment: "SIPCTL_PASSWORD", hidden: true)
    static let transport = Option<TransportChoice>(
        "transport", "NAME", in: .network, "udp or tcp; the URI's transport parameter wins", default: "udp")
    static let listen = Option<SocketAddress>("listen", "ADDRESS:PORT", in: .network, "local address; port 0 is any")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Place a call",
            description: """
                Calls the URI, plays and records, and ends with the call. Ctrl-C hangs up politely; a second one leaves at once.
                """,
            arguments: [target],
            options: [
                from, displayName, header, timeout, user, passwordFile, password, transport, listen, GlobalOptions.json,
            ]
                + MediaOptions.all,
            examples: [
                Example("sipctl dial sip:echo@127.0.0.1", "Call the echo of a local server"),
                Example(
                    "espeak-ng --stdout hello |\n  sipctl dial sip:1001@pbx.example --play - --record reply.wav --json",
                    "Speak, record the reply and print events for a program"),
                Example("sipctl dial sip:ivr@192.0.2.1 --dtmf 123# --duration 10s", "Press keys, then hang up"),
            ],
            exits: [
                ExitStatus.done.when("the call was answered and ended in good order"),
                ExitStatus.no.when("the callee refused: busy, declined, not found, no common codec"),
                ExitStatus.unreachable.when("no answer, or the peer cannot be reached"),
                ExitStatus.refused.note, ExitStatus.local.note, ExitStatus.interrupted.note,
            ],
            seeAlso: ["answer", "serve"], runs: Self.self)
    }

    private let uri: SIPURI
    private let transport: Transport
    private let fromURI: SIPURI?
    private let media: MediaOptions
    private let options: ParsedOptions
    private let credentials: DigestCredentials?

    init(_ options: ParsedOptions) throws(Failure) {
        self.options = options
        let text = try options[Self.target].text
        guard let uri = SIPURI(text) else {
            throw options.usageFailure("'\(text)' is no SIP URI: write sip:user@host")
        }
        self.uri = uri
        let named = uri.parameter("transport").map { String(decoding: $0, as: UTF8.self).lowercased() }
        switch named ?? (options[Self.transport] ?? .udp).rawValue {
        case "udp": transport = .udp
        case "tcp": transport = .tcp
        case let other: throw options.usageFailure("transport \(other) is not supported: use udp or tcp")
        }
        if let from = options[Self.from]?.text {
            guard let uri = SIPURI(from) else { throw options.usageFailure("--from: '\(from)' is no SIP URI") }
            fromURI = uri
        } else {
            fromURI = nil
        }
        media = try MediaOptions(options)
        credentials = try Self.credentials(options)
    }

    private static func credentials(_ options: ParsedOptions) throws(Failure) -> DigestCredentials? {
        guard let user = options[Self.user] else { return nil }
        var password = options[Self.password]
        if let path = options[Self.passwordFile] {
            let file = try InputFile(path)
            var text: [UInt8] = []
            while text.count < 4096, try file.read(into: &text) {}
            password = String(decoding: text.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
        }
        guard let password else {
            throw options.usageFailure("--auth needs a password: set SIPCTL_PASSWORD or give --auth-pass-file")
        }
        return DigestCredentials(username: user, password: password)
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let program = try media.program()
        let remote = try resolve()
        var configuration = StackConfiguration()
        let local = options[Self.listen] ?? SocketAddress(LocalAddress.towards(remote) ?? .loopback, 0)
        configuration.listen = local
        configuration.rtpPorts = media.ports
        var console = try CallConsole(terminal, options)
        let stack = try console.stack(configuration)
        defer { stack.stop() }
        let post = console.post
        stack.dial(try call(from: stack.address), to: remote, transport, program) { post(.dialled($0)) }
        return try await follow(&console, stack, remote)
    }

    private var patience: Duration { options[Self.timeout] ?? .seconds(60) }

    private func resolve() throws(Failure) -> SocketAddress {
        let port = uri.port ?? 5060
        switch uri.host {
        case .ip(let ip): return SocketAddress(ip, port)
        case .name(let bytes):
            let name = String(decoding: bytes, as: UTF8.self)
            switch AddressLookup.lookUp(name) {
            case .success(let addresses):
                guard let ip = addresses.first else { throw Failure(.unreachable, "\(name) has no address") }
                return SocketAddress(ip, port)
            case .failure(let error): throw Failure(.unreachable, "\(error)")
            }
        }
    }

    private func call(from local: SocketAddress) throws(Failure) -> OutgoingCall {
        guard let from = fromURI ?? SIPURI("sip:sipctl@\(local)") else {
            throw Failure(.bug, "the default --from is no URI")
        }
        var call = OutgoingCall(target: uri, from: from)
        call.displayName = options[Self.displayName]
        call.credentials = credentials
        call.headers = options[Self.header].map { ($0.name, $0.value) }
        var limits = Call.Limits()
        limits.ringing = patience
        limits.duration = media.duration
        call.limits = limits
        return call
    }

    private func follow(
        _ console: inout CallConsole, _ stack: SIPStack, _ remote: SocketAddress
    ) async throws(Failure) -> ExitStatus {
        var key: CallKey?
        var interrupts = 0
        var hasFault = false
        for await _ in console.wakes {
            for input in try await console.take() {
                switch input {
                case .dialled(.success(let call)): key = call.key
                case .dialled(.failure(let error)): throw Failure(.local, "\(error)")
                case .event(let event):
                    try console.show(event, waiting: "calling \(uri) at \(remote)")
                    if case .fault(key, _) = event { hasFault = true }
                    guard case .ended(key, let end, _) = event else { continue }
                    console.terminal.clearStatus()
                    if interrupts > 0 { return .interrupted }
                    let status = try finish(end, remote)
                    // What the recording has yet to say comes when its file is closed.
                    stack.stop()
                    for case .event(.fault(let call, let sentence)) in try await console.take() {
                        try console.show(.fault(call, sentence), waiting: "")
                        hasFault = true
                    }
                    return hasFault && status == .done ? .local : status
                case .signal:
                    interrupts += 1
                    if interrupts > 1 { return .interrupted }
                    stack.hangUpAll(CallEnd(.localHangup, "hung up here"))
                    console.wake(after: .seconds(5))
                case .timer: return .interrupted
                case .notice: break
                }
            }
            try console.terminal.flush()
        }
        return .interrupted
    }

    private func finish(_ end: CallEnd, _ remote: SocketAddress) throws(Failure) -> ExitStatus {
        let sentence = "\(remote): \(end.sentence)"
        switch end.reason {
        case .localHangup, .remoteHangup, .maximumDuration, .shutdown: return .done
        case .cancelled, .busy, .declined, .rejected, .noCommonMedia, .protocolError: throw Failure(.no, sentence)
        case .noAnswer, .unreachable, .mediaTimeout, .noAck: throw Failure(.unreachable, sentence)
        case .unauthorized:
            throw Failure(.refused, sentence, hint: hint(end))
        case .localFailure: throw Failure(.local, end.sentence)
        }
    }

    /// What to try when the peer does not let us call.
    private func hint(_ end: CallEnd) -> String? {
        if end.status == 403 {
            return "Who may call is decided there: on sipctl serve, 'sipctl dispatch-rule explain' says why."
        }
        return credentials == nil ? "Give a user with --auth and the password in SIPCTL_PASSWORD." : nil
    }
}

/// The transports that calls can take so far.
enum TransportChoice: String, Choice { case udp, tcp }

/// `Name: value`.
struct HeaderOption: ArgumentValue {
    let name: String
    let value: String

    static let kind = ValueKind.text

    init(argument: String) throws(ValueProblem) {
        let parts = argument.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw ValueProblem("is not a header field: write Name:value")
        }
        name = String(parts[0])
        value = String(parts[1].drop { $0 == " " })
    }
}
