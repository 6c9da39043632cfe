/// Where responses go, and what the server writes into the top Via (RFC 3261 §18.2, RFC 3581).
package enum ViaRouting {
    /// The flow that responses to a request take, given the flow it came on (RFC 3261 §18.2.2, RFC 3581 §4).
    ///
    /// Deviation: maddr is not followed. It would let anyone direct our responses at a third party.
    package static func responseFlow(for via: ViaParts, on flow: Flow) -> Flow {
        guard !flow.transport.isReliable, !via.rport.isPresent else { return flow }
        var response = flow
        response.remote.port = via.port ?? 5060
        return response
    }

    /// The value of the top Via as a response carries it: `received` when the sent-by host is not the source address or when
    /// rport was asked for, and rport filled in. A received parameter that the peer wrote itself is replaced.
    package static func stamped(
        _ value: Range<Int>, _ via: ViaParts, of message: [UInt8], source: SocketAddress
    ) -> [UInt8] {
        let needsReceived = via.rport.isPresent || via.host.host(in: message) != .ip(source.ip)
        guard needsReceived || via.received.isPresent else { return Array(message[value]) }
        var result: [UInt8] = []
        result.reserveCapacity(value.count + 64)
        var start = value.lowerBound
        while start < value.upperBound {
            let end = endOfPart(message, start, value.upperBound)
            let part = message[start..<end]
            if start == value.lowerBound {
                result += part
            } else if name(part, is: "rport") {
                result.append(";rport=")
                result.append(decimal: source.port)
            } else if !name(part, is: "received") {
                result.append(UInt8(ascii: ";"))
                result += part
            }
            start = end + 1
        }
        if needsReceived {
            result.append(";received=")
            result.append(source.ip)
        }
        return result
    }

    /// Where the part that begins at `start` ends: at a semicolon outside quoted strings, or at `end`.
    private static func endOfPart(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        var isQuoted = false
        var index = start
        while index < end {
            switch bytes[index] {
            case UInt8(ascii: "\\") where isQuoted: index += 1
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ";") where !isQuoted: return index
            default: break
            }
            index += 1
        }
        return end
    }

    /// Whether `part` is a parameter of this name, with or without a value.
    private static func name(_ part: ArraySlice<UInt8>, is name: StaticString) -> Bool {
        var part = part.prefix { $0 != UInt8(ascii: "=") }
        while let first = part.first, first.isIn(.lws) { part = part.dropFirst() }
        while let last = part.last, last.isIn(.lws) { part = part.dropLast() }
        return part.equalsIgnoringCase(name)
    }
}
