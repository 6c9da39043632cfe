/// When to colour.
enum ColorChoice: String, Choice { case auto, always, never }

/// Emphasis for people. Meaning never rests on it alone.
enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
}

/// Paints text for one stream, or leaves it as it is.
struct Palette: Sendable {
    let isEnabled: Bool

    static let plain = Palette(isEnabled: false)

    init(isEnabled: Bool) { self.isEnabled = isEnabled }

    /// `auto` colours a terminal unless NO_COLOR is set (no-color.org) or TERM is dumb.
    init(_ choice: ColorChoice, isTerminal: Bool, _ environment: Environment) {
        switch choice {
        case .always: isEnabled = true
        case .never: isEnabled = false
        case .auto: isEnabled = isTerminal && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
        }
    }

    func callAsFunction(_ style: Style, _ text: String) -> String {
        isEnabled ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
    }
}
