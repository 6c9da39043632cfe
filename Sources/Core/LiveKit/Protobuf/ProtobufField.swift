/// One row of a message's table.
package struct ProtobufField<Message>: Sendable {
    let number: UInt32
    /// The name of the schema, in snake_case.
    let name: String
    /// The same in lowerCamelCase.
    let jsonName: String
    /// The oneof that the field belongs to.
    let oneof: String?
    fileprivate let type: WireType
    fileprivate let isList: Bool
    let write: @Sendable (Message, inout ProtobufWriter) -> Void
    let read: @Sendable (inout ProtobufReader, WireType, inout Message) throws(ProtobufError) -> Void
    /// Writes key and value, or nothing.
    let writeJSON: @Sendable (Message, inout JSONWriter, JSONForm) -> Void
    let readJSON: @Sendable (JSONValue, UnknownFields, inout Message) throws(FieldError) -> Void

    /// Whether the field can be read from that wire type. Lists of numbers come packed or one by one.
    func accepts(_ type: WireType) -> Bool { type == self.type || isList && type == .delimited }

    fileprivate init(
        _ number: UInt32, _ name: String, oneof: String? = nil, _ type: WireType, isList: Bool = false,
        write: @escaping @Sendable (Message, inout ProtobufWriter) -> Void,
        read: @escaping @Sendable (inout ProtobufReader, WireType, inout Message) throws(ProtobufError) -> Void,
        writeJSON: @escaping @Sendable (Message, inout JSONWriter, JSONForm) -> Void,
        readJSON: @escaping @Sendable (JSONValue, UnknownFields, inout Message) throws(FieldError) -> Void
    ) {
        (self.number, self.name, self.oneof, self.type, self.isList) = (number, name, oneof, type, isList)
        (self.write, self.read, self.writeJSON, self.readJSON) = (write, read, writeJSON, readJSON)
        jsonName = Self.lowerCamelCase(name)
    }

    private static func lowerCamelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        return words.dropFirst().reduce(String(words.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }
}

extension ProtobufField {
    /// A path that a table, which is shared by all, may hold.
    package typealias Path<Value> = any WritableKeyPath<Message, Value> & Sendable

    /// A field without presence: its default value is as good as none.
    package static func field<V: ProtobufValue>(_ number: UInt32, _ name: String, _ path: Path<V>) -> Self {
        let kind = V.kind
        return Self(
            number, name, kind.type,
            write: { message, writer in
                let value = message[keyPath: path]
                guard !kind.isDefault(value) else { return }
                writer.tag(number, kind.type)
                kind.write(value, &writer)
            },
            read: { reader, _, message throws(ProtobufError) in try kind.read(&reader, &message[keyPath: path]) },
            writeJSON: { message, json, form in
                let value = message[keyPath: path]
                guard form == .full || !kind.isDefault(value) else { return }
                json.key(name.utf8)
                kind.writeJSON(value, &json, form)
            },
            readJSON: { input, unknown, message throws(FieldError) in
                try kind.readJSON(input, unknown, &message[keyPath: path])
            })
    }

    /// A field with presence that JSON leaves out when it is not set: an `optional` one or a member of a oneof.
    package static func optional<V: ProtobufValue>(
        _ number: UInt32, _ name: String, _ path: Path<V?>, of oneof: String? = nil
    ) -> Self {
        present(number, name, path, V.kind, oneof, nullWhenUnset: false)
    }

    /// A message, which in JSON is null when it is not set.
    package static func message<V: ProtobufValue>(_ number: UInt32, _ name: String, _ path: Path<V?>) -> Self {
        present(number, name, path, V.kind, nil, nullWhenUnset: true)
    }

    /// A Timestamp: the time since 1970; null when it is not set.
    package static func timestamp(_ number: UInt32, _ name: String, _ path: Path<Duration?>) -> Self {
        present(number, name, path, .timestamp, nil, nullWhenUnset: true)
    }

    private static func present<V>(
        _ number: UInt32, _ name: String, _ path: Path<V?>, _ kind: ProtobufKind<V>, _ oneof: String?,
        nullWhenUnset: Bool
    ) -> Self {
        Self(
            number, name, oneof: oneof, kind.type,
            write: { message, writer in
                guard let value = message[keyPath: path] else { return }
                writer.tag(number, kind.type)
                kind.write(value, &writer)
            },
            read: { reader, _, message throws(ProtobufError) in
                var value = message[keyPath: path] ?? kind.initial
                try kind.read(&reader, &value)
                message[keyPath: path] = value
            },
            writeJSON: { message, json, form in
                let value = message[keyPath: path]
                guard value != nil || nullWhenUnset && form == .full else { return }
                json.key(name.utf8)
                if let value { kind.writeJSON(value, &json, form) } else { json.null() }
            },
            readJSON: { input, unknown, message throws(FieldError) in
                var value = message[keyPath: path] ?? kind.initial
                try kind.readJSON(input, unknown, &value)
                message[keyPath: path] = value
            })
    }

    /// A `repeated` field. Numbers are written packed.
    package static func list<V: ProtobufValue>(_ number: UInt32, _ name: String, _ path: Path<[V]>) -> Self {
        let kind = V.kind
        return Self(
            number, name, kind.type, isList: true,
            write: { message, writer in
                let values = message[keyPath: path]
                guard kind.type == .varint, !values.isEmpty else {
                    for value in values {
                        writer.tag(number, kind.type)
                        kind.write(value, &writer)
                    }
                    return
                }
                var packed = ProtobufWriter()
                for value in values { kind.write(value, &packed) }
                writer.tag(number, .delimited)
                writer.delimited(packed.bytes)
            },
            read: { reader, type, message throws(ProtobufError) in
                guard type == .delimited, kind.type != .delimited else {
                    message[keyPath: path].append(try kind.readNew(&reader))
                    return
                }
                try reader.part { part throws(ProtobufError) in
                    while !part.isAtEnd { message[keyPath: path].append(try kind.readNew(&part)) }
                }
            },
            writeJSON: { message, json, form in
                let values = message[keyPath: path]
                guard form == .full || !values.isEmpty else { return }
                json.key(name.utf8)
                json.beginArray()
                for value in values { kind.writeJSON(value, &json, form) }
                json.endArray()
            },
            readJSON: { input, unknown, message throws(FieldError) in
                guard case .array(let elements) = input else { throw FieldError(.expected("a list")) }
                for (index, element) in elements.enumerated() {
                    var value = kind.initial
                    do throws(FieldError) { try kind.readJSON(element, unknown, &value) } catch {
                        throw error.inside("[\(index)]")
                    }
                    message[keyPath: path].append(value)
                }
            })
    }

    /// A `map<string, string>`.
    package static func map(_ number: UInt32, _ name: String, _ path: Path<[String: String]>) -> Self {
        Self(
            number, name, .delimited,
            write: { message, writer in
                for (key, value) in message[keyPath: path].sorted(by: { $0.key < $1.key }) {
                    writer.tag(number, .delimited)
                    writer.delimited(MapEntry(key: key, value: value).protobuf)
                }
            },
            read: { reader, _, message throws(ProtobufError) in
                let entry = try MapEntry.kind.readNew(&reader)
                message[keyPath: path][entry.key] = entry.value
            },
            writeJSON: { message, json, form in
                let values = message[keyPath: path]
                guard form == .full || !values.isEmpty else { return }
                json.key(name.utf8)
                json.beginObject()
                for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                    json.key(key.utf8)
                    json.string(value)
                }
                json.endObject()
            },
            readJSON: { input, unknown, message throws(FieldError) in
                guard case .object(let members) = input else { throw FieldError(.expected("an object of strings")) }
                for member in members {
                    let key = member.key.text
                    var value = ""
                    do throws(FieldError) { try String.kind.readJSON(member.value, unknown, &value) } catch {
                        throw error.inside(key)
                    }
                    let previous = message[keyPath: path].updateValue(value, forKey: key)
                    guard previous == nil else { throw FieldError(.repeated, at: key) }
                }
            })
    }
}

extension ProtobufField {
    /// A message that is kept as it came on the wire, because nothing here reads it; JSON does not have it.
    package static func opaque(_ number: UInt32, _ name: String, _ path: Path<[UInt8]?>) -> Self {
        Self(
            number, name, .delimited,
            write: { message, writer in
                guard let bytes = message[keyPath: path] else { return }
                writer.tag(number, .delimited)
                writer.delimited(bytes)
            },
            // Two messages one after the other are one, merged.
            read: { reader, _, message throws(ProtobufError) in
                message[keyPath: path] = (message[keyPath: path] ?? []) + (try reader.delimited())
            },
            writeJSON: { _, _, _ in },
            readJSON: { _, unknown, _ throws(FieldError) in
                if unknown == .refused {
                    throw FieldError(.expected("nothing: this can be set only on the media server"))
                }
            })
    }
}

/// How an entry of a map stands on the wire.
private struct MapEntry: ProtobufMessage {
    var key = ""
    var value = ""

    static let schema = MessageSchema<Self>([.field(1, "key", \.key), .field(2, "value", \.value)])
}
