/// Something that the control socket shows as a JSON object. Its table of fields is all that there is to say: writing and reading
/// follow from it (docs/control-socket.md).
package protocol ControlObject: Sendable {
    static var fields: [ControlField<Self>] { get }
    /// What an object is before its fields are read: a field that is missing keeps this value.
    static var blank: Self { get }
    /// The member that holds a list of them: `calls`.
    static var listName: StaticString { get }
}

/// One member of an object.
package struct ControlField<Object>: Sendable {
    let name: StaticString
    let write: @Sendable (Object, inout JSONWriter) -> Void
    let read: @Sendable (JSONValue, inout Object) throws(FieldError) -> Void

    init<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Object, Value> & Sendable, _ kind: ControlKind<Value>
    ) {
        self.name = name
        write = { kind.write($0[keyPath: path], &$1) }
        read = { value, object throws(FieldError) in object[keyPath: path] = try kind.read(value) }
    }
}

extension ControlObject {
    /// The object as JSON, without a line end.
    package var json: [UInt8] {
        var json = JSONWriter()
        write(to: &json)
        return json.bytes
    }

    /// The object on a line of its own (JSON Lines).
    package var jsonLine: [UInt8] { json + [0x0a] }

    /// Reads an object. Members that are not known are skipped: a newer server may have more.
    package init(json text: [UInt8]) throws(FieldError) {
        try self.init(reading: JSONValue(controlText: text))
    }

    /// The answer to a request for a list: `{"calls":[…]}`.
    package static func listJSON(_ objects: [Self]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        writeList(objects, to: &json)
        json.endObject()
        return json.bytes
    }

    /// Reads the answer to a request for a list.
    package static func list(json text: [UInt8]) throws(FieldError) -> [Self] {
        try list(reading: JSONValue(controlText: text))
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        for field in Self.fields {
            json.key(field.name)
            field.write(self, &json)
        }
        json.endObject()
    }

    static func writeList(_ objects: [Self], to json: inout JSONWriter) {
        json.key(listName)
        json.beginArray()
        for object in objects { object.write(to: &json) }
        json.endArray()
    }

    init(reading value: JSONValue) throws(FieldError) {
        guard value.members != nil else { throw FieldError(.expected("an object")) }
        self = Self.blank
        for field in Self.fields {
            guard let member = value.member(field.name) else { continue }
            do throws(FieldError) { try field.read(member, &self) } catch { throw error.inside("\(field.name)") }
        }
    }

    static func list(reading value: JSONValue) throws(FieldError) -> [Self] {
        guard let elements = value[listName]?.elements else { throw FieldError(.expected("a list"), at: "\(listName)") }
        return try elements.enumerated().map { index, element throws(FieldError) in
            do throws(FieldError) { return try Self(reading: element) } catch {
                throw error.inside("\(listName)[\(index)]")
            }
        }
    }
}

extension JSONValue {
    /// Reads the body of a request or an answer.
    init(controlText text: [UInt8]) throws(FieldError) {
        do throws(Malformed) { try self.init(parsing: text) } catch { throw FieldError(.notJSON(error.offset)) }
    }

    /// The value of the first member with this key, null included.
    fileprivate func member(_ key: StaticString) -> JSONValue? {
        let name = Array("\(key)".utf8)
        return members?.first { $0.key == name }?.value
    }
}
