/// One value of Via: a hop that the message took (RFC 3261 §20.42).
package struct Via: Hashable, Sendable {
    package enum RPort: Hashable, Sendable {
        /// The sender wants the source port written here (RFC 3581 §3).
        case requested
        case value(UInt16)
    }

    /// As on the wire.
    package var transportToken: [UInt8]
    package var host: Host
    package var port: UInt16?
    /// The raw parameters; branch, received, rport, maddr and ttl are read from them.
    package var parameters: Parameters

    package init(transport: Transport, host: Host, port: UInt16?, parameters: Parameters = Parameters([])) {
        var token: [UInt8] = []
        token.append(transport.viaToken)
        (transportToken, self.host, self.port, self.parameters) = (token, host, port, parameters)
    }

    /// Reads one whole value; nil when it is malformed.
    package init?(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        var index = 0
        var parts = ViaParts()
        guard bytes.count <= Extent.limit, (try? parts.read(bytes.span, &index, to: bytes.count)) != nil,
            index == bytes.count
        else { return nil }
        self.init(parts, of: bytes)
    }

    package init?(_ string: String) { self.init(Array(string.utf8)) }

    init(_ parts: ViaParts, of bytes: [UInt8]) {
        func part(_ extent: Extent) -> [UInt8] { Array(bytes[extent.range]) }
        transportToken = part(parts.transport)
        host = parts.host.host(in: bytes)
        port = parts.port
        parameters = Parameters(part(parts.parameters))
    }

    /// The transport, when it is one that this project speaks.
    package var transport: Transport? { Transport.allCases.first { transportToken.equalsIgnoringCase($0.viaToken) } }

    package var branch: Branch? { parameters["branch"].flatMap { $0.isEmpty ? nil : Branch($0) } }

    /// The address the request came from, as the receiver saw it. Brackets are tolerated (RFC 5118 §4.5).
    package var received: IPAddress? { parameters["received"].flatMap { Host($0)?.ip } }

    package var rport: RPort? {
        guard let value = parameters["rport"] else { return nil }
        return value.decimalValue(atMost: 65_535).map { .value(UInt16(truncatingIfNeeded: $0)) } ?? .requested
    }

    /// Where responses go instead of the sent-by host (RFC 3261 §18.2.2).
    package var maddr: Host? { parameters["maddr"].flatMap { Host($0) } }

    package var ttl: UInt8? {
        parameters["ttl"].flatMap { $0.decimalValue(atMost: 255) }.map { UInt8(truncatingIfNeeded: $0) }
    }

    /// The canonical bytes.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        out.append("SIP/2.0/")
        out += transportToken
        out.append(UInt8(ascii: " "))
        out += host.bytes
        if let port {
            out.append(UInt8(ascii: ":"))
            out.append(decimal: port)
        }
        return out + unfolded(parameters.bytes)
    }
}

extension Via: CustomStringConvertible {
    package var description: String { bytes.text }
}
