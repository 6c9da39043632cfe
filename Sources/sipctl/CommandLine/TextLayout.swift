/// Paragraphs and definition lists in 80 columns.
enum TextLayout {
    static let columns = 80

    /// The text wrapped at blanks; paragraphs stay parted by an empty line.
    static func wrapped(_ text: String, indent: Int = 0, columns: Int = columns) -> [String] {
        let paragraphs = text.split(separator: "\n\n")
        return Array(paragraphs.map { lines($0, indent: indent, columns: columns) }.joined(separator: [""]))
    }

    /// A term and what it means; the meaning begins in column `column`, on the next line when the term is too long.
    static func definition(_ term: String, _ meaning: String, indent: Int = 2, column: Int) -> [String] {
        let head = String(repeating: " ", count: indent) + term
        let body = wrapped(meaning, indent: column)
        guard let first = body.first else { return [head] }
        guard head.count + 2 <= column else { return [head] + body }
        return [head + first.dropFirst(head.count)] + body.dropFirst()
    }

    private static func lines(_ paragraph: Substring, indent: Int, columns: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var result: [String] = []
        var line = ""
        for word in paragraph.split(whereSeparator: \.isWhitespace) {
            if !line.isEmpty, indent + line.count + 1 + word.count > columns {
                result.append(margin + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { result.append(margin + line) }
        return result
    }
}
