/// What `POST /v1/drain` asks for.
package struct DrainOrder: Hashable, Sendable {
    /// How long calls may go on; nil for as long as they last.
    package var deadline: Duration?

    package init(deadline: Duration? = nil) { self.deadline = deadline }

    /// The body of the request: `{"deadline":"30s"}`, or `{}`.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        if let deadline {
            json.key("deadline")
            json.string("\(decimalSeconds(deadline))s")
        }
        json.endObject()
        return json.bytes
    }

    /// Reads a request; an empty body is an empty object. A deadline is a number of seconds with `s`, or of milliseconds with `ms`.
    package init(json text: [UInt8]) throws(FieldError) {
        let body = text.isEmpty ? JSONValue.object([]) : try JSONValue(controlText: text)
        guard body.members != nil else { throw FieldError(.expected("an object")) }
        guard let member = body["deadline"] else { return }
        guard let deadline = member.bytes.flatMap({ Self.duration($0.text) }) else {
            throw FieldError(.expected(#"a length of time such as "30s""#), at: "deadline")
        }
        self.deadline = deadline
    }

    private static func duration(_ text: String) -> Duration? {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let units: KeyValuePairs<Substring, Double> = ["ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9]
        guard let unit = units.first(where: { $0.key == text.dropFirst(number.count) })?.value,
            let value = Double(String(number)), value * unit <= 3.2e18
        else { return nil }
        return .nanoseconds(Int64((value * unit).rounded()))
    }

    /// Seconds with what they need after the point.
    private func decimalSeconds(_ time: Duration) -> String {
        "\(time.nanoseconds / 1_000_000_000)\(decimalFraction(time.nanoseconds % 1_000_000_000))"
    }
}
