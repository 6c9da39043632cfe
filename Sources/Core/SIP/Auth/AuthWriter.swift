/// Writes `Digest name="value", name=value`: a challenge or credentials (RFC 7616 §3.3, §3.4).
struct AuthWriter {
    private(set) var bytes = Array("Digest ".utf8)
    private var isFirst = true

    mutating func quoted(_ name: String, _ value: [UInt8]) {
        begin(name)
        bytes.append(UInt8(ascii: "\""))
        for byte in value {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            // A line end in a value from configuration must not begin a header field.
            bytes.append(byte == 0x0d || byte == 0x0a || byte == 0 ? 0x20 : byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func bare(_ name: String, _ value: [UInt8]) {
        begin(name)
        bytes += value
    }

    private mutating func begin(_ name: String) {
        if !isFirst { bytes += ", ".utf8 }
        isFirst = false
        bytes += name.utf8
        bytes.append(UInt8(ascii: "="))
    }
}
