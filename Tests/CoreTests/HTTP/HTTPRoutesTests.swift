import Core
import Testing

@Suite("HTTP routes")
struct HTTPRoutesTests {
    private let routes: HTTPRoutes<String> = {
        var routes = HTTPRoutes<String>()
        routes.add(.get, "/", "root")
        routes.add(.get, "/v1/*", "below")
        routes.add(.get, "/v1/calls", "list")
        routes.add(.get, "/v1/calls/{id}", "show")
        routes.add(.delete, "/v1/calls/{id}", "delete")
        routes.add(.post, "/v1/calls/{id}/hangup", "hangup")
        routes.add(.get, "/v1/calls/watch", "watch")
        routes.add(.post, "/twirp/livekit.SIP/{method}", "twirp")
        return routes
    }()

    private func outcome(_ method: HTTPMethod, _ path: String) throws -> String {
        switch routes.match(method, try #require(HTTPTarget(Array(path.utf8)))) {
        case .found(let handler, let parameters):
            return ([handler] + parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }).joined(
                separator: " ")
        case .notFound: return "404"
        case .notAllowed(let allowed): return "405 " + allowed.map(\.name).joined(separator: ",")
        }
    }

    @Test(
        "the most specific pattern decides, then the method",
        arguments: [
            (HTTPMethod.get, "/", "root"), (.head, "/", "root"), (.post, "/", "405 GET,HEAD"), (.get, "/x", "404"),
            (.get, "/v1", "below"), (.get, "/v1/", "below"), (.get, "/v1/other/a/b", "below"),
            (.get, "/v1/calls", "list"),
            (.get, "/v1/calls/7", "show id=7"), (.get, "/v1/calls/a%2Fb", "show id=a/b"),
            (.get, "/v1/calls/watch", "watch"), (.delete, "/v1/calls/7", "delete id=7"),
            (.put, "/v1/calls/7", "405 DELETE,GET,HEAD"), (.post, "/v1/calls/7/hangup", "hangup id=7"),
            (.get, "/v1/calls/7/hangup", "405 POST"), (.get, "/v1/calls/", "below"),
            (.post, "/twirp/livekit.SIP/ListSIPTrunk", "twirp method=ListSIPTrunk"),
            (.post, "/twirp/livekit.SIP", "404"),
        ])
    func match(method: HTTPMethod, path: String, expected: String) throws {
        #expect(try outcome(method, path) == expected)
    }

    @Test("a second handler for the same route takes the place of the first")
    func replace() throws {
        var routes = routes
        routes.add(.get, "/", "other")
        guard case .found(let handler, _) = routes.match(.get, try #require(HTTPTarget([0x2f]))) else {
            Issue.record("no match")
            return
        }
        #expect(handler == "other")
    }
}
