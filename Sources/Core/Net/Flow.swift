/// The transports a SIP message can take (RFC 3261 §18; RFC 7118 for the WebSocket ones).
package enum Transport: UInt8, Hashable, Sendable, CaseIterable {
    case udp, tcp, tls, ws, wss

    /// Whether the transport retransmits itself, so that SIP need not (RFC 3261 §17).
    package var isReliable: Bool { self != .udp }

    /// In lower case, as in URIs, logs and messages to people.
    package var name: String {
        switch self {
        case .udp: "udp"
        case .tcp: "tcp"
        case .tls: "tls"
        case .ws: "ws"
        case .wss: "wss"
        }
    }

    /// The token in a Via header field, in upper case (RFC 3261 §20.42).
    package var viaToken: StaticString {
        switch self {
        case .udp: "UDP"
        case .tcp: "TCP"
        case .tls: "TLS"
        case .ws: "WS"
        case .wss: "WSS"
        }
    }
}

/// The path of a message: a transport with both ends, and the connection where there is one (RFC 5626 §2).
package struct Flow: Hashable, Sendable {
    package var transport: Transport
    package var local: SocketAddress
    package var remote: SocketAddress
    /// The shell's number of the connection; 0 over UDP, and for a connection that is still to be opened.
    package var connection: UInt64

    package init(_ transport: Transport, local: SocketAddress, remote: SocketAddress, connection: UInt64 = 0) {
        (self.transport, self.local, self.remote, self.connection) = (transport, local, remote, connection)
    }
}

extension Flow: CustomStringConvertible {
    /// `udp:203.0.113.9:5060`: the peer, as logs and messages to people name it.
    package var description: String { "\(transport.name):\(remote)" }
}
