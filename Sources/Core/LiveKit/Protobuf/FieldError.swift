/// Why JSON is not a message: which field, and what is wrong with it.
package struct FieldError: Error, Hashable, Sendable {
    package enum Problem: Hashable, Sendable {
        /// The text is not JSON; the offset of the byte.
        case notJSON(Int)
        /// Another type or form is needed: `a string`, `a duration such as "30s"`.
        case expected(String)
        /// No such field; the names that there are. Only where unknown fields are refused.
        case unknownField([String])
        /// No such name of an enumeration; the names that there are.
        case unknownName([String])
        /// The field is there more than once, perhaps in both spellings.
        case repeated
        /// Only one of these may be given (oneof).
        case excludes(String)
    }

    /// The path of the field, such as `trunk.numbers[1]`; empty for the whole.
    package var path: String
    package var problem: Problem

    package init(_ problem: Problem, at path: String = "") { (self.path, self.problem) = (path, problem) }

    /// The same error of a field that is inside `field`.
    func inside(_ field: String) -> Self {
        let joint = path.isEmpty || path.hasPrefix("[") ? "" : "."
        return Self(problem, at: field + joint + path)
    }

    /// One sentence for a person, without the suggestion of a nearer name.
    package var sentence: String { path.isEmpty ? complaint : "\(path): \(complaint)" }

    private var complaint: String {
        switch problem {
        case .notJSON(let offset): "not JSON (byte \(offset))"
        case .expected(let what): "expected \(what)"
        case .unknownField: "unknown field"
        case .unknownName(let names): "expected one of \(names.joined(separator: ", "))"
        case .repeated: "given twice"
        case .excludes(let other): "cannot be given together with \(other)"
        }
    }
}

/// What a reader of JSON does with fields that the message does not have.
package enum UnknownFields: Sendable {
    /// For what programs send, which may be newer than we are.
    case ignored
    /// For what people write, where they are mistakes.
    case refused
}

/// Which fields JSON has.
package enum JSONForm: Sendable {
    /// Every field, with its default value where it is not set, as the server writes (Twirp).
    case full
    /// Only fields that are set.
    case sparse
}
