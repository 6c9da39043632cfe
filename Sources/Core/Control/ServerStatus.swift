/// How the server is: the answer to `GET /v1/status`, and to `POST /v1/drain`.
package struct ServerStatus: Hashable, ControlObject {
    package enum State: String, Sendable, CaseIterable {
        /// New calls are taken.
        case serving
        /// New calls are refused; running ones go on.
        case draining
    }

    package var state = State.serving
    package var version = ""
    /// That live.
    package var calls = 0
    /// Since 1970.
    package var startedAt = Duration.zero
    /// The number of its process; 0 when it does not say.
    package var pid = 0

    package init() {}

    package static let fields: [ControlField<Self>] = [
        ControlField("state", \.state, .word),
        ControlField("version", \.version, .text),
        ControlField("calls", \.calls, .count),
        ControlField("started_at", \.startedAt, .time),
        ControlField("pid", \.pid, .count),
    ]
    package static let blank = Self()
    package static let listName: StaticString = "servers"
}
