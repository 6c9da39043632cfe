internal import Core

/// Items with commas between them; an empty word is an empty list.
struct CommaList: ArgumentValue {
    let items: [String]

    static let kind = ValueKind.text

    init(argument: String) throws(ValueProblem) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Self.trimmed($0) }
        guard argument.isEmpty || !parts.contains("") else { throw ValueProblem("has an empty item") }
        items = argument.isEmpty ? [] : parts
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// `NAME=VALUE`.
struct NameAndValue: ArgumentValue {
    let name: String
    let value: String

    static let kind = ValueKind.text

    init(argument: String) throws(ValueProblem) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { throw ValueProblem("is not of the form NAME=VALUE") }
        (name, value) = (String(parts[0]), String(parts[1]))
    }
}

/// `NAME:VALUE`, where an empty value stands for no such header.
struct HeaderEntry: ArgumentValue {
    let name: String
    let value: String

    static let kind = ValueKind.text

    init(argument: String) throws(ValueProblem) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { throw ValueProblem("is not a header field: write NAME:VALUE") }
        (name, value) = (String(parts[0]), String(parts[1].drop { $0 == " " }))
    }
}

/// `PCMU` or `PCMU/8000`, with commas between several.
struct CodecList: ArgumentValue {
    let codecs: [CodecChoice]

    static let kind = ValueKind.text

    init(argument: String) throws(ValueProblem) {
        var codecs: [CodecChoice] = []
        for item in try CommaList(argument: argument).items {
            let parts = item.split(separator: "/", omittingEmptySubsequences: false)
            guard let name = parts.first, !name.isEmpty, parts.count < 3 else {
                throw ValueProblem("is not a codec: write PCMU or PCMU/8000")
            }
            guard let rate = parts.count == 1 ? 0 : UInt32(parts[1]) else {
                throw ValueProblem("has a rate that is no number: write PCMU/8000")
            }
            codecs.append(CodecChoice(name: String(name), rate: rate))
        }
        self.codecs = codecs
    }
}

/// Words for the encryption of audio, as on other command lines.
enum EncryptionChoice: String, Choice {
    case disable, allow, require

    var value: MediaEncryption {
        switch self {
        case .disable: .disable
        case .allow: .allow
        case .require: .require
        }
    }
}

/// Words for the headers that become attributes.
enum HeaderInclusionChoice: String, Choice {
    case none, x, all

    var value: HeaderInclusion {
        switch self {
        case .none: .none
        case .x: .xHeaders
        case .all: .all
        }
    }
}

/// `auto`, `udp`, `tcp`, `tls`, or the name that the API has for it.
struct TrunkTransportWord: ArgumentValue {
    let value: TrunkTransport

    private static let words: [(String, TrunkTransport)] = [
        ("auto", .auto), ("udp", .udp), ("tcp", .tcp), ("tls", .tls),
    ]

    static let kind = ValueKind.choice(words.map(\.0))

    init(argument: String) throws(ValueProblem) {
        if let word = Self.words.first(where: { $0.0 == argument.lowercased() }) {
            value = word.1
        } else if let named = TrunkTransport(protobufName: argument) {
            value = named
        } else {
            let words = Self.words.map(\.0)
            throw ValueProblem("is not one of \(words.joined(separator: ", "))" + Suggest.question(argument, words))
        }
    }
}

/// `on` or `off`.
enum SwitchWord: String, Choice {
    case on, off

    var isOn: Bool { self == .on }
}
