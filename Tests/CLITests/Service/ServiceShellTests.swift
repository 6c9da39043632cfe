import Core
import IO
import Synchronization
import Testing

/// A server of the service over HTTP, with a table in memory.
private final class ServiceServer: Sendable {
    private struct State {
        var table = RoutingTable()
        var ids = IDSource(worker: 0, seed: (3, 4))
        var tokens: [AccessToken] = []
    }

    private let state = Mutex(State())

    var table: RoutingTable { state.withLock { $0.table } }
    var tokens: [AccessToken] { state.withLock { $0.tokens } }

    func routes(secret: String?) -> HTTPRoutes<HTTPHandler> {
        var routes = HTTPRoutes<HTTPHandler>()
        routes.add(.post, "/twirp/livekit.SIP/{method}") { [self] request, responder in
            responder.respond(respond(to: request, secret: secret))
        }
        return routes
    }

    private func respond(to request: HTTPRequest, secret: String?) -> HTTPResponse {
        do throws(TwirpCall.Rejection) {
            let (seconds, _) = SystemClock.wallClock()
            let call = try TwirpCall(
                request, now: .seconds(seconds), secret: secret.map { secret in { $0 == "key" ? secret : nil } })
            return state.withLock { state in
                if let token = call.token { state.tokens.append(token) }
                do throws(TwirpError) {
                    let reply = try SIPService.handle(
                        call.method, call.body, call.encoding, table: state.table, now: .zero, ids: &state.ids)
                    state.table.apply(reply.changes)
                    return HTTPResponse(reply, call.encoding)
                } catch {
                    return HTTPResponse(error)
                }
            }
        } catch {
            return error.response
        }
    }
}

@Suite("Where commands work: the server here, its store, or a server far away")
struct ServiceShellTests {
    @Test("A server that listens on the control socket is asked, and its warnings are told")
    func controlSocket() throws {
        let directory = TemporaryDirectory()
        let service = ServiceServer()
        let server = try HTTPServer(
            [HTTPServer.Listener(.unix(directory.path + "/control.sock"), service.routes(secret: nil))])
        defer { server.stop() }
        let environment = Child.environment.merging(["SIPCTL_HOME": directory.path]) { $1 }
        let made = try Child.run(
            ["dispatch-rule", "create", "--direct", "r", "--trunks", "ST_x"], in: directory, environment: environment)
        #expect(made.status == 0)
        #expect(service.table.rules.map(\.id.description) == [String(decoding: made.stdout.dropLast(), as: UTF8.self)])
        #expect(String(decoding: made.stderr, as: UTF8.self).contains("warning: there is no trunk ST_x"))
        let refused = try Child.run(["trunk", "delete", "ST_x"], in: directory, environment: environment)
        #expect(refused.status == 1)
        #expect(
            String(decoding: refused.stderr, as: UTF8.self) == "sipctl: cannot delete ST_x: there is no trunk ST_x\n")
        #expect(directory.read("sipctl.db").isEmpty, "the store is the server's alone")
    }

    @Test("A server far away is asked with a token of the key, by options or variables")
    func remote() throws {
        let directory = TemporaryDirectory()
        let service = ServiceServer()
        let server = try HTTPServer(
            [HTTPServer.Listener(.tcp(SocketAddress(.loopback, 0)), service.routes(secret: "secret"))])
        defer { server.stop() }
        guard case .tcp(let address)? = server.addresses.first else {
            Issue.record("no address")
            return
        }
        let url = "ws://\(address)"
        let made = try Child.run(
            [
                "trunk", "create", "inbound", "--numbers", "+1", "--url", url, "--api-key", "key", "--api-secret",
                "secret",
            ], in: directory)
        #expect(made.status == 0)
        #expect(service.table.inbound.map(\.numbers) == [["+1"]])
        #expect(service.tokens.first?.sip == SIPGrant(admin: true))
        let variables = ["LIVEKIT_URL": url, "LIVEKIT_API_KEY": "key", "LIVEKIT_API_SECRET": "wrong"]
        let refused = try Child.run(
            ["trunk", "list"], in: directory, environment: Child.environment.merging(variables) { $1 })
        #expect(refused.status == 4)
        #expect(String(decoding: refused.stderr, as: UTF8.self).contains("invalid token: signature"))
        let unknown = try Child.run(
            ["trunk", "list", "--url", url, "--api-key", "other", "--api-secret", "secret"], in: directory)
        #expect(unknown.status == 4)
    }

    @Test("The configuration says where the store is; one that cannot be used is no reason to take another")
    func configuredStore() throws {
        let directory = TemporaryDirectory()
        let home = ["SIPCTL_HOME": directory.path]
        func run(_ words: [String], _ configuration: String) throws -> Child.Result {
            try Child.run(
                words, in: directory,
                environment: Child.environment.merging(home) { $1 }.merging(["SIP_CONFIG_BODY": configuration]) { $1 })
        }
        let made = try run(["trunk", "create", "inbound", "--numbers", "+1"], "store_path: other.db")
        #expect(made.status == 0)
        #expect(directory.read("sipctl.db").isEmpty && !directory.read("other.db").isEmpty)
        #expect(try run(["trunk", "list", "--json"], "store_path: other.db").stdout.isEmpty == false)
        let away = try run(["trunk", "list"], "redis: {address: '127.0.0.1:1'}")
        #expect(away.status == 3)
        #expect(String(decoding: away.stderr, as: UTF8.self).contains("redis://127.0.0.1:1 cannot be reached"))
        let cluster = try run(["trunk", "list"], "redis: {cluster_addresses: ['127.0.0.1:1']}")
        #expect(cluster.status == 5)
        #expect(try run(["trunk", "list"], "sip_prt: 1").status == 5)
        #expect(directory.read("sipctl.db").isEmpty)
    }

    @Test("A store that is damaged is left as it is")
    func damagedStore() throws {
        let directory = TemporaryDirectory()
        let damaged = Array(repeating: Array("not a database. ".utf8), count: 64).flatMap { $0 }
        directory.write(damaged, to: "sipctl.db")
        let result = try Child.run(
            ["trunk", "list"], in: directory, environment: Child.environment.merging(["SIPCTL_HOME": "."]) { $1 })
        #expect(result.status == 5)
        #expect(directory.read("sipctl.db") == damaged)
    }
}
