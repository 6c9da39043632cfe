import Core
import IO
import Synchronization
import Testing

@Suite("Pages for probes, Prometheus and the control socket")
struct MonitorRoutesTests {
    private func get(_ server: HTTPServer.Address, _ path: String) throws -> String {
        let peer = try RawPeer(server)
        peer.say("GET \(path) HTTP/1.0\r\n\r\n")
        return try peer.rest()
    }

    @Test("readiness is red and liveness green while draining")
    func health() throws {
        final class Now: Sendable { let state = Mutex(HealthState.notStarted) }
        let now = Now()
        let routes = MonitorRoutes.health { Health(now.state.withLock { $0 }) }
        let server = try HTTPServer([HTTPServer.Listener(.tcp(SocketAddress(.loopback, 0)), routes)])
        for (state, status) in [(HealthState.notStarted, 503), (.ok, 200), (.underLoad, 429), (.stopped, 503)] {
            now.state.withLock { $0 = state }
            for path in ["/", "/healthz", "/readyz"] {
                let answer = try get(server.addresses[0], path)
                #expect(answer.hasPrefix("HTTP/1.1 \(status) ") && answer.hasSuffix("\r\n\r\n\(state.rawValue)"))
            }
            #expect(try get(server.addresses[0], "/livez").hasPrefix("HTTP/1.1 200 "))
        }
        #expect(try get(server.addresses[0], "/other").hasPrefix("HTTP/1.1 404 "))
        server.stop()
    }

    @Test("the metrics at any path, gathered from several threads", arguments: ["/", "/metrics", "/a/b?c"])
    func metrics(path: String) throws {
        let routes = MonitorRoutes.metrics { done in
            let gathering = Gathering<WorkerMetrics>(3) { done(MetricsPage.text($0, ProcessMetrics(nodeID: "n"))) }
            for place in [2, 0, 1] {
                var worker = WorkerMetrics()
                worker.inviteRequestsRaw = 1 << place
                worker.mailboxDepth = place
                gathering.bring(worker, at: place)
                gathering.bring(worker, at: place)
            }
        }
        let server = try HTTPServer([HTTPServer.Listener(.tcp(SocketAddress(.loopback, 0)), routes)])
        let answer = try get(server.addresses[0], path)
        #expect(answer.contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        #expect(answer.contains("\nlivekit_sip_invite_requests_raw{node_id=\"n\"} 7\n"))
        #expect(answer.contains("\nsipctl_mailbox_depth{worker=\"2\",node_id=\"n\"} 2\n"))
        server.stop()
    }

    @Test("the control socket: handlers, and errors in the form of the path")
    func control() throws {
        let directory = try SocketDirectory()
        let control = try ControlServer(path: directory.socket) { routes in
            routes.add(.get, "/v1/calls/{id}") { request, responder in
                responder.fail(.notFound, "no_call", "there is no call \(request.parameters["id", default: ""])")
            }
            routes.add(.post, "/twirp/livekit.SIP/{method}") { _, responder in
                responder.respond(.json(.ok, [0x7b, 0x7d]))
            }
        }
        let address = HTTPServer.Address.unix(directory.socket)
        #expect(
            try get(address, "/v1/calls/7").hasSuffix(
                #"{"error":{"code":"no_call","message":"there is no call 7"}}"# + "\n"))
        #expect(
            try get(address, "/v1/nothing").hasSuffix(
                #"{"error":{"code":"not_found","message":"there is nothing at this path"}}"# + "\n"))
        let wrong = try get(address, "/twirp/livekit.SIP/ListSIPTrunk")
        #expect(wrong.contains("\r\nAllow: POST\r\n"))
        #expect(wrong.hasSuffix(#"{"code":"bad_route","msg":"this path takes POST"}"#))
        #expect(try get(address, "/twirp/x").hasSuffix(#"{"code":"bad_route","msg":"there is nothing at this path"}"#))
        control.stop()
    }
}
