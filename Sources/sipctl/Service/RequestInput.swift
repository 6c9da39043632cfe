internal import Core

/// JSON that somebody gives: the path of a file, `-` for standard input, or the text itself.
struct RequestText: ArgumentValue {
    let word: String

    static let kind = ValueKind.file

    init(argument: String) throws(ValueProblem) {
        guard !argument.isEmpty else { throw ValueProblem("is neither a file name nor JSON") }
        word = argument
    }

    /// The JSON, and how people call where it came from.
    func read(_ terminal: Terminal) throws(Failure) -> RequestInput {
        let isLiteral = word.drop { $0.isWhitespace }.hasPrefix("{")
        if isLiteral, (try? InputFile(InputPath(word))) == nil {
            return try RequestInput(Array(word.utf8), name: "the JSON given", exit: .usage)
        }
        let file = try InputFile(InputPath(word))
        var bytes: [UInt8] = []
        try file.readAll(terminal) { (piece, _) throws(Failure) in
            bytes += piece
            guard bytes.count <= 1 << 24 else { throw Failure(.local, "\(file.name) is above 16 MiB") }
        }
        return try RequestInput(bytes, name: file.name, exit: .local)
    }
}

/// A JSON object that somebody wrote.
struct RequestInput {
    let value: JSONValue
    private let name: String
    private let exit: ExitStatus

    init(_ bytes: [UInt8], name: String, exit: ExitStatus) throws(Failure) {
        (self.name, self.exit) = (name, exit)
        do throws(JSONValue.Malformed) { value = try JSONValue(parsing: bytes) } catch {
            throw Failure(exit, "\(name) is not JSON (byte \(error.offset))")
        }
        guard value.members != nil else { throw Failure(exit, "\(name) is JSON, but not an object") }
    }

    /// Whether the object has one of the members, in either spelling.
    func has(_ names: String...) -> Bool {
        let members = value.members ?? []
        return members.contains { member in names.contains { $0 == Self.snakeCase(member.key) } }
    }

    /// The object as a message; unknown fields are mistakes.
    func message<M: ProtobufMessage>(_: M.Type = M.self) throws(Failure) -> M {
        do throws(FieldError) { return try M(json: value, unknownFields: .refused) } catch { throw failure(error) }
    }

    func failure(_ error: FieldError) -> Failure {
        var sentence = error.sentence
        let last = error.path.split(separator: ".").last.map { Self.snakeCase(Array($0.utf8)) } ?? ""
        switch error.problem {
        case .unknownField(let names): sentence += Suggest.question(last, names)
        default: break
        }
        return failure(sentence)
    }

    /// What is wrong with the input.
    func failure(_ sentence: String) -> Failure { Failure(exit, "\(name): \(sentence)") }

    private static func snakeCase(_ name: [UInt8]) -> String {
        name.text.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}
