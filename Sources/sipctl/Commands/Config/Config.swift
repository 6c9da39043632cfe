internal import Core

/// `sipctl config`: the group.
enum Config {
    static let name = "config"

    static var spec: CommandSpec {
        CommandSpec(
            name, "Check and show configurations",
            examples: [
                Example("sipctl config check sipctl.yaml", "Check a file before the server reads it"),
                Example("sipctl config show sipctl.yaml --changed", "Show what a file sets"),
            ],
            seeAlso: ["serve"],
            subcommands: [
                CommandReference(ConfigCheck.self), CommandReference(ConfigShow.self),
                CommandReference(ConfigKeys.self),
            ])
    }
}

extension JSONWriter {
    /// Writes a value of a configuration.
    mutating func value(_ value: ConfigurationValue) {
        switch value {
        case .none: null()
        case .bool(let value): bool(value)
        case .integer(let value): number(value)
        case .real(let value): number(value)
        case .text(let value): string(value)
        case .list(let values):
            beginArray()
            for value in values { self.value(value) }
            endArray()
        case .map(let members):
            beginObject()
            for member in members {
                key(member.name.utf8)
                self.value(member.value)
            }
            endObject()
        }
    }
}
