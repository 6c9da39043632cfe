/// A telephone number as routing compares it: digits behind a plus sign, without the marks that people write between them.
/// Anything else (`alice`) is compared as it stands, byte by byte.
///
/// The calling and the called number of a call, and those in trunks and rules, are compared only in this form, so that
/// `+1 (555) 010-0100` in a rule takes a call from `15550100100`.
package struct NormalizedNumber: Hashable, Sendable {
    // Bytes, not characters: two spellings that Unicode holds equal are two users to SIP (RFC 3261 §19.1.4).
    private let bytes: [UInt8]

    package init(_ text: String) {
        var digits: [UInt8] = [UInt8(ascii: "+")]
        digits.reserveCapacity(text.utf8.count + 1)
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case 0x30...0x39: digits.append(byte)
            case UInt8(ascii: "+") where index == 0: break
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "("), UInt8(ascii: ")"): break
            default:
                bytes = Array(text.utf8)
                return
            }
        }
        // Marks without a digit are no number.
        bytes = digits.count > 1 ? digits : Array(text.utf8)
    }
}

extension NormalizedNumber: CustomStringConvertible {
    package var description: String { bytes.text }
}

extension Collection<String> {
    /// Whether a filter lets the number pass: it is empty, or it lists the number.
    func admit(_ number: String) -> Bool {
        let wanted = NormalizedNumber(number)
        return isEmpty || contains { NormalizedNumber($0) == wanted }
    }

    /// The numbers of a list as routing compares them.
    var normalizedNumbers: Set<NormalizedNumber> { Set(map(NormalizedNumber.init)) }
}
