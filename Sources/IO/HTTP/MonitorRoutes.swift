package import Core
internal import Synchronization

/// The pages for probes and for Prometheus.
package enum MonitorRoutes {
    /// `/`, `/healthz` and `/readyz`: whether new calls are taken; `/livez`: whether the process works. `health` is asked on the server's
    /// thread and must not block.
    package static func health(_ health: @escaping @Sendable () -> Health) -> HTTPRoutes<HTTPHandler> {
        var routes = HTTPRoutes<HTTPHandler>()
        for path in ["/", "/healthz", "/readyz"] {
            routes.add(.get, path) { _, responder in responder.respond(uncached(health().readiness)) }
        }
        routes.add(.get, "/livez") { _, responder in responder.respond(uncached(health().liveness)) }
        return routes
    }

    /// The metrics at any path, as livekit/sip serves them. `page` gives the text to its argument, now or later, from any thread.
    package static func metrics(
        _ page: @escaping @Sendable (_ done: @escaping @Sendable ([UInt8]) -> Void) -> Void
    ) -> HTTPRoutes<HTTPHandler> {
        var routes = HTTPRoutes<HTTPHandler>()
        routes.add(.get, "/*") { _, responder in
            page { text in
                responder.respond(HTTPResponse(.ok, ["Content-Type": PrometheusWriter.contentType], body: text))
            }
        }
        return routes
    }

    private static func uncached(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers.set("Cache-Control", "no-store")
        return response
    }
}

/// Collects one value from each of several threads, then hands them all over: how a scrape asks the workers for their metrics.
package final class Gathering<Value: Sendable>: Sendable {
    private struct State {
        var values: [Value?]
        var missing: Int
    }

    private let state: Mutex<State>
    private let done: @Sendable ([Value]) -> Void

    /// Waits for `count` values; `done` is called once, by the thread that brings the last, or here when there is none to wait for.
    package init(_ count: Int, _ done: @escaping @Sendable ([Value]) -> Void) {
        state = Mutex(State(values: Array(repeating: nil, count: count), missing: count))
        self.done = done
        if count == 0 { done([]) }
    }

    /// Brings the value of one place, once.
    package func bring(_ value: Value, at place: Int) {
        let all: [Value]? = state.withLock { state in
            guard state.values.indices.contains(place), state.values[place] == nil else { return nil }
            state.values[place] = value
            state.missing -= 1
            return state.missing == 0 ? state.values.compactMap { $0 } : nil
        }
        if let all { done(all) }
    }
}
