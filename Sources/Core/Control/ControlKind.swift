/// How a value stands in the JSON of the control socket.
struct ControlKind<Value>: Sendable {
    let write: @Sendable (Value, inout JSONWriter) -> Void
    let read: @Sendable (JSONValue) throws(FieldError) -> Value
}

extension ControlKind where Value == String {
    static var text: Self {
        Self(write: { $1.string($0) }, read: { value throws(FieldError) in try value.controlText().text })
    }
}

extension ControlKind where Value == Bool {
    static var flag: Self {
        Self(
            write: { $1.bool($0) },
            read: { value throws(FieldError) in
                guard case .bool(let flag) = value else { throw FieldError(.expected("true or false")) }
                return flag
            })
    }
}

extension ControlKind where Value: FixedWidthInteger & Sendable {
    static var count: Self {
        Self(
            write: { $1.number($0) },
            read: { value throws(FieldError) in
                guard let count = value.integer.flatMap({ Value(exactly: $0) }) else {
                    throw FieldError(.expected("a whole number"))
                }
                return count
            })
    }
}

extension ControlKind where Value == Duration {
    /// RFC 3339 in UTC, of a time since 1970.
    static var time: Self {
        Self(
            write: { $1.string(timestampText($0)) },
            read: { value throws(FieldError) in
                guard let time = timestampValue(try value.controlText().text) else {
                    throw FieldError(.expected(#"a time such as "2026-01-31T12:00:00Z""#))
                }
                return time
            })
    }

    /// Milliseconds as a number, with nanoseconds after the point.
    static var milliseconds: Self {
        Self(
            write: { $1.number(Double($0.nanoseconds) / 1e6) },
            read: { value throws(FieldError) in
                guard case .number(let text) = value, let number = Double(text.text), number.magnitude < 1e12 else {
                    throw FieldError(.expected("milliseconds"))
                }
                return .nanoseconds(Int64((number * 1e6).rounded()))
            })
    }
}

extension ControlKind where Value == [String: String] {
    /// An object of strings, in the order of the keys.
    static var texts: Self {
        Self(
            write: { texts, json in
                json.beginObject()
                for (key, text) in texts.sorted(by: { $0.key < $1.key }) {
                    json.key(key.utf8)
                    json.string(text)
                }
                json.endObject()
            },
            read: { value throws(FieldError) in
                guard let members = value.members else { throw FieldError(.expected("an object")) }
                var texts: [String: String] = [:]
                for member in members { texts[member.key.text] = try member.value.controlText().text }
                return texts
            })
    }
}

extension ControlKind where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    static var word: Self {
        Self(
            write: { $1.string($0.rawValue) },
            read: { value throws(FieldError) in
                guard let word = Value(rawValue: try value.controlText().text) else {
                    throw FieldError(.unknownName(Value.allCases.map(\.rawValue)))
                }
                return word
            })
    }
}

extension ControlKind {
    /// A value that is written as a string.
    static func named(
        _ write: @escaping @Sendable (Value) -> [UInt8], _ read: @escaping @Sendable ([UInt8]) -> Value?,
        expected: String
    ) -> Self {
        Self(
            write: { $1.string(write($0)) },
            read: { json throws(FieldError) in
                guard let value = read(try json.controlText()) else { throw FieldError(.expected(expected)) }
                return value
            })
    }

    /// The same, or null.
    static func optional<Wrapped>(_ kind: ControlKind<Wrapped>) -> Self where Value == Wrapped? {
        Self(
            write: { value, json in
                if let value { kind.write(value, &json) } else { json.null() }
            },
            read: { value throws(FieldError) in value == .null ? nil : try kind.read(value) })
    }

    /// A list of objects.
    static func list<Object: ControlObject>() -> Self where Value == [Object] {
        Self(
            write: { objects, json in
                json.beginArray()
                for object in objects { object.write(to: &json) }
                json.endArray()
            },
            read: { value throws(FieldError) in
                guard let elements = value.elements else { throw FieldError(.expected("a list")) }
                return try elements.enumerated().map { index, element throws(FieldError) in
                    do throws(FieldError) { return try Object(reading: element) } catch {
                        throw error.inside("[\(index)]")
                    }
                }
            })
    }
}

extension JSONValue {
    /// The bytes of a string, also of one that is not UTF-8.
    fileprivate func controlText() throws(FieldError) -> [UInt8] {
        guard let bytes else { throw FieldError(.expected("a string")) }
        return bytes
    }
}
