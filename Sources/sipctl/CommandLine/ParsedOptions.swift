/// The words of one command after the first stage: each is known to be a value of its option, none is resolved yet.
struct ParsedOptions: Sendable {
    /// The command's path without the first word.
    let path: [String]
    /// Words by the option's long name or the argument's placeholder.
    private let words: [String: [String]]
    /// Names that may be asked for.
    fileprivate let declared: Set<String>

    init(path: [String], words: [String: [String]], declared: Set<String>) {
        (self.path, self.words, self.declared) = (path, words, declared)
    }

    /// Whether the flag was given.
    subscript(flag: Flag) -> Bool { !given(flag.spec.long).isEmpty }

    /// The option's value; nil when it was not given.
    subscript<V>(option: Option<V>) -> V? { given(option.spec.long).last.flatMap { try? V(argument: $0) } }

    /// All values of the option in the order of typing.
    subscript<V>(option: OptionList<V>) -> [V] { given(option.spec.long).compactMap { try? V(argument: $0) } }

    /// The argument's value. The parser has refused a command line without it, so this throws only for an argument that
    /// the command does not declare.
    subscript<V>(argument: Argument<V>) -> V {
        get throws(Failure) {
            guard let value = given(argument.spec.placeholder).first.flatMap({ try? V(argument: $0) }) else {
                throw Failure(.bug, "\(argument.spec.placeholder) is read but was never parsed")
            }
            return value
        }
    }

    /// The argument's value; nil when it was left out.
    subscript<V>(argument: OptionalArgument<V>) -> V? {
        given(argument.spec.placeholder).first.flatMap { try? V(argument: $0) }
    }

    /// The remaining arguments.
    subscript<V>(arguments: ArgumentList<V>) -> [V] {
        given(arguments.spec.placeholder).compactMap { try? V(argument: $0) }
    }

    /// A usage error of this command, with the way to its help.
    func usageFailure(_ message: String) -> Failure { .usage(message, at: path) }

    private func given(_ name: String) -> [String] {
        precondition(declared.contains(name), "a command may read only what its spec lists: \(name)")
        return words[name] ?? []
    }
}

extension ParsedOptions {
    /// What the global options ask of the terminal.
    var settings: Terminal.Settings {
        Terminal.Settings(
            color: self[GlobalOptions.color] ?? .auto, isQuiet: self[GlobalOptions.quiet],
            json: declares(GlobalOptions.json) && self[GlobalOptions.json])
    }

    /// Whether the command takes the option at all.
    func declares(_ option: some DeclaredOption) -> Bool { declared.contains(option.spec.long) }
}
