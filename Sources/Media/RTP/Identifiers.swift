/// The sequence number of an RTP packet; it wraps at 2^16 and has no order of its own (RFC 3550 §5.1).
package struct SequenceNumber: Hashable, Sendable {
    package var rawValue: UInt16

    package init(_ rawValue: UInt16) { self.rawValue = rawValue }

    /// The number of the packet after this one.
    package var next: Self { Self(rawValue &+ 1) }

    /// Signed distance modulo 2^16: 2 is three after 65535 (RFC 3550 §A.1).
    package func distance(since earlier: Self) -> Int { Int(Int16(bitPattern: rawValue &- earlier.rawValue)) }
}

/// The RTP timestamp: units of the payload's RTP clock from a random origin, modulo 2^32 (RFC 3550 §5.1).
package struct RTPTimestamp: Hashable, Sendable {
    package var rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// Signed distance modulo 2^32 in clock units.
    package func distance(since earlier: Self) -> Int { Int(Int32(bitPattern: rawValue &- earlier.rawValue)) }

    /// The timestamp `units` later; negative goes back.
    package func advanced(by units: Int) -> Self { Self(rawValue &+ UInt32(truncatingIfNeeded: units)) }
}

/// A synchronisation source: equal only when all 32 bits are (RFC 3550 §3, §8).
package struct SSRC: Hashable, Sendable {
    package var rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// The 7-bit payload type of an RTP packet; which format it means is agreed by SDP (RFC 3551 §3).
package struct PayloadType: Hashable, Sendable {
    package var rawValue: UInt8

    /// The high bit is the marker's on the wire, so it is dropped.
    package init(_ rawValue: UInt8) { self.rawValue = rawValue & 0x7f }

    /// PCMU at 8000 Hz (RFC 3551 §6, table 4).
    package static let pcmu = PayloadType(0)
    /// PCMA at 8000 Hz (RFC 3551 §6, table 4).
    package static let pcma = PayloadType(8)
    /// Comfort noise at 8000 Hz (RFC 3389 §4).
    package static let comfortNoise = PayloadType(13)
}
