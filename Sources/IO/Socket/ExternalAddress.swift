package import Core

/// The address that peers on the other side of a NAT see, as STUN servers tell it (RFC 8489).
package enum ExternalAddress {
    /// How often each server is asked.
    private static let tries = 3

    /// Asks `host:port` after `host:port` until one answers, from an address of ours. Blocks, for three times `patience` a server at
    /// most beside looking up its name.
    package static func ask(
        _ servers: [String], from local: IPAddress, patience: Duration = .milliseconds(500)
    ) throws(IOError) -> IPAddress {
        var reasons: [String] = []
        for server in servers {
            let endpoint = HostPort(server, defaultPort: 3478)
            switch AddressLookup.lookUp(endpoint.host) {
            case .failure(let error): reasons.append("\(error)")
            case .success(let addresses):
                guard let ip = addresses.first(where: { $0.isIPv4 == local.isIPv4 }) else {
                    reasons.append("\(endpoint) has no address of the right family")
                    continue
                }
                do throws(STUNBinding.Fault) {
                    if let found = try ask(SocketAddress(ip, endpoint.port), from: local, patience) { return found.ip }
                    reasons.append("\(endpoint) does not answer")
                } catch {
                    reasons.append("\(endpoint) gives no address")
                }
            }
        }
        throw IOError("ask", "STUN servers for our address", because: reasons.joined(separator: "; "))
    }

    /// Nil when nothing comes back.
    private static func ask(
        _ server: SocketAddress, from local: IPAddress, _ patience: Duration
    ) throws(STUNBinding.Fault) -> SocketAddress? {
        guard let socket = try? UDPSocket(bind: SocketAddress(local, 0)) else { return nil }
        var random = SystemRandom()
        let id = random.bytes(STUNBinding.idSize)
        for _ in 0..<tries {
            guard socket.send(STUNBinding.request(id: id), to: server) else { return nil }
            let due = SystemClock.now() + patience
            while SystemClock.now() < due {
                guard Polling.wait(socket.fd, .readable, atMost: due - SystemClock.now()) else { break }
                var buffer = [UInt8](repeating: 0, count: 1500)
                var span = buffer.mutableSpan
                guard let (length, source) = socket.receive(into: &span) else { break }
                guard source == server else { continue }
                do throws(STUNBinding.Fault) {
                    return try STUNBinding.answer(Array(buffer[..<length]), to: id)
                } catch {
                    if error != .foreign { throw error }
                }
            }
        }
        return nil
    }
}
