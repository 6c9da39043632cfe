/// The heading under which help lists an option; in this order.
enum OptionCategory: String, CaseIterable, Sendable {
    case input = "Input"
    case call = "Call"
    case media = "Media"
    case network = "Network"
    case authentication = "Authentication"
    case limits = "Limits"
    case selection = "Selection"
    case output = "Output"
    case global = "Global"
}

/// Everything that the parser, help, man pages and completions know about one option.
struct OptionSpec: Sendable {
    /// The value an option takes.
    struct Value: Sendable {
        let placeholder: String
        let kind: ValueKind
        let check: @Sendable (String) throws(ValueProblem) -> Void
    }

    /// What giving an option twice means.
    enum Repetition: Sendable { case refused, lastWins, list }

    let long: String
    let short: Character?
    /// Nil for a flag.
    let value: Value?
    let repetition: Repetition
    let category: OptionCategory
    /// One line without a full stop.
    let summary: String
    /// Whole sentences for `--help` and the man page; may be empty.
    let details: String
    let defaultText: String?
    /// The variable that is used when the option is not given.
    let environment: String?
    let isHidden: Bool

    /// `--timeout TIME`.
    var usage: String { "--" + long + (value.map { " " + $0.placeholder } ?? "") }

    /// Words that complete the option's value.
    var choices: [String] {
        if case .choice(let words) = value?.kind { words } else { [] }
    }
}

/// An option that is declared: `static let timeout = Option<Duration>("timeout", …)` in the command, listed in its
/// spec, and read as `options[Self.timeout]`.
protocol DeclaredOption: Sendable {
    var spec: OptionSpec { get }
}

/// An option with one value; nil when it is not given.
struct Option<Value: ArgumentValue>: DeclaredOption {
    let spec: OptionSpec

    init(
        _ long: String, short: Character? = nil, _ placeholder: String, in category: OptionCategory,
        _ summary: String, details: String = "", default defaultText: String? = nil, environment: String? = nil,
        lastWins: Bool = false, hidden: Bool = false
    ) {
        spec = OptionSpec(
            long: long, short: short, value: .of(Value.self, placeholder),
            repetition: lastWins ? .lastWins : .refused, category: category, summary: summary, details: details,
            defaultText: defaultText, environment: environment, isHidden: hidden)
    }
}

/// An option that may be given many times.
struct OptionList<Value: ArgumentValue>: DeclaredOption {
    let spec: OptionSpec

    init(
        _ long: String, short: Character? = nil, _ placeholder: String, in category: OptionCategory,
        _ summary: String, details: String = "", hidden: Bool = false
    ) {
        spec = OptionSpec(
            long: long, short: short, value: .of(Value.self, placeholder), repetition: .list, category: category,
            summary: summary, details: details, defaultText: nil, environment: nil, isHidden: hidden)
    }
}

/// An option without a value.
struct Flag: DeclaredOption {
    let spec: OptionSpec

    init(
        _ long: String, short: Character? = nil, in category: OptionCategory, _ summary: String, details: String = "",
        hidden: Bool = false
    ) {
        spec = OptionSpec(
            long: long, short: short, value: nil, repetition: .lastWins, category: category, summary: summary,
            details: details, defaultText: nil, environment: nil, isHidden: hidden)
    }
}

extension OptionSpec.Value {
    fileprivate static func of<V: ArgumentValue>(_: V.Type, _ placeholder: String) -> Self {
        Self(placeholder: placeholder, kind: V.kind) { word throws(ValueProblem) in _ = try V(argument: word) }
    }
}
