/// The value of CSeq: the order of requests within a dialog, and the method (RFC 3261 §20.16).
package struct CSeq: Hashable, Sendable {
    /// Below 2^31 (RFC 3261 §8.1.1.5).
    package var number: UInt32
    package var method: Method

    package init(_ number: UInt32, _ method: Method) { (self.number, self.method) = (number, method) }

    /// The value of a CSeq header field; nil when it is not a number below 2^31 and a token.
    package init?(_ value: some Sequence<UInt8>) {
        let bytes = Array(value)
        guard let parsed = try? Self.parse(bytes.span, from: 0, to: bytes.count) else { return nil }
        self = parsed
    }

    package init?(_ string: String) { self.init(string.utf8) }

    /// The bytes of the value.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(decimal: number)
        bytes.append(0x20)
        return bytes + method.token
    }

    static func parse(_ bytes: Span<UInt8>, from start: Int, to end: Int) throws(ParseError) -> CSeq {
        var index = start
        let number = try parseNumber(bytes, &index, to: end)
        guard index < end, bytes[index].isIn(.lws) else { throw ParseError(.malformedCSeq, offset: index) }
        skipLWS(bytes, &index, to: end)
        let method = index
        index = bytes.endOfRun(.token, from: method, to: end)
        guard index == end, index > method else { throw ParseError(.malformedCSeq, offset: index) }
        return CSeq(number, Method.known(bytes, from: method, to: end) ?? .other(copy(bytes, method, end)))
    }

    private static func parseNumber(_ bytes: Span<UInt8>, _ index: inout Int, to end: Int) throws(ParseError) -> UInt32
    {
        let start = index
        // Eight digits at once, then those that are left.
        var number = UInt64(bytes.decimal(at: &index, to: end))
        while index < end, bytes[index].isIn(.digit) {
            number = number &* 10 &+ UInt64(bytes[index] &- 0x30)
            guard number < 1 << 31 else { throw ParseError(.cseqOutOfRange, offset: start) }
            index &+= 1
        }
        guard index > start else { throw ParseError(.malformedCSeq, offset: index) }
        return UInt32(truncatingIfNeeded: number)
    }
}

/// The value of RAck: which provisional response a PRACK acknowledges (RFC 3262 §7.2).
package struct RAck: Hashable, Sendable {
    package var rseq: UInt32
    package var cseq: CSeq

    package init(_ rseq: UInt32, _ cseq: CSeq) { (self.rseq, self.cseq) = (rseq, cseq) }

    /// The value of a RAck header field; nil when it is not two numbers and a method.
    package init?(_ value: some Collection<UInt8>) {
        let bytes = Array(value)
        guard let space = bytes.firstIndex(where: { $0.isIn(.lws) }),
            let rseq = bytes[..<space].decimalValue(),
            let rest = bytes[space...].firstIndex(where: { !$0.isIn(.lws) }),
            let cseq = CSeq(bytes[rest...])
        else { return nil }
        self.init(UInt32(truncatingIfNeeded: rseq), cseq)
    }

    /// The bytes of the value.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(decimal: rseq)
        bytes.append(0x20)
        return bytes + cseq.bytes
    }
}
