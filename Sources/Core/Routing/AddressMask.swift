/// An address or a CIDR block in `allowed_addresses`: `203.0.113.9`, `203.0.113.0/24`, `2001:db8::/32`.
package struct AddressMask: Hashable, Sendable {
    /// Why text is no mask.
    package enum Fault: Error, Hashable, Sendable {
        case empty
        /// The part before the slash is neither an IPv4 nor an IPv6 address.
        case notAnAddress
        /// It would need a look-up, and its owner could change who may call. Deviation: LiveKit compares such text with the
        /// host of From, which the caller writes as it likes.
        case hostName
        /// The part behind the slash is no number, or above `limit`.
        case prefixLength(limit: Int)
    }

    /// The network, host bits zero.
    package let network: IPAddress
    /// How many leading bits of the 128 count; those of IPv4 stand behind the 96 of ::ffff:0:0/96.
    let bits: Int

    /// All of the one address.
    package init(_ address: IPAddress) { (network, bits) = (address, 128) }

    /// Reads an address or a CIDR block; host bits may be set and do not count. White space around it is ignored.
    package init(_ text: String) throws(Fault) {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let bytes = Array(Array(text.utf8.drop(while: isBlank)).reversed().drop(while: isBlank).reversed())
        guard !bytes.isEmpty else { throw .empty }
        let parts = bytes.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, let address = IPAddress(host) else {
            if case .name = Host(bytes) { throw .hostName }
            throw .notAnAddress
        }
        let isDotted = !host.contains(UInt8(ascii: ":"))
        var bits = 128
        if parts.count == 2 {
            let limit = isDotted ? 32 : 128
            guard let length = parts[1].decimalValue(atMost: UInt64(limit)), parts[1].count <= 3 else {
                throw .prefixLength(limit: limit)
            }
            bits = Int(length) + (isDotted ? 96 : 0)
        }
        self.bits = bits
        network = Self.network(of: address, bits: bits)
    }

    /// Whether the block holds the address. A block of IPv6 addresses holds no IPv4 address, though those can be written as
    /// IPv6 ones.
    package func contains(_ address: IPAddress) -> Bool {
        address.isIPv4 == isIPv4 && Self.network(of: address, bits: bits) == network
    }

    var isIPv4: Bool { bits >= 96 && network.isIPv4 }

    /// The address with all but its first `bits` bits zero.
    static func network(of address: IPAddress, bits: Int) -> IPAddress {
        // A shift by the width or more gives zero.
        let high = UInt64.max << UInt64(max(0, 64 - bits))
        let low = UInt64.max << UInt64(min(64, 128 - bits))
        return IPAddress(high: address.high & high, low: address.low & low)
    }
}

extension AddressMask: CustomStringConvertible {
    /// The address, with the prefix length where it is not the longest.
    package var description: String {
        if bits == 128 { return network.description }
        return "\(network)/\(isIPv4 ? bits - 96 : bits)"
    }
}

extension AddressMask.Fault {
    /// What is wrong, as the end of a sentence that begins with the text.
    package var phrase: String {
        switch self {
        case .empty: "is empty"
        case .notAnAddress: "is no IP address or CIDR block: write 203.0.113.9, 203.0.113.0/24 or 2001:db8::/32"
        case .hostName: "is a host name; only addresses and CIDR blocks are matched, and only with the packet's source"
        case .prefixLength(let limit): "has a prefix length that is not a number from 0 to \(limit)"
        }
    }
}
