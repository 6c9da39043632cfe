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

    init(_ configuration: Configuration, _ bridge: Bridge) throws(Failure) {
        let cell = HealthCell()
        health = cell
        var servers: [HTTPServer] = []
        do throws(IOError) {
            if configuration.http.healthPort > 0 {
                let routes = MonitorRoutes.health { Health(cell.state.withLock { $0.shown }) }
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
    struct State {
        var isDraining = false
        var isShort = false

        /// What the health page says.
        var shown: HealthState { isDraining ? .stopped : isShort ? .underLoad : .ok }
    }

    let state = Mutex(State())
}
