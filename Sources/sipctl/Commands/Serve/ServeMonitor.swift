internal import Core
internal import IO
internal import Synchronization

/// The pages for probes and for Prometheus, where their ports are configured.
final class ServeMonitor: Sendable {
    private let health: HealthCell
    private let servers: [HTTPServer]

    /// Whether nothing new is taken any more.
    var isDraining: Bool {
        get { health.state.withLock { $0.isDraining } }
        set { health.state.withLock { $0.isDraining = newValue } }
    }

    /// Whether there is no room for new calls.
    var isShort: Bool {
        get { health.state.withLock { $0.isShort } }
        set { health.state.withLock { $0.isShort = newValue } }
    }

    /// - Parameter isAlone: no other server of the state directory may have the ports.
    init(_ configuration: Configuration, _ bridge: Bridge, isAlone: Bool) throws(Failure) {
        let cell = HealthCell()
        health = cell
        var servers: [HTTPServer] = []
        do throws(IOError) {
            if configuration.http.healthPort > 0 {
                let routes = MonitorRoutes.health { Health(cell.state.withLock { $0.shown }) }
                let address = SocketAddress(.anyIPv4, configuration.http.healthPort)
                servers.append(try Self.server("health", address, routes, isAlone))
            }
            if configuration.http.prometheusPort > 0 {
                let routes = MonitorRoutes.metrics { bridge.metrics($0) }
                let address = SocketAddress(.anyIPv4, configuration.http.prometheusPort)
                servers.append(try Self.server("metrics", address, routes, isAlone))
            }
        } catch {
            for server in servers { server.stop() }
            throw Failure(.local, "\(error)")
        }
        self.servers = servers
    }

    private static func server(
        _ name: String, _ address: SocketAddress, _ routes: HTTPRoutes<HTTPHandler>, _ isAlone: Bool
    ) throws(IOError) -> HTTPServer {
        if isAlone { try PortProbe.requireTCP(address) }
        var listener = HTTPServer.Listener(.tcp(address), routes)
        listener.sharesPort = true
        return try HTTPServer(name: name, [listener])
    }

    /// Leaves the ports to the server that takes the place of this one. A second call does nothing.
    func stop() { for server in servers { server.stop() } }
}

/// What the server's thread reads and the command writes.
private final class HealthCell: Sendable {
    struct State {
        var isDraining = false
        var isShort = false

        /// What the health page says.
        var shown: HealthState { isDraining ? .stopped : isShort ? .underLoad : .ok }
    }

    let state = Mutex(State())
}
