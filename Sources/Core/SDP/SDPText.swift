extension FixedWidthInteger {
    /// The number that decimal digits, and nothing else, spell; nil when it does not fit.
    init?(decimal text: SessionDescription.Text) {
        guard !text.isEmpty else { return nil }
        var value: Self = 0
        for byte in text {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(Self(byte - 0x30))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        self = value
    }
}

extension ArraySlice<UInt8> {
    /// A number in decimal digits.
    static func decimal(_ value: some BinaryInteger) -> Self {
        var digits: [UInt8] = []
        digits.append(decimal: value)
        return digits[...]
    }

    /// The fields that are not empty.
    func fields(_ separator: UInt8) -> [Self] {
        var found: [Self] = []
        found.reserveCapacity(8)
        var rest = self
        while !rest.isEmpty {
            let field = rest.takeField(separator)
            if !field.isEmpty { found.append(field) }
        }
        return found
    }

    /// Takes what stands before the next `separator`, or all, and the separator.
    mutating func takePart(_ separator: UInt8) -> Self {
        let end = firstIndex(of: separator) ?? endIndex
        defer { self = self[(end < endIndex ? end + 1 : end)...] }
        return self[..<end]
    }

    /// Takes the next field that is not empty, if there is one, and the separators around it.
    mutating func takeField(_ separator: UInt8) -> Self {
        while first == separator { self = self.dropFirst() }
        return takePart(separator)
    }

    /// Without the spaces and tabs at both ends.
    var trimmingSpaces: Self {
        var slice = self
        while let first = slice.first, first == 0x20 || first == 0x09 { slice = slice.dropFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice = slice.dropLast() }
        return slice
    }
}
