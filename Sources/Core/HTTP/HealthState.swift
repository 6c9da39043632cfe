/// Whether this server takes calls, in the words of livekit/sip's health page.
package enum HealthState: String, Hashable, Sendable, CaseIterable {
    /// New calls are taken.
    case ok = "OK"
    /// New calls are refused until the load falls.
    case underLoad = "UnderLoad"
    /// Not everything runs yet.
    case notStarted = "NotStarted"
    /// Draining, or past it: running calls go on, new ones are refused.
    case stopped = "Stopped"
    /// Switched off by configuration.
    case disabled = "Disabled"

    /// The status that `/`, `/healthz` and `/readyz` answer with; the body is the state's name.
    package var status: HTTPStatus {
        switch self {
        case .ok: .ok
        case .underLoad: .tooManyRequests
        case .notStarted, .stopped, .disabled: .serviceUnavailable
        }
    }
}

/// What the health pages tell.
package struct Health: Hashable, Sendable {
    package var state: HealthState
    /// Whether the process does its work at all: false only when it is stuck and should be started anew. Load and draining leave it
    /// true, so that no supervisor kills a server with calls on it.
    package var isAlive: Bool

    package init(_ state: HealthState, isAlive: Bool = true) { (self.state, self.isAlive) = (state, isAlive) }

    /// Readiness, and the page of livekit/sip.
    package var readiness: HTTPResponse { .text(state.status, state.rawValue) }

    /// Liveness.
    package var liveness: HTTPResponse { isAlive ? .text(.ok, "OK") : .text(.serviceUnavailable, "Stuck") }
}
