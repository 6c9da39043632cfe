/// Requests that are limited apart from each other.
package enum LimitedRequest: Int, Hashable, Sendable, CaseIterable {
    case invite, register, options, other

    package init(_ method: Method) {
        switch method {
        case .invite: self = .invite
        case .register: self = .register
        case .options: self = .options
        default: self = .other
        }
    }

    /// The kind of the request that a datagram begins with, before it is parsed; nil for a response. ACK, CANCEL, BYE and what is
    /// no SIP count as `other`.
    package init?(start: Span<UInt8>) {
        guard start.count >= 4 else {
            self = .other
            return
        }
        let word = UInt32(start[0]) << 24 | UInt32(start[1]) << 16 | UInt32(start[2]) << 8 | UInt32(start[3])
        switch word {
        case 0x5349_502f: return nil  // SIP/
        case 0x494e_5649: self = .invite
        case 0x5245_4749: self = .register
        case 0x4f50_5449: self = .options
        default: self = .other
        }
    }
}
