/// Where responses go, and what the server writes into the top Via (RFC 3261 §18.2, RFC 3581).
package enum ViaRouting {
    /// The flow that responses to a request take, given the flow it came on (RFC 3261 §18.2.2, RFC 3581 §4).
    ///
    /// Deviation: maddr is not followed. It would let anyone direct our responses at a third party.
    package static func responseFlow(for via: Via, on flow: Flow) -> Flow {
        guard !flow.transport.isReliable, via.rport == nil else { return flow }
        var response = flow
        response.remote.port = via.port ?? 5060
        return response
    }

    /// The value of the top Via as a response carries it: `received` when the sent-by host is not the source address or when
    /// rport was asked for, and rport filled in. A received parameter that the peer wrote itself is replaced.
    package static func stamped(_ value: ArraySlice<UInt8>, _ via: Via, source: SocketAddress) -> [UInt8] {
        let needsReceived = via.rport != nil || via.host != .ip(source.ip)
        guard needsReceived || via.received != nil else { return Array(value) }
        var result: [UInt8] = []
        result.reserveCapacity(value.count + 48)
        for (index, part) in segments(of: value).enumerated() {
            let name = parameterName(part)
            if index > 0, name.elementsEqual("received".utf8) { continue }
            if index > 0 { result.append(UInt8(ascii: ";")) }
            if index > 0, name.elementsEqual("rport".utf8) {
                result += "rport=\(source.port)".utf8
            } else {
                result += part
            }
        }
        if needsReceived { result += ";received=\(source.ip)".utf8 }
        return result
    }

    /// The value cut at the semicolons outside quoted strings.
    private static func segments(of value: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = value.startIndex
        var quoted = false
        var escaped = false
        for index in value.indices {
            switch value[index] {
            case _ where escaped: escaped = false
            case UInt8(ascii: "\\") where quoted: escaped = true
            case UInt8(ascii: "\""): quoted.toggle()
            case UInt8(ascii: ";") where !quoted:
                parts.append(value[start..<index])
                start = index + 1
            default: break
            }
        }
        parts.append(value[start...])
        return parts
    }

    /// The lower-cased name of a `name[=value]` segment.
    private static func parameterName(_ part: ArraySlice<UInt8>) -> [UInt8] {
        part.prefix { $0 != UInt8(ascii: "=") }
            .filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d && $0 != 0x0a }
            .map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    }
}
