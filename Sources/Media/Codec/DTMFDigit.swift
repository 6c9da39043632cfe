/// A DTMF digit by its event code: 0 to 9, star 10, pound 11, A to D 12 to 15 (RFC 4733 §3.2, table 3).
package struct DTMFDigit: Hashable, Sendable {
    package let event: UInt8

    /// The digit of an event code; nil for events that are no digits.
    package init?(event: UInt8) {
        guard event < 16 else { return nil }
        self.event = event
    }

    /// The digit of its character: `0`–`9`, `*`, `#`, `A`–`D` in either case; nil for any other.
    package init?(ascii: UInt8) {
        switch ascii {
        case 0x30...0x39: event = ascii - 0x30
        case UInt8(ascii: "*"): event = 10
        case UInt8(ascii: "#"): event = 11
        case 0x41...0x44: event = ascii - 0x41 + 12
        case 0x61...0x64: event = ascii - 0x61 + 12
        default: return nil
        }
    }

    /// The digit's character.
    package var ascii: UInt8 {
        switch event {
        case 0...9: 0x30 + event
        case 10: UInt8(ascii: "*")
        case 11: UInt8(ascii: "#")
        default: 0x41 + event - 12
        }
    }
}

extension DTMFDigit: CustomStringConvertible {
    package var description: String { String(UnicodeScalar(ascii)) }
}
