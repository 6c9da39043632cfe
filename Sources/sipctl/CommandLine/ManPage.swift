/// The manual page of one command, as roff for man(7) macros.
///
/// The page has no date: it is generated, and what has not changed must not differ.
struct ManPage {
    let path: CommandPath

    private var command: CommandSpec { path.command }

    /// `sipctl-trunk-list`.
    var name: String { path.text.replacing(" ", with: "-") }
    var fileName: String { name + ".1" }

    var text: String {
        let heading = ".TH \(Self.escaped(name.uppercased())) 1 \"\" \"sipctl\" \"sipctl manual\""
        let sections = [
            section("NAME", [Self.escaped(name) + " \\- " + Self.escaped(command.summary)]), synopsis, description,
            subcommands, arguments, options, environment, exits, examples, seeAlso,
        ]
        return ([heading] + sections.joined()).joined(separator: "\n") + "\n"
    }

    // MARK: Sections

    private func section(_ title: String, _ body: [String]) -> [String] { body.isEmpty ? [] : [".SH \(title)"] + body }

    private var synopsis: [String] {
        let arguments =
            command.arguments.map { Self.italic($0.usage) }
            + (command.subcommands.isEmpty ? [] : [Self.italic("COMMAND")])
        return section(
            "SYNOPSIS",
            [([Self.bold(path.text), "[" + Self.italic("OPTIONS") + "]"] + arguments).joined(separator: " ")])
    }

    private var description: [String] {
        let paragraphs = command.description.isEmpty ? command.summary + "." : command.description
        return section("DESCRIPTION", Self.paragraphs(paragraphs))
    }

    private var subcommands: [String] {
        section("COMMANDS", path.children.flatMap { item(Self.bold($0.command.name), $0.command.summary + ".") })
    }

    private var arguments: [String] {
        section("ARGUMENTS", command.arguments.flatMap { item(Self.italic($0.usage), Self.sentence($0.summary)) })
    }

    private var options: [String] {
        let groups = OptionCategory.allCases.map { category in
            (category, path.options.filter { $0.category == category })
        }
        return section(
            "OPTIONS",
            groups.flatMap { category, options in
                options.isEmpty ? [] : [".SS \(category.rawValue)"] + options.flatMap(lines)
            })
    }

    private func lines(_ option: OptionSpec) -> [String] {
        var names = [option.short.map { "-\($0)" }, "--" + option.long].compactMap { $0 }.map(Self.bold)
        if let placeholder = option.value?.placeholder { names[names.count - 1] += " " + Self.italic(placeholder) }
        var text = [Self.sentence(option.summary), option.details]
        if option.repetition == .list { text.append("May be given more than once.") }
        if let value = option.defaultText { text.append("The default is \(value).") }
        return item(names.joined(separator: ", "), text.filter { !$0.isEmpty }.joined(separator: " "))
    }

    private var environment: [String] {
        // A hidden option's variable is the way to give its value, so it is documented.
        let options = (command.options + GlobalOptions.all).filter { $0.environment != nil }
        return section("ENVIRONMENT", options.flatMap { item(Self.bold($0.environment ?? ""), meaning($0)) })
    }

    private func meaning(_ option: OptionSpec) -> String {
        option.isHidden ? Self.sentence(option.summary) : "Used when --\(option.long) is not given."
    }

    private var exits: [String] {
        section(
            "EXIT STATUS", command.exits.flatMap { item(Self.bold("\($0.status.rawValue)"), Self.sentence($0.meaning)) }
        )
    }

    private var examples: [String] {
        section(
            "EXAMPLES",
            Array(command.examples.map(lines).joined(separator: [".PP"])))
    }

    private func lines(_ example: Example) -> [String] {
        [Self.escaped(example.purpose) + ":", ".PP", ".RS 4", ".EX"]
            + example.line.split(separator: "\n").map { Self.escaped(String($0)) } + [".EE", ".RE"]
    }

    private var seeAlso: [String] {
        let parent = path.specs.count > 1 ? [path.specs.dropLast().map(\.name).joined(separator: "-")] : []
        let others = command.seeAlso.map { "sipctl-" + $0.replacing(" ", with: "-") }
        let pages = parent + others.filter { !parent.contains($0) }
        return section("SEE ALSO", pages.isEmpty ? [] : [pages.map { Self.bold($0) + "(1)" }.joined(separator: ",\n")])
    }

    // MARK: Roff

    private func item(_ term: String, _ text: String) -> [String] { [".TP", term] + Self.paragraphs(text, ".IP") }

    private static func paragraphs(_ text: String, _ request: String = ".PP") -> [String] {
        Array(text.split(separator: "\n\n").map { [escaped(String($0))] }.joined(separator: [request]))
    }

    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
    }

    private static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }
    private static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

    // A hyphen that people copy must be a hyphen-minus; a line must not begin like a request.
    private static func escaped(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }
}
