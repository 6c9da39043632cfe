internal import Core

/// What a word on the command line stands for; completions and error messages come from it.
enum ValueKind: Equatable, Sendable {
    case text, integer, number, duration, file, directory, address, uri, command
    case choice([String])
}

/// Why a word is not a value, as the end of a sentence that begins with the word.
struct ValueProblem: Error, Equatable {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}

/// A type that a word on the command line can be turned into.
protocol ArgumentValue: Sendable {
    static var kind: ValueKind { get }
    init(argument: String) throws(ValueProblem)
}

/// A closed set of words. An enum whose raw values are the words needs nothing more.
protocol Choice: ArgumentValue, CaseIterable, RawRepresentable where RawValue == String {}

extension Choice {
    static var kind: ValueKind { .choice(allCases.map(\.rawValue)) }

    init(argument: String) throws(ValueProblem) {
        if let value = Self(rawValue: argument) {
            self = value
            return
        }
        let words = Self.allCases.map(\.rawValue)
        throw ValueProblem("is not one of \(words.joined(separator: ", "))" + Suggest.question(argument, words))
    }
}

extension String: ArgumentValue {
    static var kind: ValueKind { .text }

    init(argument: String) throws(ValueProblem) { self = argument }
}

extension Int: ArgumentValue {
    static var kind: ValueKind { .integer }

    init(argument: String) throws(ValueProblem) {
        guard let value = Int(argument) else { throw ValueProblem("is not a whole number") }
        self = value
    }
}

extension UInt16: ArgumentValue {
    static var kind: ValueKind { .integer }

    /// A port.
    init(argument: String) throws(ValueProblem) {
        guard let value = UInt16(argument) else { throw ValueProblem("is not a number from 0 to 65535") }
        self = value
    }
}

extension Double: ArgumentValue {
    static var kind: ValueKind { .number }

    init(argument: String) throws(ValueProblem) {
        guard let value = Double(argument), value.isFinite else { throw ValueProblem("is not a number") }
        self = value
    }
}

extension SocketAddress: ArgumentValue {
    static var kind: ValueKind { .address }

    /// An address with a port; where only a host is given, the port is 5060.
    init(argument: String) throws(ValueProblem) {
        guard let address = SocketAddress(argument, defaultPort: 5060) else {
            throw ValueProblem("is not an address: write 192.0.2.1:5060 or [2001:db8::1]:5060")
        }
        self = address
    }
}

/// A file to read; `-` is standard input.
struct InputPath: ArgumentValue, Hashable {
    let text: String

    static let kind = ValueKind.file
    static let standardInput = InputPath("-")

    init(_ text: String) { self.text = text }

    init(argument: String) throws(ValueProblem) {
        guard !argument.isEmpty else { throw ValueProblem("is not a file name") }
        text = argument
    }

    var isStandardInput: Bool { text == "-" }
}

/// A file to write; `-` is standard output.
struct OutputPath: ArgumentValue, Hashable {
    let text: String

    static let kind = ValueKind.file

    init(argument: String) throws(ValueProblem) {
        guard !argument.isEmpty else { throw ValueProblem("is not a file name") }
        text = argument
    }

    var isStandardOutput: Bool { text == "-" }
}

/// A directory.
struct DirectoryPath: ArgumentValue, Hashable {
    let text: String

    static let kind = ValueKind.directory

    init(argument: String) throws(ValueProblem) {
        guard !argument.isEmpty else { throw ValueProblem("is not a directory") }
        text = argument
    }
}

/// A SIP or tel URI as it was typed; the command decides what it accepts.
struct URIText: ArgumentValue, Hashable {
    let text: String

    static let kind = ValueKind.uri

    init(argument: String) throws(ValueProblem) {
        guard !argument.isEmpty else { throw ValueProblem("is not a URI") }
        text = argument
    }
}
