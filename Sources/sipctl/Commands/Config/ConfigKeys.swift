internal import Core

/// `sipctl config keys`: every key that a configuration may have.
struct ConfigKeys: Command {
    static let name = "keys"

    static let markdown = Flag("markdown", in: .output, "print the tables of docs/configuration.md", hidden: true)

    static var spec: CommandSpec {
        CommandSpec(
            name, "List the keys of the configuration",
            description: "Prints every key with its default and meaning; a dot stands for a group of YAML.",
            options: [markdown, GlobalOptions.json],
            examples: [
                Example("sipctl config keys", "List the keys"),
                Example(
                    "sipctl config keys --json | jq -r 'select(.reload != \"restart\").key'", "List what SIGHUP reloads"
                ),
            ],
            exits: [ExitStatus.done.note], seeAlso: ["config show", "config check"], runs: Self.self)
    }

    private let isMarkdown: Bool

    init(_ options: ParsedOptions) throws(Failure) { isMarkdown = options[Self.markdown] }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        if isMarkdown {
            try terminal.emit(bytes: Array(Self.tables.utf8))
        } else {
            try terminal.emit(table: ConfigurationTable.keys.map(KeyRow.init))
        }
        return .done
    }

    /// A Markdown table for each section.
    static var tables: String {
        ConfigurationTable.sections.map { section in
            let rows = section.keys.map { key in
                let idle = key.idle.map { ". **No effect yet**: \($0)" } ?? ""
                let variable = key.environment.map { " (`\($0)` when the file has none)" } ?? ""
                let text = key.meaning + variable + idle
                return
                    "| `\(key.path)` | \(cell(key.kindText)) | \(key.markdownDefault) | \(cell(text)) | \(key.reload.words) |"
            }
            return """
                ### \(section.title)

                | key | is | default | meaning | reload |
                |---|---|---|---|---|
                \(rows.joined(separator: "\n"))

                """
        }.joined(separator: "\n")
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}

extension ConfigurationKey {
    /// What the value must be, with its bounds.
    fileprivate var kindText: String {
        range.isEmpty || range.contains("the lower") ? kindName : "\(kindName), \(range)"
    }

    fileprivate var markdownDefault: String {
        guard defaultNote.isEmpty else { return defaultNote }
        return defaultText == "-" ? "none" : "`\(defaultText)`"
    }

    /// The default for a terminal, without the marks of Markdown.
    fileprivate var plainDefault: String { defaultText.replacing("`", with: "") }
}

private struct KeyRow: TableRow {
    static let headings = ["KEY", "DEFAULT", "MEANING"]

    let key: ConfigurationKey

    init(_ key: ConfigurationKey) { self.key = key }

    var cells: [String] { [key.path, key.plainDefault, key.meaning.replacing("`", with: "")] }

    func write(to json: inout JSONLine) {
        json.field("key", key.path)
        json.field("type", key.kindName)
        json.field("range", key.range.isEmpty ? nil : key.range)
        json.field("default", key.plainDefault)
        json.field("meaning", key.meaning)
        json.field("reload", key.reload.rawValue)
        json.field("secret", key.isSecret)
        json.field("variable", key.environment)
        json.field("no_effect_yet", key.idle)
    }
}
