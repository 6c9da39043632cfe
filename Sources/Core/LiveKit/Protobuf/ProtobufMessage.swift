/// A message of the LiveKit API. Its table of fields is all that there is to say: binary and JSON, both ways, follow from it.
///
/// Unknown fields are skipped and not kept. Of a field that comes twice the last counts; messages are merged. Maps are
/// written in the order of their keys, so that equal messages have equal bytes.
package protocol ProtobufMessage: ProtobufValue {
    static var schema: MessageSchema<Self> { get }
    init()
}

/// The table of a message.
package struct MessageSchema<Message>: Sendable {
    /// In the order of reading and of writing JSON.
    let fields: [ProtobufField<Message>]

    package init(_ fields: [ProtobufField<Message>]) { self.fields = fields }

    /// The names of the fields as the schema spells them.
    package var names: [String] { fields.map(\.name) }
}

extension ProtobufMessage {
    /// Reads the binary format.
    package init(protobuf bytes: some Collection<UInt8>) throws(ProtobufError) {
        self.init()
        var reader = ProtobufReader(Array(bytes))
        try merge(&reader)
    }

    /// The binary format.
    package var protobuf: [UInt8] {
        var writer = ProtobufWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Reads JSON; names in snake_case and lowerCamelCase.
    package init(json text: [UInt8], unknownFields: UnknownFields = .ignored) throws(FieldError) {
        let value: JSONValue
        do throws(JSONValue.Malformed) { value = try JSONValue(parsing: text) } catch {
            throw FieldError(.notJSON(error.offset))
        }
        try self.init(json: value, unknownFields: unknownFields)
    }

    /// Reads JSON that has been parsed.
    package init(json value: JSONValue, unknownFields: UnknownFields = .ignored) throws(FieldError) {
        self.init()
        try merge(value, unknownFields)
    }

    /// JSON with names in snake_case.
    package func json(_ form: JSONForm = .full) -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer, form)
        return writer.bytes
    }

    /// Writes one JSON object.
    package func write(to json: inout JSONWriter, _ form: JSONForm = .full) {
        json.beginObject()
        for field in Self.schema.fields { field.writeJSON(self, &json, form) }
        json.endObject()
    }

    package static var kind: ProtobufKind<Self> {
        ProtobufKind(
            type: .delimited, initial: Self(), isDefault: { $0.protobuf.isEmpty },
            write: { value, writer in writer.delimited(value.protobuf) },
            read: { reader, value throws(ProtobufError) in
                try reader.part { reader throws(ProtobufError) in try value.merge(&reader) }
            },
            writeJSON: { value, json, form in value.write(to: &json, form) },
            readJSON: { input, unknown, value throws(FieldError) in try value.merge(input, unknown) })
    }
}

extension ProtobufMessage {
    private func write(to writer: inout ProtobufWriter) {
        for field in Self.schema.fields { field.write(self, &writer) }
    }

    private mutating func merge(_ reader: inout ProtobufReader) throws(ProtobufError) {
        let fields = Self.schema.fields
        while !reader.isAtEnd {
            let (number, type) = try reader.tag()
            if let field = fields.first(where: { $0.number == number }), field.accepts(type) {
                try field.read(&reader, type, &self)
            } else {
                try reader.skip(type, number: number)
            }
        }
    }

    private mutating func merge(_ input: JSONValue, _ unknown: UnknownFields) throws(FieldError) {
        guard case .object(let members) = input else { throw FieldError(.expected("an object")) }
        let fields = Self.schema.fields
        var values = [JSONValue?](repeating: nil, count: fields.count)
        for member in members {
            let name = member.key.text
            if let index = fields.firstIndex(where: { $0.name == name || $0.jsonName == name }) {
                guard values[index] == nil else { throw FieldError(.repeated, at: name) }
                values[index] = member.value
            } else if unknown == .refused {
                throw FieldError(.unknownField(fields.map(\.name)), at: name)
            }
        }
        var chosen: [String: String] = [:]
        for (field, value) in zip(fields, values) {
            guard let value, value != .null else { continue }
            if let oneof = field.oneof {
                if let other = chosen[oneof] { throw FieldError(.excludes(other), at: field.name) }
                chosen[oneof] = field.name
            }
            do throws(FieldError) { try field.readJSON(value, unknown, &self) } catch {
                throw error.inside(field.name)
            }
        }
    }
}
