/// Something that a command prints as a line for people or, with `--json`, as an object for programs.
protocol Row {
    /// One line for people.
    var line: String { get }
    func write(to json: inout JSONLine)
}

/// A row of a list whose cells line up under headings.
protocol TableRow: Row {
    static var headings: [String] { get }
    /// As many as there are headings.
    var cells: [String] { get }
}

extension TableRow {
    var line: String { cells.joined(separator: "  ") }
}

/// Lays cells out in columns. Counts are aligned to the right, and nothing else: phone numbers and rooms that are called by a number are
/// names; the last column is cut to the width when there is one.
struct Table {
    let headings: [String]
    let rows: [[String]]

    /// The headings of columns of counts.
    private static let counts: Set<String> = ["CALLS"]

    /// The lines, headings first, cut to `columns` unless that is nil.
    func lines(columns: Int?) -> [String] {
        let all = [headings] + rows.map { $0.map { DisplayText.printable($0) } }
        let widths = headings.indices.map { column in all.map { DisplayText.width($0[column]) }.max() ?? 0 }
        let numeric = headings.map { Self.counts.contains($0) }
        return all.map { cells in
            var line = ""
            for (column, cell) in cells.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - DisplayText.width(cell))
                if column > 0 { line += "  " }
                line += numeric[column] ? padding + cell : cell + padding
            }
            while line.last == " " { line.removeLast() }
            return columns.map { DisplayText.fitted(line, $0) } ?? line
        }
    }
}
