internal import Core
internal import IO
internal import Synchronization

/// The pages for probes and for Prometheus, where their ports are configured.
final class ServeMonitor: Sendable {
    private let health: HealthCell
    private let servers: [HTTPServer]

    /// What the health page says.
    var state: HealthState {
        get { health.state.withLock { $0 } }
        set { health.state.withLock { $0 = newValue } }
    }

    init(_ configuration: Configuration, _ bridge: Bridge) throws(Failure) {
        let cell = HealthCell()
        health = cell
        var servers: [HTTPServer] = []
        do throws(IOError) {
            if configuration.http.healthPort > 0 {
                let routes = MonitorRoutes.health { Health(cell.state.withLock { $0 }) }
                let address = SocketAddress(.anyIPv4, configuration.http.healthPort)
                servers.append(try HTTPServer(name: "health", [.init(.tcp(address), routes)]))
            }
            if configuration.http.prometheusPort > 0 {
                let routes = MonitorRoutes.metrics { bridge.metrics($0) }
                let address = SocketAddress(.anyIPv4, configuration.http.prometheusPort)
                servers.append(try HTTPServer(name: "metrics", [.init(.tcp(address), routes)]))
            }
        } catch {
            for server in servers { server.stop() }
            throw Failure(.local, "\(error)")
        }
        self.servers = servers
    }

    func stop() { for server in servers { server.stop() } }
}

/// What the server's thread reads and the command writes.
private final class HealthCell: Sendable {
    let state = Mutex(HealthState.ok)
}
