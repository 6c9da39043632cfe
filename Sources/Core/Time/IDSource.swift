/// Makes the identifiers a worker puts into messages: tags, branches, Call-IDs, SSRCs. Seeded, so that a run can be repeated.
///
/// Tags, branches and Call-IDs begin with the worker's index, so that whichever worker receives a later message of the call
/// can tell whose it is, and where servers share an address with the server's number (see `WorkerRouting`). What follows is 96 random bits (RFC 3261 §19.3 asks for 32 at least).
package struct IDSource: Sendable {
    private let prefix: [UInt8]
    private var state: (UInt64, UInt64)

    /// - Parameters:
    ///   - worker: 0 to 255.
    ///   - server: the number of this server, where others may receive its messages.
    ///   - seed: 128 bits that must come from the system's random source in production.
    package init(worker: UInt8, server: ServerNumber? = nil, seed: (UInt64, UInt64)) {
        prefix = [UInt8(ascii: "w"), Self.digit(worker >> 4), Self.digit(worker & 15)] + (server?.text ?? [])
        state = seed == (0, 0) ? (1, 2) : seed
    }

    package mutating func tag() -> Tag { Tag(identifier([])) }

    package mutating func branch() -> Branch { Branch(identifier(Array("z9hG4bK".utf8))) }

    package mutating func callID() -> CallID { CallID(identifier([])) }

    /// 64 bits of xoroshiro128+, for numbers that need not be secret.
    package mutating func next() -> UInt64 {
        let (a, b) = state
        let mixed = a ^ b
        state = (Self.rotate(a, 24) ^ mixed ^ (mixed << 16), Self.rotate(mixed, 37))
        return a &+ b
    }

    private mutating func identifier(_ cookie: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(cookie.count + prefix.count + 24)
        bytes += cookie
        bytes += prefix
        for length in [16, 8] {
            var bits = next()
            for _ in 0..<length {
                bytes.append(Self.digit(UInt8(truncatingIfNeeded: bits >> 60)))
                bits <<= 4
            }
        }
        return bytes
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 &+ value : 0x57 &+ value }

    private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
}
