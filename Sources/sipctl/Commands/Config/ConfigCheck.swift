internal import Core
internal import IO

/// `sipctl config check`: whether `serve` would take a configuration.
struct ConfigCheck: Command {
    static let name = "check"

    static let file = OptionalArgument<InputPath>("FILE", "the configuration to check; - is standard input")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Check a configuration",
            description: """
                Prints every fault with its file, line and column, and every key that has no effect in this version. What the file \
                does not have comes from the environment (LIVEKIT_API_KEY, LIVEKIT_API_SECRET, LIVEKIT_WS_URL), as it does for \
                serve.
                """,
            arguments: [file], options: ConfigurationOptions.all + [GlobalOptions.json],
            examples: [
                Example("sipctl config check /etc/sipctl/sipctl.yaml", "Check a file"),
                Example("sipctl config check --config-body 'sip_port: 5070'", "Check a line of YAML"),
                Example("sipctl config check sipctl.yaml --json", "List the faults for a program"),
            ],
            exits: [
                ExitStatus.done.when("the configuration is right"),
                ExitStatus.no.when("it has faults"), ExitStatus.local.when("it cannot be read"),
            ],
            seeAlso: ["config show", "config keys", "serve"], runs: Self.self)
    }

    private let input: ConfigurationOptions

    init(_ options: ParsedOptions) throws(Failure) {
        input = ConfigurationOptions(options, file: options[Self.file])
        guard input.source != .none else {
            throw options.usageFailure(
                "name a file, or give --config, --config-body, SIP_CONFIG_FILE or SIP_CONFIG_BODY")
        }
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let loaded = try input.read()
        for fault in loaded.faults { try terminal.emit(FaultRow(fault, in: input.source)) }
        for key in loaded.idle {
            try terminal.emit(
                IdleRow(path: key.key.path, origin: key.origin, because: key.because, source: input.source))
        }
        let count = loaded.faults.count
        guard count == 0 else {
            terminal.note("sipctl: \(input.source.name) has \(count) \(count == 1 ? "fault" : "faults")")
            return .no
        }
        terminal.note("\(input.source.name) is right")
        return .done
    }
}

/// A key that is right but does nothing yet.
private struct IdleRow: Row {
    let path: String
    let origin: LoadedConfiguration.Origin
    let because: String
    let source: ConfigurationSource

    private var position: ConfigurationNode.Position? {
        if case .file(let position) = origin { position } else { nil }
    }

    private var sentence: String { "\(path) has no effect yet: \(because)" }

    var line: String {
        switch origin {
        case .file(let position): "\(source.name):\(position.line):\(position.column): warning: \(sentence)"
        case .environment(let name): "\(name): warning: \(sentence)"
        }
    }

    func write(to json: inout JSONLine) {
        json.field("severity", "warning")
        json.field("file", source.name)
        json.field("line", position?.line)
        json.field("column", position?.column)
        json.field("key", path)
        json.field("message", sentence)
    }
}
