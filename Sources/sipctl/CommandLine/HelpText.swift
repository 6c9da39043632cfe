/// The help of one command: `-h` in one screen, `--help` with all details.
struct HelpText {
    let path: CommandPath
    let isLong: Bool
    let paint: Palette

    private var command: CommandSpec { path.command }

    /// All lines, none wider than 80 columns.
    var lines: [String] {
        var lines = TextLayout.wrapped(command.summary + ".") + [""] + usage
        if isLong, !command.description.isEmpty { lines += [""] + TextLayout.wrapped(command.description) }
        for (heading, body) in sections where !body.isEmpty { lines += ["", paint(.bold, heading)] + body }
        if !isLong { lines += ["", "'\(path.text) --help' says more and gives examples."] }
        return lines
    }

    private var usage: [String] {
        var words = command.arguments.map(\.usage)
        if !command.subcommands.isEmpty { words.append("COMMAND") }
        let line = (["[OPTIONS]"] + words).joined(separator: " ")
        return [paint(.bold, "Usage:") + " \(path.text) \(line)"]
    }

    private var sections: [(String, [String])] {
        var sections = [("Commands:", subcommands), ("Arguments:", arguments)]
        for category in OptionCategory.allCases {
            let options = path.options.filter { $0.category == category }
            sections.append((category.rawValue + " options:", options.flatMap(lines)))
        }
        if isLong {
            sections += [("Examples:", examples), ("Exit status:", exits), ("See also:", seeAlso)]
        }
        return sections
    }

    private var subcommands: [String] {
        let visible = path.children.map(\.command)
        let column = 4 + (visible.map(\.name.count).max() ?? 0)
        return visible.flatMap { TextLayout.definition($0.name, $0.summary, column: column) }
    }

    private var arguments: [String] {
        let column = 4 + (command.arguments.map(\.usage.count).max() ?? 0)
        return command.arguments.flatMap { TextLayout.definition($0.usage, $0.summary, column: column) }
    }

    private func lines(_ option: OptionSpec) -> [String] {
        let term = (option.short.map { "-\($0), " } ?? "    ") + option.usage
        var remarks: [String] = option.repetition == .list ? ["repeatable"] : []
        if let text = option.defaultText { remarks.append("default \(text)") }
        if isLong, let variable = option.environment { remarks.append("variable \(variable)") }
        let meaning = option.summary + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))")
        var lines = TextLayout.definition(term, meaning, column: 28)
        // What every command takes is explained once, by the root's help.
        let isExplained = isLong && (option.category != .global || path.specs.count == 1)
        if isExplained, !option.details.isEmpty { lines += TextLayout.wrapped(option.details, indent: 28) }
        return lines
    }

    private var examples: [String] {
        var lines: [String] = []
        for (index, example) in command.examples.enumerated() {
            if index > 0 { lines.append("") }
            lines += TextLayout.wrapped(example.purpose + ":", indent: 2)
            lines += example.line.split(separator: "\n").map { "    " + $0 }
        }
        return lines
    }

    private var exits: [String] {
        command.exits.flatMap { note in
            let status = String(note.status.rawValue)
            let padding = String(repeating: " ", count: 3 - status.count)
            return TextLayout.definition(padding + status, note.meaning, column: 7)
        }
    }

    private var seeAlso: [String] {
        let others = command.seeAlso.map { "sipctl \($0)" }
        return others.isEmpty ? [] : TextLayout.wrapped(others.joined(separator: ", "), indent: 2)
    }
}
