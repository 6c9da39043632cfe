/// How the values of one type stand on the wire and in JSON.
package struct ProtobufKind<Value>: Sendable where Value: Sendable {
    let type: WireType
    /// What a field is before it is read.
    let initial: Value
    /// Whether the value is that of a field that is not there.
    let isDefault: @Sendable (Value) -> Bool
    /// Writes what follows the tag.
    let write: @Sendable (Value, inout ProtobufWriter) -> Void
    /// Reads what follows a tag of this type.
    let read: @Sendable (inout ProtobufReader, inout Value) throws(ProtobufError) -> Void
    let writeJSON: @Sendable (Value, inout JSONWriter, JSONForm) -> Void
    let readJSON: @Sendable (JSONValue, UnknownFields, inout Value) throws(FieldError) -> Void

    func readNew(_ reader: inout ProtobufReader) throws(ProtobufError) -> Value {
        var value = initial
        try read(&reader, &value)
        return value
    }
}

/// A type that a field can have.
package protocol ProtobufValue: Sendable {
    static var kind: ProtobufKind<Self> { get }
}

extension String: ProtobufValue {
    package static var kind: ProtobufKind<String> { .text({ $0 }, { $0 }) }
}

extension ProtobufKind {
    /// Text, or an identifier that is made of it.
    static func text(
        _ make: @escaping @Sendable (String) -> Value, _ text: @escaping @Sendable (Value) -> String
    ) -> Self {
        Self(
            type: .delimited, initial: make(""), isDefault: { text($0).isEmpty },
            write: { value, writer in writer.delimited(text(value).utf8) },
            read: { reader, value throws(ProtobufError) in
                let bytes = try reader.delimited()
                guard let text = String(validating: bytes, as: UTF8.self) else { throw reader.error(.notUTF8) }
                value = make(text)
            },
            writeJSON: { value, json, _ in json.string(text(value)) },
            readJSON: { input, _, value throws(FieldError) in
                guard case .string(let bytes) = input else { throw FieldError(.expected("a string")) }
                value = make(bytes.text)
            })
    }

    /// A number that is a varint on the wire.
    fileprivate static func integer(
        _ expected: String, _ zero: Value, asString: Bool = false,
        _ make: @escaping @Sendable (Int64) -> Value?, truncating: @escaping @Sendable (UInt64) -> Value,
        _ number: @escaping @Sendable (Value) -> Int64
    ) -> Self {
        Self(
            type: .varint, initial: zero, isDefault: { number($0) == 0 },
            write: { value, writer in writer.varint(UInt64(bitPattern: number(value))) },
            read: { reader, value throws(ProtobufError) in value = truncating(try reader.varint()) },
            writeJSON: { value, json, _ in
                if asString { json.string(String(number(value))) } else { json.number(number(value)) }
            },
            readJSON: { input, _, value throws(FieldError) in
                guard let integer = input.protobufInteger, let made = make(integer) else {
                    throw FieldError(.expected(expected))
                }
                value = made
            })
    }
}

extension Bool: ProtobufValue {
    package static var kind: ProtobufKind<Bool> {
        ProtobufKind(
            type: .varint, initial: false, isDefault: { !$0 },
            write: { value, writer in writer.varint(value ? 1 : 0) },
            read: { reader, value throws(ProtobufError) in value = try reader.varint() != 0 },
            writeJSON: { value, json, _ in json.bool(value) },
            readJSON: { input, _, value throws(FieldError) in
                guard case .bool(let bool) = input else { throw FieldError(.expected("true or false")) }
                value = bool
            })
    }
}

extension UInt32: ProtobufValue {
    package static var kind: ProtobufKind<UInt32> {
        .integer(
            "a whole number from 0 to 4294967295", 0, { UInt32(exactly: $0) },
            truncating: { UInt32(truncatingIfNeeded: $0) }, { Int64($0) })
    }
}

extension Int32: ProtobufValue {
    package static var kind: ProtobufKind<Int32> {
        .integer(
            "a whole number of 32 bits", 0, { Int32(exactly: $0) }, truncating: { Int32(truncatingIfNeeded: $0) },
            { Int64($0) })
    }
}

extension Int64: ProtobufValue {
    /// In JSON a string, because other readers hold numbers as floating point.
    package static var kind: ProtobufKind<Int64> {
        .integer(
            "a whole number of 64 bits", 0, asString: true, { $0 }, truncating: { Int64(bitPattern: $0) }, { $0 })
    }
}

/// A closed set of named numbers. Numbers from the wire that it does not have are skipped as unknown fields are.
package protocol ProtobufEnum: ProtobufValue, RawRepresentable<Int32>, CaseIterable, Hashable {
    /// The value 0.
    static var unset: Self { get }
    /// The name in JSON.
    var protobufName: String { get }
}

extension ProtobufEnum {
    package static var kind: ProtobufKind<Self> {
        ProtobufKind(
            type: .varint, initial: unset, isDefault: { $0 == unset },
            write: { value, writer in writer.varint(UInt64(bitPattern: Int64(value.rawValue))) },
            read: { reader, value throws(ProtobufError) in
                value = Self(rawValue: Int32(truncatingIfNeeded: try reader.varint())) ?? value
            },
            writeJSON: { value, json, _ in json.string(value.protobufName) },
            readJSON: { input, unknown, value throws(FieldError) in
                if let found = Self(json: input) {
                    value = found
                } else if input.isText || input.protobufInteger != nil {
                    guard unknown == .ignored else { throw FieldError(.unknownName(allCases.map(\.protobufName))) }
                } else {
                    throw FieldError(.expected("one of \(allCases.map(\.protobufName).joined(separator: ", "))"))
                }
            })
    }

    /// The value of that name.
    package init?(protobufName name: String) {
        guard let value = Self.allCases.first(where: { $0.protobufName == name }) else { return nil }
        self = value
    }

    private init?(json input: JSONValue) {
        if case .string(let name) = input, let value = Self(protobufName: name.text) {
            self = value
        } else if let number = input.protobufInteger.flatMap({ Int32(exactly: $0) }) {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }
}

extension JSONValue {
    /// A whole number, as a number or as a string, also in the form `3.0` or `1e3`.
    fileprivate var protobufInteger: Int64? {
        switch self {
        case .number(let text), .string(let text): Int64(text.text) ?? Double(text.text).flatMap { Int64(exactly: $0) }
        default: nil
        }
    }

    fileprivate var isText: Bool { if case .string = self { true } else { false } }
}
