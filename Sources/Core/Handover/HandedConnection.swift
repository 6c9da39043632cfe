/// The number of a TCP connection as another server knows it: whose connection it is, and which.
///
/// The top byte is 255, which no worker has; then come the server's number (24 bits), the worker's index (6) and the connection's
/// count (26).
package enum HandedConnection {
    private static let mark: UInt64 = 0xff

    /// The number under which others know a connection of `server`. Nil for a connection that cannot be told them.
    package static func number(of connection: UInt64, at server: ServerNumber) -> UInt64? {
        let (worker, count) = (connection >> 56, connection & 0xff_ffff_ffff_ffff)
        if worker == mark { return connection }
        guard connection != 0, worker < 1 << 6, count < 1 << 26 else { return nil }
        return mark << 56 | UInt64(server.rawValue) << 32 | worker << 26 | count
    }

    /// The server of a connection that is not ours; nil for one of ours.
    package static func server(of number: UInt64) -> ServerNumber? {
        number >> 56 == mark ? ServerNumber(number >> 32) : nil
    }

    /// The number at its own server.
    package static func local(_ number: UInt64) -> UInt64 {
        guard number >> 56 == mark else { return number }
        return (number >> 26 & 0x3f) << 56 | number & 0x3ff_ffff
    }
}
