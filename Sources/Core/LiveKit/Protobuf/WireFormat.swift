/// How the bytes after a tag are laid out (protobuf encoding, "Message Structure").
package enum WireType: UInt8, Sendable {
    case varint = 0
    case fixed64 = 1
    /// A length and that many bytes: text, messages, packed lists.
    case delimited = 2
    case groupStart = 3
    case groupEnd = 4
    case fixed32 = 5
}

/// Why bytes are not a message, and at which byte.
package struct ProtobufError: Error, Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        /// The bytes end within a field.
        case truncated
        /// A number of more than ten bytes.
        case varintTooLong
        /// Field number 0 or above 2^29 − 1, an unknown wire type, or the end of a group that never began.
        case badTag
        /// Text that is not UTF-8.
        case notUTF8
        /// Groups in groups, beyond `ProtobufReader.maximumDepth`.
        case tooDeep
        /// A Duration or Timestamp beyond what the standard allows.
        case timeOutOfRange
    }

    package var reason: Reason
    package var offset: Int

    package init(_ reason: Reason, offset: Int) { (self.reason, self.offset) = (reason, offset) }
}

/// Writes protobuf's binary format.
package struct ProtobufWriter: Sendable {
    /// What has been written so far.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    mutating func tag(_ number: UInt32, _ type: WireType) { varint(UInt64(number) << 3 | UInt64(type.rawValue)) }

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func delimited(_ content: some Collection<UInt8>) {
        varint(UInt64(content.count))
        bytes += content
    }
}
