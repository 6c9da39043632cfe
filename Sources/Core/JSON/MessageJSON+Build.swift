extension MessageJSON {
    /// Why no message could be built: which field, and what is wrong with it.
    package struct BuildError: Error, Hashable, Sendable {
        package enum Problem: Hashable, Sendable {
            /// The text is not JSON; the offset of the byte.
            case notJSON(Int)
            case missing
            case malformed
        }

        /// The path of the member, such as `headers[2].value.uri.host`.
        package var field: String
        package var problem: Problem

        package init(field: String, problem: Problem) { (self.field, self.problem) = (field, problem) }

        /// One sentence for a person.
        package var sentence: String {
            switch problem {
            case .notJSON(let offset): "the line is not JSON (byte \(offset))"
            case .missing: "\(field) is missing"
            case .malformed: "\(field) does not have the form that docs/json.md gives"
            }
        }
    }

    /// The bytes of the message that a JSON object describes, in canonical form. `valid`, `faults` and `offset` are not read,
    /// and neither is Content-Length: it follows from the body.
    package static func build(from json: [UInt8]) throws(BuildError) -> [UInt8] {
        let object: JSONValue
        do throws(JSONValue.Malformed) {
            object = try JSONValue(parsing: json)
        } catch {
            throw BuildError(field: "", problem: .notJSON(error.offset))
        }
        var writer = MessageWriter()
        try writeStartLine(object, to: &writer)
        for (index, header) in (object["headers"]?.elements ?? []).enumerated() {
            try write(header, at: "headers[\(index)]", to: &writer)
        }
        writer.body(try object["body"].map { body throws(BuildError) in try bytes(of: body, at: "body") } ?? [])
        return writer.bytes
    }

    private static func writeStartLine(_ object: JSONValue, to writer: inout MessageWriter) throws(BuildError) {
        if object["method"] != nil {
            let method = try bytes(of: try member("method", of: object), at: "method")
            guard !method.isEmpty, method.allSatisfy({ $0.isIn(.token) }) else {
                throw BuildError(field: "method", problem: .malformed)
            }
            writer.request(Method(method), try uri(try member("request_uri", of: object), at: "request_uri"))
        } else {
            guard let status = try member("status", of: object).integer, (100...699).contains(status) else {
                throw BuildError(field: "status", problem: .malformed)
            }
            if let reason = object["reason"] {
                writer.response(status, phrase: try bytes(of: reason, at: "reason"))
            } else {
                writer.response(status)
            }
        }
    }

    private static func write(
        _ header: JSONValue, at path: String, to writer: inout MessageWriter
    ) throws(BuildError) {
        let written = try bytes(of: try member("name", of: header, at: path), at: "\(path).name")
        guard !written.isEmpty, written.allSatisfy({ $0.isIn(.token) }) else {
            throw BuildError(field: "\(path).name", problem: .malformed)
        }
        let name = HeaderName(written)
        if name == .contentLength { return }
        let value = try value(of: header, name, at: path)
        if name == .other { writer.header(named: written, value) } else { writer.header(name, value) }
    }

    /// The value from `values`, `value` or `text`, whichever is there; a string in place of a shape stands for itself.
    private static func value(
        of header: JSONValue, _ name: HeaderName, at path: String
    ) throws(BuildError) -> [UInt8] {
        let shape = HeaderShape(of: name)
        if let values = header["values"] {
            guard let elements = values.elements else { throw BuildError(field: "\(path).values", problem: .malformed) }
            var out: [UInt8] = []
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(", ") }
                out += try bytes(of: element, as: shape, name, at: "\(path).values[\(index)]")
            }
            return out
        }
        if let value = header["value"] { return try bytes(of: value, as: shape, name, at: "\(path).value") }
        return try bytes(of: try member("text", of: header, at: path), at: "\(path).text")
    }

    // MARK: - What every shape needs

    static func member(_ key: StaticString, of object: JSONValue, at path: String = "") throws(BuildError) -> JSONValue
    {
        guard let value = object[key] else { throw BuildError(field: join(path, key), problem: .missing) }
        return value
    }

    static func bytes(of value: JSONValue, at path: String) throws(BuildError) -> [UInt8] {
        guard let bytes = value.bytes else { throw BuildError(field: path, problem: .malformed) }
        return bytes
    }

    static func integer(
        _ key: StaticString, of object: JSONValue, at path: String, atMost limit: Int
    ) throws(BuildError) -> Int {
        guard let number = try member(key, of: object, at: path).integer, (0...limit).contains(number) else {
            throw BuildError(field: join(path, key), problem: .malformed)
        }
        return number
    }

    static func join(_ path: String, _ key: StaticString) -> String { path.isEmpty ? "\(key)" : "\(path).\(key)" }
}
