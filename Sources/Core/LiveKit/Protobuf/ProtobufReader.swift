/// Reads protobuf's binary format. Never traps: whatever the bytes are, each call returns or throws, and the work is bounded
/// by their number.
package struct ProtobufReader {
    /// How deeply messages and groups may be nested.
    package static let maximumDepth = 32

    private let bytes: [UInt8]
    /// The offset of the next byte.
    private(set) var index = 0
    private var end: Int
    private var depth = 0

    init(_ bytes: [UInt8]) { (self.bytes, end) = (bytes, bytes.count) }

    /// Whether the message, or the part of it that is being read, has ended.
    var isAtEnd: Bool { index >= end }

    func error(_ reason: ProtobufError.Reason) -> ProtobufError { ProtobufError(reason, offset: index) }

    /// The number and type of the next field.
    mutating func tag() throws(ProtobufError) -> (number: UInt32, type: WireType) {
        let start = index
        let value = try varint()
        guard let number = UInt32(exactly: value >> 3), (1..<1 << 29).contains(number),
            let type = WireType(rawValue: UInt8(truncatingIfNeeded: value & 7))
        else { throw ProtobufError(.badTag, offset: start) }
        return (number, type)
    }

    mutating func varint() throws(ProtobufError) -> UInt64 {
        var (value, shift) = (UInt64(0), UInt64(0))
        while index < end {
            let byte = bytes[index]
            index += 1
            // What goes beyond 64 bits is dropped, as every implementation does.
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 70 else { throw error(.varintTooLong) }
        }
        throw error(.truncated)
    }

    /// The bytes of a field of type `delimited`.
    mutating func delimited() throws(ProtobufError) -> ArraySlice<UInt8> {
        let range = try extent()
        index = range.upperBound
        return bytes[range]
    }

    /// Reads a field of type `delimited` as a part of its own: within `read` the end is that of the part.
    mutating func part(_ read: (inout Self) throws(ProtobufError) -> Void) throws(ProtobufError) {
        let range = try extent()
        guard depth < Self.maximumDepth else { throw error(.tooDeep) }
        let outer = end
        (depth, end) = (depth + 1, range.upperBound)
        try read(&self)
        (depth, end, index) = (depth - 1, outer, range.upperBound)
    }

    /// Leaves out the value of a field that nobody asked for.
    mutating func skip(_ type: WireType, number: UInt32) throws(ProtobufError) {
        switch type {
        case .varint: _ = try varint()
        case .fixed64: try skip(8)
        case .fixed32: try skip(4)
        case .delimited: index = try extent().upperBound
        case .groupStart: try skipGroup(number)
        case .groupEnd: throw error(.badTag)
        }
    }

    private mutating func skip(_ count: Int) throws(ProtobufError) {
        guard count <= end - index else { throw error(.truncated) }
        index += count
    }

    private mutating func skipGroup(_ number: UInt32) throws(ProtobufError) {
        guard depth < Self.maximumDepth else { throw error(.tooDeep) }
        depth += 1
        while true {
            let (inner, type) = try tag()
            if type == .groupEnd, inner == number { break }
            try skip(type, number: inner)
        }
        depth -= 1
    }

    private mutating func extent() throws(ProtobufError) -> Range<Int> {
        let length = try varint()
        guard let count = Int(exactly: length), count <= end - index else { throw error(.truncated) }
        return index..<index + count
    }
}
