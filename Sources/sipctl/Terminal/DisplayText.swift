/// Text as a terminal shows it: columns instead of characters, and no control characters from a peer.
enum DisplayText {
    /// How many columns the text takes.
    static func width(_ text: String) -> Int {
        text.utf8.allSatisfy { (0x20..<0x7f).contains($0) }
            ? text.utf8.count : text.reduce(0) { $0 + width($1) }
    }

    /// The text cut to `columns`, with … for what is missing.
    static func fitted(_ text: String, _ columns: Int) -> String {
        guard width(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var result = ""
        var used = 0
        for character in text {
            used += width(character)
            if used > columns - 1 { break }
            result.append(character)
        }
        return result + "…"
    }

    /// The text with control characters shown as � so that a peer's bytes cannot drive the terminal. Line ends stay
    /// when asked for.
    static func printable(_ text: String, keepingLines: Bool = false) -> String {
        guard text.unicodeScalars.contains(where: { isControl($0, keepingLines) }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(isControl(scalar, keepingLines) ? "\u{fffd}" : scalar) }
        return String(result)
    }

    // C0, DEL, C1, and the marks that change the direction of what follows (Unicode TR 36).
    private static func isControl(_ scalar: Unicode.Scalar, _ keepingLines: Bool) -> Bool {
        switch scalar.value {
        case 0x0a: !keepingLines
        case 0...0x1f, 0x7f...0x9f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: return isWide(scalar) || character.unicodeScalars.contains("\u{fe0f}") ? 2 : 1
        }
    }

    // East Asian Wide and Fullwidth (Unicode TR 11), by block.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe4f,
            0xff00...0xff60, 0xffe0...0xffe6, 0x20000...0x3fffd:
            true
        default: scalar.properties.isEmojiPresentation
        }
    }
}
