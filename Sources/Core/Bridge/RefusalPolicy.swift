/// How calls are refused: what the operator may configure.
package struct RefusalPolicy: Hashable, Sendable {
    /// What strangers get (`CallRefusal.isStranger`).
    package enum Strangers: Hashable, Sendable {
        /// The status of the reason.
        case status
        /// This status for every reason, so that a scanner learns nothing; 400 to 699.
        case fixed(Int)
        /// Nothing: the transaction is forgotten without a response.
        case silence
    }

    package var strangers = Strangers.status
    /// Whether the response says the operator's sentence in a Warning header field (RFC 3261 §20.43): for trunks whose own
    /// operator should see it. Strangers never get it.
    package var explains = false
    /// The host or name that the warning comes from.
    package var agent = "sipctl"

    package init() {}

    /// The response to a refused INVITE; nil for silence.
    package func response(to refusal: CallRefusal) -> RefusalResponse? {
        guard refusal.isStranger else {
            var response = RefusalResponse(status: refusal.status, headers: Self.retry(refusal))
            if explains { response.headers.append((.warning, warning(refusal.sentence))) }
            return response
        }
        switch strangers {
        case .status: return RefusalResponse(status: refusal.status, headers: Self.retry(refusal))
        case .fixed(let status): return RefusalResponse(status: status, headers: [])
        case .silence: return nil
        }
    }

    private static func retry(_ refusal: CallRefusal) -> [(HeaderName, String)] {
        refusal.retryAfter.map { [(.retryAfter, String(max(1, ($0.milliseconds + 999) / 1000)))] } ?? []
    }

    /// warn-code 399, the agent and a quoted text of one line (RFC 3261 §25.1).
    private func warning(_ sentence: String) -> String {
        var text = ""
        for scalar in sentence.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7f ? " " : scalar)
        }
        return "399 \(agent) \"\(text)\""
    }
}

/// What is sent to refuse a call.
package struct RefusalResponse: Sendable {
    package var status: Int
    package var headers: [(HeaderName, String)]

    /// The standard's phrase for the status: what a peer's operator knows.
    package var phrase: StaticString { reasonPhrase(of: status) }
}
