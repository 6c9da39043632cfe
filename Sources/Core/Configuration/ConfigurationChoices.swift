/// Whose rooms callers join.
package enum RoomsChoice: String, Hashable, Sendable, CaseIterable {
    /// Mixed in this process.
    case local
    /// Those of a LiveKit server.
    case livekit
}

/// When a caller whom a rule takes to a room of ours is answered.
package enum LocalRoomAnswer: String, Hashable, Sendable, CaseIterable {
    /// At once, so that a caller who is alone hears the room.
    case joined
    /// When somebody else is there, as LiveKit does; until then the caller hears ringing.
    case accompanied
}

/// A version of TLS in the words of livekit/sip.
package enum TLSVersion: String, Hashable, Sendable, CaseIterable, Comparable {
    case tls10 = "tls1.0"
    case tls11 = "tls1.1"
    case tls12 = "tls1.2"
    case tls13 = "tls1.3"

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A codec that is switched on or off.
package struct CodecSwitch: Hashable, Sendable {
    /// As in `a=rtpmap`: `PCMU`.
    package var name: String
    /// In hertz; 0 for the codec's usual rate.
    package var clockRate: Int
    package var isOn: Bool

    package init(name: String, clockRate: Int, isOn: Bool) {
        (self.name, self.clockRate, self.isOn) = (name, clockRate, isOn)
    }
}

/// The addresses that share a prefix: `192.168.0.0/24`.
package struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
    package let ip: IPAddress
    /// 0 to 32, or to 128 with IPv6.
    package let prefixLength: Int

    /// Reads an address with a prefix length; nil when it is none.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let ip = IPAddress(String(parts[0])), parts[1].utf8.allSatisfy({ $0.isIn(.digit) }),
            let length = Int(parts[1]), length <= (ip.isIPv4 ? 32 : 128)
        else { return nil }
        (self.ip, prefixLength) = (ip, length)
    }

    package var description: String { "\(ip)/\(prefixLength)" }

    /// Whether the address is in the block; never of the other family.
    package func contains(_ other: IPAddress) -> Bool {
        guard ip.isIPv4 == other.isIPv4 else { return false }
        let length = ip.isIPv4 ? prefixLength + 96 : prefixLength
        return Self.agree(ip.high, other.high, length) && Self.agree(ip.low, other.low, length - 64)
    }

    private static func agree(_ a: UInt64, _ b: UInt64, _ bits: Int) -> Bool {
        bits <= 0 || (a ^ b) >> UInt64(64 - min(bits, 64)) == 0
    }
}
