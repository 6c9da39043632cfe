package import Core

/// Whether a port is free, asked before it is shared: a socket that lets others share its port shares that of a stranger, too.
package enum PortProbe {
    /// Fails with EADDRINUSE when anybody has the UDP or TCP port.
    package static func require(_ address: SocketAddress) throws(IOError) {
        _ = try UDPSocket(bind: address)
        try requireTCP(address)
    }

    /// Fails with EADDRINUSE when anybody listens on the TCP port.
    package static func requireTCP(_ address: SocketAddress) throws(IOError) { _ = try TCPListener(bind: address) }
}
