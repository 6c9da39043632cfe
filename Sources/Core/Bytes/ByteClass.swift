/// The character classes of the SIP grammar (RFC 3261 §25.1) as bits, one table for all.
package struct ByteClass: Sendable {
    package let bits: UInt16

    @inline(__always)
    package init(_ bits: UInt16) { self.bits = bits }

    /// `token` (RFC 3261 §25.1).
    package static var token: ByteClass { ByteClass(1 << 0) }
    /// `DIGIT`.
    package static var digit: ByteClass { ByteClass(1 << 1) }
    /// `HEXDIG`, either case.
    package static var hex: ByteClass { ByteClass(1 << 2) }
    /// The characters of `user` but for `escaped`.
    package static var user: ByteClass { ByteClass(1 << 3) }
    /// The characters of `password` but for `escaped`.
    package static var password: ByteClass { ByteClass(1 << 4) }
    /// `paramchar` but for `escaped`.
    package static var uriParameter: ByteClass { ByteClass(1 << 5) }
    /// `hnv-unreserved` and `unreserved`.
    package static var uriHeader: ByteClass { ByteClass(1 << 6) }
    /// `uric` but for `escaped`, with the brackets of IPv6 references (RFC 3986 §3.2.2).
    package static var uric: ByteClass { ByteClass(1 << 7) }
    /// A label of a host name: letters, digits and `-`; and `_`, which names in use have although §25.1 does not allow it.
    package static var hostname: ByteClass { ByteClass(1 << 8) }
    /// `word`: the characters of a Call-ID.
    package static var word: ByteClass { ByteClass(1 << 9) }
    /// `qdtext` and `LWS` without line ends: what a quoted string may hold unescaped.
    package static var quoted: ByteClass { ByteClass(1 << 10) }
    /// Space, tab, CR, LF: inside a value the line ends of folding count as `LWS`.
    package static var lws: ByteClass { ByteClass(1 << 11) }
    /// An unquoted parameter value: `token` or `host`, also an IPv6 address without brackets (RFC 5118 §4.5).
    package static var value: ByteClass { ByteClass(1 << 12) }
    /// `ALPHA`.
    package static var alpha: ByteClass { ByteClass(1 << 13) }
    /// `user` outside angle brackets, where comma, semicolon and question mark end the URI (RFC 3261 §20.10).
    package static var bareUser: ByteClass { ByteClass(1 << 14) }
    /// `uric` where the same three end the URI.
    package static var bareURIC: ByteClass { ByteClass(1 << 15) }

    /// Whether the class holds the byte.
    @inline(__always)
    package func contains(_ byte: UInt8) -> Bool { byteClasses[Int(byte)] & bits != 0 }
}

extension UInt8 {
    /// Whether the byte is in the class.
    @inline(__always)
    package func isIn(_ byteClass: ByteClass) -> Bool { byteClass.contains(self) }

    /// The lower-case form of an ASCII letter; any other byte itself.
    @inline(__always)
    package var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// The value of an ASCII hexadecimal digit; nil for any other byte.
    package var hexDigitValue: UInt8? {
        switch self {
        case 0x30...0x39: self &- 0x30
        case 0x41...0x46, 0x61...0x66: (self | 0x20) &- 0x61 &+ 10
        default: nil
        }
    }
}

/// One entry a byte; see `ByteClass` for the bits. Generated from the ABNF; a literal, so that it lies in read-only data.
private let byteClasses: [256 of UInt16] = [
    0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000,
    0x0000, 0x0c00, 0x0800, 0x0000, 0x0000, 0x0800, 0x0000, 0x0000,
    0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000,
    0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000,
    0x0c00, 0xd6f9, 0x0200, 0x0400, 0xc4f8, 0x1601, 0xc4b8, 0xd6f9,
    0xc6f8, 0xc6f8, 0xd6f9, 0xd6f9, 0x0498, 0xd7f9, 0xd6f9, 0xc6e8,
    0xd7ff, 0xd7ff, 0xd7ff, 0xd7ff, 0xd7ff, 0xd7ff, 0xd7ff, 0xd7ff,
    0xd7ff, 0xd7ff, 0x96e0, 0x0488, 0x0600, 0xc498, 0x0600, 0x06c8,
    0x8480, 0xf7fd, 0xf7fd, 0xf7fd, 0xf7fd, 0xf7fd, 0xf7fd, 0xf7f9,
    0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9,
    0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9,
    0xf7f9, 0xf7f9, 0xf7f9, 0x96e0, 0x0200, 0x96e0, 0x0400, 0xd7f9,
    0x1601, 0xf7fd, 0xf7fd, 0xf7fd, 0xf7fd, 0xf7fd, 0xf7fd, 0xf7f9,
    0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9,
    0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9, 0xf7f9,
    0xf7f9, 0xf7f9, 0xf7f9, 0x0600, 0x0400, 0x0600, 0xd6f9, 0x0000,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
    0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400, 0x0400,
]
