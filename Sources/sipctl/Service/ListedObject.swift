internal import Core

/// An object of the API as commands show it.
protocol ListedObject: ServiceObject {
    static var headings: [String] { get }
    /// As many as there are headings.
    var cells: [String] { get }
    /// The object with `***` for each secret.
    var concealed: Self { get }
}

extension Terminal {
    /// Writes a list: a table for people, with `--json` one object of the API a line.
    func emit<Object: ListedObject>(objects: [Object], showSecrets: Bool) throws(Failure) {
        if settings.json {
            for object in objects { try emit(json: object, showSecrets: showSecrets) }
        } else if !objects.isEmpty {
            let lines = Table(headings: Object.headings, rows: objects.map(\.cells)).lines(columns: outputColumns)
            try emit(line: paint(.bold, lines[0]))
            for line in lines.dropFirst() { try emit(line: line) }
        }
    }

    /// Writes one object: its fields a line each for people, or with `--json` as the API has it.
    func emit<Object: ListedObject>(object: Object, showSecrets: Bool) throws(Failure) {
        if settings.json { return try emit(json: object, showSecrets: showSecrets) }
        let shown = showSecrets ? object : object.concealed
        guard let value = try? JSONValue(parsing: shown.json(.sparse)) else { return }
        for (name, text) in Self.fields(of: value, under: "") {
            try emit(line: DisplayText.printable("\(name): \(text)"))
        }
    }

    private func emit<Object: ListedObject>(json object: Object, showSecrets: Bool) throws(Failure) {
        try emit(bytes: (showSecrets ? object : object.concealed).json() + [0x0a])
    }

    /// The members of an object, those of inner objects under their path.
    private static func fields(of value: JSONValue, under path: String) -> [(String, String)] {
        switch value {
        case .object(let members):
            return members.flatMap { member in
                fields(of: member.value, under: path.isEmpty ? member.key.text : "\(path).\(member.key.text)")
            }
        case .array(let elements) where elements.contains(where: { $0.members != nil }):
            return elements.enumerated().flatMap { fields(of: $1, under: "\(path)[\($0)]") }
        case .array(let elements): return [(path, elements.map { scalar($0) }.joined(separator: ", "))]
        default: return [(path, scalar(value))]
        }
    }

    private static func scalar(_ value: JSONValue) -> String {
        switch value {
        case .bool(let bool): bool ? "true" : "false"
        case .number(let text), .string(let text): text.text
        default: ""
        }
    }
}

extension Collection<String> {
    /// The items for a cell: `-` for none.
    var cell: String { isEmpty ? "-" : joined(separator: ",") }
}

extension String {
    /// The text for a cell: `-` for none.
    var cell: String { isEmpty ? "-" : self }
}
