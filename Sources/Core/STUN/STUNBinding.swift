/// The Binding method of STUN (RFC 8489): asks a server which address our packets come from.
package enum STUNBinding {
    /// Why a datagram is no answer that can be used.
    package enum Fault: Error, Hashable, Sendable {
        /// It is no STUN message, or not the answer to this request: it is to be ignored (§6.3.4).
        case foreign
        /// The server refuses, with the code of its ERROR-CODE (§14.8); 0 where it gives none.
        case refused(Int)
        /// It names no address.
        case noAddress
    }

    /// Bytes of a transaction id.
    package static let idSize = 12

    private static let cookie: UInt32 = 0x2112_a442
    private enum Attribute {
        static let mappedAddress = 0x0001
        static let errorCode = 0x0009
        static let xorMappedAddress = 0x0020
    }

    /// A request with a transaction id of `idSize` random bytes (§5, §6.1). It has no attributes, as §12 allows.
    package static func request(id: [UInt8]) -> [UInt8] {
        precondition(id.count == idSize, "a transaction id has 12 bytes")
        return [0x00, 0x01, 0x00, 0x00] + bytes(cookie) + id
    }

    /// The address in the answer to the request of `id`.
    package static func answer(_ datagram: [UInt8], to id: [UInt8]) throws(Fault) -> SocketAddress {
        guard datagram.count >= 20, Array(datagram[4..<8]) == bytes(cookie), Array(datagram[8..<20]) == id,
            number(datagram[2..<4]) == datagram.count - 20
        else { throw .foreign }
        let attributes = attributes(datagram[20...])
        switch number(datagram[0..<2]) {
        case 0x0101: break
        case 0x0111:
            let code = attributes.first { $0.type == Attribute.errorCode }?.value
            guard let code, code.count >= 4 else { throw .refused(0) }
            throw .refused(Int(code[code.startIndex + 2] & 7) * 100 + Int(code[code.startIndex + 3]))
        default: throw .foreign
        }
        if let value = attributes.first(where: { $0.type == Attribute.xorMappedAddress })?.value,
            let address = address(value, mask: bytes(cookie) + id)
        {
            return address
        }
        // Servers of RFC 3489 know no other.
        if let value = attributes.first(where: { $0.type == Attribute.mappedAddress })?.value,
            let address = address(value, mask: Array(repeating: 0, count: 16))
        {
            return address
        }
        throw .noAddress
    }

    /// Type and value of each attribute (§14); what is cut short ends the list.
    private static func attributes(_ bytes: ArraySlice<UInt8>) -> [(type: Int, value: ArraySlice<UInt8>)] {
        var rest = bytes
        var result: [(type: Int, value: ArraySlice<UInt8>)] = []
        while rest.count >= 4 {
            let type = number(rest.prefix(2))
            let length = number(rest.dropFirst(2).prefix(2))
            rest = rest.dropFirst(4)
            guard rest.count >= length else { break }
            result.append((type, rest.prefix(length)))
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return result
    }

    /// MAPPED-ADDRESS, or XOR-MAPPED-ADDRESS with the mask that hides it (§14.1, §14.2).
    private static func address(_ value: ArraySlice<UInt8>, mask: [UInt8]) -> SocketAddress? {
        let bytes = Array(value)
        guard bytes.count == 8 && bytes[1] == 1 || bytes.count == 20 && bytes[1] == 2 else { return nil }
        let port = UInt16(truncatingIfNeeded: number([bytes[2] ^ mask[0], bytes[3] ^ mask[1]]))
        let plain = zip(bytes[4...], mask).map { $0 ^ $1 }
        func word(_ range: Range<Int>) -> UInt64 { plain[range].reduce(0) { $0 << 8 | UInt64($1) } }
        let ip = plain.count == 4 ? IPAddress(v4: UInt32(word(0..<4))) : IPAddress(high: word(0..<8), low: word(8..<16))
        return SocketAddress(ip, port)
    }

    private static func number(_ bytes: some Collection<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    private static func bytes(_ word: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
}
