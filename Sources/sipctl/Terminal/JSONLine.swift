/// One JSON object on one line. Members stay in the order of writing; names are snake_case, units are in the names.
struct JSONLine {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

    mutating func field(_ name: StaticString, _ value: String?) {
        begin(name)
        if let value { quote(value) } else { bytes += "null".utf8 }
    }

    mutating func field(_ name: StaticString, _ value: Int?) { literal(name, value.map(String.init)) }

    mutating func field(_ name: StaticString, _ value: Bool?) { literal(name, value.map(String.init)) }

    /// Not a number and infinity, which JSON lacks, become null.
    mutating func field(_ name: StaticString, _ value: Double?) {
        literal(name, value.flatMap { $0.isFinite ? String($0) : nil })
    }

    mutating func field(_ name: StaticString, _ values: [String]) {
        begin(name)
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            quote(value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// A member that is an object itself.
    mutating func object(_ name: StaticString, _ fill: (inout JSONLine) -> Void) {
        begin(name)
        var inner = JSONLine()
        fill(&inner)
        bytes += inner.closed
    }

    /// The whole object, without a line end.
    var closed: [UInt8] { bytes + [UInt8(ascii: "}")] }

    private mutating func literal(_ name: StaticString, _ text: String?) {
        begin(name)
        bytes += (text ?? "null").utf8
    }

    private mutating func begin(_ name: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        quote("\(name)")
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0a: bytes += #"\n"#.utf8
            case 0x0d: bytes += #"\r"#.utf8
            case 0x09: bytes += #"\t"#.utf8
            case 0..<0x20: bytes += ((byte < 0x10 ? #"\u000"# : #"\u00"#) + String(byte, radix: 16)).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
