/// Tells the servers of one state directory apart while they run: 24 random bits, drawn at each start.
///
/// Tags and branches of a server carry it behind the worker's index (`IDSource`), so that another server that receives a message
/// of its dialogs and transactions can tell whose it is.
package struct ServerNumber: Hashable, Comparable, Sendable {
    package let rawValue: UInt32

    /// Of the bits, the lowest 24 count.
    package init(_ bits: UInt64) { rawValue = UInt32(truncatingIfNeeded: bits) & 0xff_ffff }

    /// The number of digits of its text.
    static let digits = 6

    /// Six hexadecimal digits in lower case.
    var text: [UInt8] {
        (0..<Self.digits).map { place in
            let digit = UInt8(truncatingIfNeeded: rawValue >> UInt32((Self.digits - 1 - place) * 4)) & 15
            return digit < 10 ? 0x30 &+ digit : 0x57 &+ digit
        }
    }

    /// Reads `text`; nil for anything else.
    package init?(_ text: some Sequence<UInt8>) {
        var (value, count): (UInt64, Int) = (0, 0)
        for byte in text {
            guard count < Self.digits, let digit = lowercaseHexDigit(byte) else { return nil }
            value = value << 4 | UInt64(digit)
            count += 1
        }
        guard count == Self.digits else { return nil }
        self.init(value)
    }

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension ServerNumber: CustomStringConvertible {
    package var description: String { text.text }
}

/// The value of a hexadecimal digit as we write them; nil for another byte.
func lowercaseHexDigit(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte) - 0x30
    case 0x61...0x66: Int(byte) - 0x57
    default: nil
    }
}
