/// Splits `scheme name=value, name="value", scheme …` (RFC 3261 §25.1 challenge, RFC 9110 §11.3). It never fails: what does not
/// fit is passed over.
struct AuthScanner {
    struct Challenge {
        var scheme: [UInt8]
        var parameters: [(name: ArraySlice<UInt8>, value: [UInt8])] = []

        /// The value of the first parameter of this name, whatever its case.
        subscript(name: String) -> [UInt8]? { parameters.first { $0.name.equalsIgnoringCase(name.utf8) }?.value }
    }

    private static let maximumChallenges = 16
    private static let maximumParameters = 32

    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func challenges() -> [Challenge] {
        var found: [Challenge] = []
        while true {
            skip { isSpace($0) || $0 == UInt8(ascii: ",") }
            guard index < bytes.count else { return found }
            let name = take(while: isToken)
            guard !name.isEmpty else {
                index += 1
                continue
            }
            skip(isSpace)
            if index < bytes.count, bytes[index] == UInt8(ascii: "=") {
                index += 1
                skip(isSpace)
                let value = value()
                guard let last = found.indices.last, found[last].parameters.count < Self.maximumParameters else {
                    continue
                }
                found[last].parameters.append((name, value))
            } else {
                guard found.count < Self.maximumChallenges else { return found }
                found.append(Challenge(scheme: Array(name)))
            }
        }
    }

    /// A quoted string without quotes and escapes, or what stands before the next comma or space.
    private mutating func value() -> [UInt8] {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
            return Array(take { !isSpace($0) && $0 != UInt8(ascii: ",") })
        }
        index += 1
        var value: [UInt8] = []
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
            value.append(bytes[index])
            index += 1
        }
        index += 1
        return value
    }

    private mutating func take(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = min(index, bytes.count)
        index = start
        while index < bytes.count, condition(bytes[index]) { index += 1 }
        return bytes[start..<index]
    }

    private mutating func skip(_ condition: (UInt8) -> Bool) { _ = take(while: condition) }
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a }

/// RFC 3261 §25.1 token.
private func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: "-.!%*_+`'~".utf8.contains(byte)
    }
}
