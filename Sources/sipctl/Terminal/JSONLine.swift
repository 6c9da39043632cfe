internal import Core

/// One JSON object on one line. Members stay in the order of writing; names are snake_case, units are in the names.
struct JSONLine {
    private var writer = JSONWriter()

    init() { writer.beginObject() }

    mutating func field(_ name: StaticString, _ value: String?) {
        writer.key(name)
        if let value { writer.string(value) } else { writer.null() }
    }

    mutating func field(_ name: StaticString, _ value: Int?) {
        writer.key(name)
        if let value { writer.number(value) } else { writer.null() }
    }

    mutating func field(_ name: StaticString, _ value: Bool?) {
        writer.key(name)
        if let value { writer.bool(value) } else { writer.null() }
    }

    /// Not a number and infinity, which JSON lacks, become null.
    mutating func field(_ name: StaticString, _ value: Double?) {
        writer.key(name)
        if let value { writer.number(value) } else { writer.null() }
    }

    mutating func field(_ name: StaticString, _ values: [String]) {
        writer.key(name)
        writer.beginArray()
        for value in values { writer.string(value) }
        writer.endArray()
    }

    /// A member that is an object itself.
    mutating func object(_ name: StaticString, _ fill: (inout JSONLine) -> Void) {
        writer.key(name)
        writer.beginObject()
        fill(&self)
        writer.endObject()
    }

    /// A member of any shape: `write` writes exactly one value.
    mutating func field(_ name: StaticString, write: (inout JSONWriter) -> Void) {
        writer.key(name)
        write(&writer)
    }

    /// The whole object, without a line end.
    var closed: [UInt8] { writer.bytes + [UInt8(ascii: "}")] }
}
