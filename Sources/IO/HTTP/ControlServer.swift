package import Core

/// The control socket: HTTP with JSON on a Unix socket of mode 0600, so that whoever may open the file may order anything
/// (docs/control-socket.md).
package final class ControlServer: Sendable {
    private let server: HTTPServer

    /// Listens on `path`; fails with EADDRINUSE where another server listens. `mount` adds the routes, below `/v1` and `/twirp`.
    package init(
        path: String, limits: HTTPServer.Limits = HTTPServer.Limits(),
        mount: (inout HTTPRoutes<HTTPHandler>) -> Void
    ) throws(IOError) {
        var routes = HTTPRoutes<HTTPHandler>()
        mount(&routes)
        let listener = HTTPServer.Listener(.unix(path), routes, refusal: ControlError.refusal)
        server = try HTTPServer(name: "control", [listener], limits: limits)
    }

    /// Lets answers that are on their way go out, ends the thread and removes the file. Not to be called from a handler.
    package func stop() { server.stop() }
}

extension HTTPResponder {
    /// Answers with an error of `/v1`: a code for programs and one sentence for people.
    package func fail(_ status: HTTPStatus, _ code: String, _ message: String) {
        respond(ControlError.response(status, code, message))
    }
}
