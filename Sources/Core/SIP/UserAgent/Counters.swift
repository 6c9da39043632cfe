extension Endpoint {
    /// What an endpoint has seen, for logs and metrics. Counts since the start.
    package struct Counters: Hashable, Sendable {
        package var requestsReceived = 0
        package var requestsSent = 0
        package var responsesReceived = 0
        /// Messages that broke the grammar or a bound.
        package var malformed = 0
        /// Well-formed requests that were answered with a failure before a call knew of them.
        package var refused = 0
        /// Responses that matched no transaction.
        package var strayResponses = 0
        /// Failures to INVITEs that were never acknowledged (Timer H).
        package var unacknowledged = 0

        package init() {}
    }
}
