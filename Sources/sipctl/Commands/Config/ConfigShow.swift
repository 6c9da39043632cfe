internal import Core
internal import IO

/// `sipctl config show`: every key with the value in force and where it comes from.
struct ConfigShow: Command {
    static let name = "show"

    static let file = OptionalArgument<InputPath>("FILE", "the configuration to show; - is standard input")
    static let changed = Flag("changed", in: .selection, "only what is not the default")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Show the configuration in force",
            description:
                "Secrets are shown as ***. Without a file these are the defaults and what the environment adds.",
            arguments: [file], options: [changed] + ConfigurationOptions.all + [GlobalOptions.json],
            examples: [
                Example("sipctl config show", "Show the defaults"),
                Example("sipctl config show /etc/sipctl/sipctl.yaml --changed", "Show what a file sets"),
                Example(
                    "sipctl config show --json | jq -r 'select(.key == \"rtp_port\").value'", "Ask for one key"
                ),
            ],
            exits: [ExitStatus.done.note, ExitStatus.local.when("the configuration is wrong or cannot be read")],
            seeAlso: ["config check", "config keys", "serve"], runs: Self.self)
    }

    private let input: ConfigurationOptions
    private let onlyChanged: Bool

    init(_ options: ParsedOptions) throws(Failure) {
        input = ConfigurationOptions(options, file: options[Self.file])
        onlyChanged = options[Self.changed]
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let loaded = try input.load()
        let rows = ConfigurationTable.keys.map { KeyInForce($0, loaded, input.source) }
        try terminal.emit(table: rows.filter { !onlyChanged || $0.origin != nil })
        return .done
    }
}

/// One key as it is in force.
private struct KeyInForce: TableRow {
    static let headings = ["KEY", "VALUE", "FROM"]

    let key: ConfigurationKey
    let value: ConfigurationValue
    let origin: LoadedConfiguration.Origin?
    let source: ConfigurationSource

    init(_ key: ConfigurationKey, _ loaded: LoadedConfiguration, _ source: ConfigurationSource) {
        (self.key, self.source) = (key, source)
        value = key.shown(loaded.configuration)
        origin = loaded.origins[key.path]
    }

    var cells: [String] {
        let from =
            switch origin {
            case nil: "default"
            case .file(let position): "\(source.name):\(position.line)"
            case .environment(let name): name
            }
        return [key.path, value.description, from]
    }

    func write(to json: inout JSONLine) {
        json.field("key", key.path)
        json.field("value") { $0.value(value) }
        switch origin {
        case nil: json.field("from", "default")
        case .file(let position):
            json.field("from", "file")
            json.field("file", source.name)
            json.field("line", position.line)
        case .environment(let name):
            json.field("from", "environment")
            json.field("variable", name)
        }
        json.field("secret", key.isSecret)
    }
}
