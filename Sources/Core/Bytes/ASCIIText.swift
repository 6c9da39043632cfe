/// Comparison with and writing of ASCII text, without `String`.
extension Collection<UInt8> {
    /// Whether the bytes spell `text`, ignoring the case of ASCII letters (RFC 3261 §7.3.1).
    package func equalsIgnoringCase(_ text: StaticString) -> Bool {
        text.withUTF8Bytes { other in
            guard count == other.count else { return false }
            var index = 0
            for byte in self {
                guard byte.lowercased == other[index].lowercased else { return false }
                index += 1
            }
            return true
        }
    }

    /// Whether two byte strings are equal, ignoring the case of ASCII letters.
    package func equalsIgnoringCase(_ other: some Collection<UInt8>) -> Bool {
        count == other.count && zip(self, other).allSatisfy { $0.lowercased == $1.lowercased }
    }

    /// The bytes with ASCII letters in lower case.
    package var lowercasedBytes: [UInt8] { map(\.lowercased) }

    /// The value of the bytes as decimal digits; nil when there is none, another byte, or a value above `limit`.
    package func decimalValue(atMost limit: UInt64 = UInt64(UInt32.max)) -> UInt64? {
        guard !isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in self {
            guard byte.isIn(.digit) else { return nil }
            value = value &* 10 &+ UInt64(byte &- 0x30)
            guard value <= limit else { return nil }
        }
        return value
    }

    /// The text for a person: bytes that are not UTF-8 become U+FFFD.
    package var text: String { String(decoding: self, as: UTF8.self) }
}

extension ArraySlice<UInt8> {
    /// Whether the bytes spell `text`.
    package func equals(_ text: StaticString) -> Bool {
        text.withUTF8Bytes { other in
            guard count == other.count else { return false }
            for offset in other.indices where self[startIndex &+ offset] != other[offset] { return false }
            return true
        }
    }
}

extension [UInt8] {
    /// Appends an address as `IPAddress.description` writes it.
    package mutating func append(_ ip: IPAddress) {
        guard let bits = ip.v4Bits else { return append(contentsOf: "\(ip)".utf8) }
        for shift in [24, 16, 8, 0] as [UInt32] {
            append(decimal: bits >> shift & 255)
            if shift > 0 { append(UInt8(ascii: ".")) }
        }
    }

    /// Appends a number in decimal digits.
    package mutating func append(decimal value: some BinaryInteger) {
        var rest = UInt64(truncatingIfNeeded: value.magnitude)
        if value < 0 { append(0x2d) }
        let first = count
        repeat {
            append(0x30 &+ UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        self[first...].reverse()
    }
}
