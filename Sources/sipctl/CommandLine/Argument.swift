/// Everything that the parser and help know about one argument, a word that belongs to no option.
struct ArgumentSpec: Sendable {
    enum Count: Sendable { case one, optional, any, atLeastOne }

    let placeholder: String
    let count: Count
    let kind: ValueKind
    let summary: String
    let check: @Sendable (String) throws(ValueProblem) -> Void

    /// `URI`, `[FILE]`, `[FILE]...` or `FILE...`.
    var usage: String {
        switch count {
        case .one: placeholder
        case .optional: "[\(placeholder)]"
        case .any: "[\(placeholder)]..."
        case .atLeastOne: "\(placeholder)..."
        }
    }

    var isList: Bool { count == .any || count == .atLeastOne }
    var isRequired: Bool { count == .one || count == .atLeastOne }

    fileprivate init<V: ArgumentValue>(_: V.Type, _ placeholder: String, _ count: Count, _ summary: String) {
        (self.placeholder, self.count, self.summary, kind) = (placeholder, count, summary, V.kind)
        check = { word throws(ValueProblem) in _ = try V(argument: word) }
    }
}

/// An argument that is declared, as options are.
protocol DeclaredArgument: Sendable {
    var spec: ArgumentSpec { get }
}

/// An argument that must be given.
struct Argument<Value: ArgumentValue>: DeclaredArgument {
    let spec: ArgumentSpec

    init(_ placeholder: String, _ summary: String) { spec = ArgumentSpec(Value.self, placeholder, .one, summary) }
}

/// An argument that may be left out.
struct OptionalArgument<Value: ArgumentValue>: DeclaredArgument {
    let spec: ArgumentSpec

    init(_ placeholder: String, _ summary: String) {
        spec = ArgumentSpec(Value.self, placeholder, .optional, summary)
    }
}

/// The arguments that remain; only the last of a command can be one.
struct ArgumentList<Value: ArgumentValue>: DeclaredArgument {
    let spec: ArgumentSpec

    init(_ placeholder: String, _ summary: String, atLeastOne: Bool = false) {
        spec = ArgumentSpec(Value.self, placeholder, atLeastOne ? .atLeastOne : .any, summary)
    }
}
