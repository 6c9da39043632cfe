internal import Core

/// A host, by name or address, and a port.
package struct HostPort: Hashable, Sendable, CustomStringConvertible {
    package var host: String
    package var port: UInt16

    package init(_ host: String, _ port: UInt16) { (self.host, self.port) = (host, port) }

    /// Reads `host:port`, `192.0.2.1:6379` or `[2001:db8::1]:6379`.
    package init(_ text: String, defaultPort: UInt16) {
        if let address = SocketAddress(text) {
            self.init("\(address.ip)", address.port)
            return
        }
        let parts = text.split(separator: ":", maxSplits: 1)
        self.init(parts.first.map(String.init) ?? "", parts.count > 1 ? UInt16(parts[1]) ?? defaultPort : defaultPort)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
