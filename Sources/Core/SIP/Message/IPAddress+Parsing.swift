extension IPAddress {
    /// Reads an IPv4 or IPv6 address in place, without allocating. Nil when it is neither.
    package static func parse(_ bytes: Span<UInt8>, _ range: Range<Int>) -> IPAddress? {
        parseIPv4(bytes, range).map(IPAddress.init(v4:)) ?? parseIPv6(bytes, range)
    }

    /// Reads four numbers below 256 with dots between.
    @inline(always)
    static func parseIPv4(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32? {
        var bits: UInt32 = 0
        var octet: UInt32 = 0
        var (digits, dots) = (0, 0)
        for index in range {
            let byte = bytes[index]
            if byte.isIn(.digit) {
                octet = octet &* 10 &+ UInt32(byte &- 0x30)
                digits &+= 1
                guard digits <= 3, octet < 256 else { return nil }
            } else {
                guard byte == UInt8(ascii: "."), digits > 0, dots < 3 else { return nil }
                bits = bits << 8 | octet
                dots &+= 1
                (octet, digits) = (0, 0)
            }
        }
        guard dots == 3, digits > 0 else { return nil }
        return bits << 8 | octet
    }

    /// Reads IPv6 text (RFC 4291 §2.2). Three colons before an IPv4 tail count as two: a fault of the grammar of RFC 3261
    /// that peers may follow (RFC 5118 §4.10).
    private static func parseIPv6(_ bytes: Span<UInt8>, _ range: Range<Int>) -> IPAddress? {
        var words: (high: UInt64, low: UInt64) = (0, 0)
        var tail: (high: UInt64, low: UInt64) = (0, 0)
        var (count, tailCount) = (0, 0)
        var hasGap = false
        var mustEndInIPv4 = false
        var index = range.lowerBound
        let end = range.upperBound
        let colon = UInt8(ascii: ":")
        func push(_ group: UInt64) {
            if hasGap {
                tail = (tail.high << 16 | tail.low >> 48, tail.low << 16 | group)
                tailCount &+= 1
            } else {
                words = (words.high << 16 | words.low >> 48, words.low << 16 | group)
                count &+= 1
            }
        }
        if index &+ 1 < end, bytes[index] == colon, bytes[index &+ 1] == colon {
            hasGap = true
            index &+= 2
        }
        while index < end {
            guard count &+ tailCount < 8 else { return nil }
            var stop = index
            var group: UInt64 = 0
            while stop < end, let digit = bytes[stop].hexDigitValue {
                group = group << 4 | UInt64(digit)
                stop &+= 1
                guard stop &- index <= 4 else { return nil }
            }
            if stop < end, bytes[stop] == UInt8(ascii: ".") {
                guard let bits = parseIPv4(bytes, index..<end) else { return nil }
                push(UInt64(bits >> 16))
                push(UInt64(bits & 0xffff))
                mustEndInIPv4 = false
                break
            }
            guard stop > index else { return nil }
            push(group)
            index = stop
            guard index < end else { break }
            guard bytes[index] == colon, index &+ 1 < end else { return nil }
            index &+= 1
            guard bytes[index] == colon else { continue }
            guard !hasGap else { return nil }
            hasGap = true
            index &+= 1
            if index < end, bytes[index] == colon {
                mustEndInIPv4 = true
                index &+= 1
            }
        }
        guard !mustEndInIPv4, hasGap ? count &+ tailCount < 8 : count == 8 else { return nil }
        guard hasGap else { return IPAddress(high: words.high, low: words.low) }
        let head = shifted(words, left: 16 &* (8 &- count))
        return IPAddress(high: head.high | tail.high, low: head.low | tail.low)
    }

    private static func shifted(_ words: (high: UInt64, low: UInt64), left: Int) -> (high: UInt64, low: UInt64) {
        if left >= 128 { return (0, 0) }
        if left >= 64 { return (words.low << UInt64(left &- 64), 0) }
        return (words.high << UInt64(left) | words.low >> UInt64(64 &- left), words.low << UInt64(left))
    }
}
