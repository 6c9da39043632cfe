/// google.protobuf.Duration and google.protobuf.Timestamp: seconds and nanoseconds.
private struct SecondsAndNanos: ProtobufMessage {
    var seconds: Int64 = 0
    var nanos: Int32 = 0

    static let schema = MessageSchema<Self>([.field(1, "seconds", \.seconds), .field(2, "nanos", \.nanos)])

    init() {}

    /// Both parts have the sign of the whole, or with `floored` the nanoseconds are never negative.
    init(_ duration: Duration, floored: Bool) {
        let (seconds, attoseconds) = duration.components
        (self.seconds, nanos) = (seconds, Int32(truncatingIfNeeded: attoseconds / 1_000_000_000))
        if floored, nanos < 0 { (self.seconds, nanos) = (seconds - 1, nanos + 1_000_000_000) }
    }

    /// Nil outside of `limits`, in seconds, or when the nanoseconds are a second or more.
    func duration(within limits: ClosedRange<Int64>) -> Duration? {
        guard limits.contains(seconds), (-999_999_999...999_999_999).contains(nanos) else { return nil }
        return .seconds(seconds) + .nanoseconds(Int64(nanos))
    }
}

/// Ten thousand years.
private let durationLimits: ClosedRange<Int64> = -315_576_000_000...315_576_000_000
/// From the year 1 to the year 9999.
private let timestampLimits: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

extension Duration: ProtobufValue {
    /// `"30s"`, `"1.500s"`.
    package static var kind: ProtobufKind<Duration> {
        .time(
            "a duration such as \"30s\"", durationLimits, floored: false, text: durationText,
            read: { durationValue($0) })
    }
}

extension ProtobufKind where Value == Duration {
    /// The time since 1970, in JSON as RFC 3339 has it.
    static var timestamp: Self {
        .time(
            "a time such as \"2025-01-31T12:00:00Z\"", timestampLimits, floored: true, text: timestampText,
            read: { timestampValue($0) })
    }

    fileprivate static func time(
        _ expected: String, _ limits: ClosedRange<Int64>, floored: Bool, text: @escaping @Sendable (Duration) -> String,
        read: @escaping @Sendable (String) -> Duration?
    ) -> Self {
        Self(
            type: .delimited, initial: .zero, isDefault: { $0 == .zero },
            write: { value, writer in
                SecondsAndNanos.kind.write(SecondsAndNanos(value, floored: floored), &writer)
            },
            read: { reader, value throws(ProtobufError) in
                let parts = try SecondsAndNanos.kind.readNew(&reader)
                guard let duration = parts.duration(within: limits) else { throw reader.error(.timeOutOfRange) }
                value = duration
            },
            writeJSON: { value, json, _ in json.string(text(value)) },
            readJSON: { input, _, value throws(FieldError) in
                guard case .string(let bytes) = input, let duration = read(bytes.text),
                    limits.contains(duration.components.seconds)
                else { throw FieldError(.expected(expected)) }
                value = duration
            })
    }
}

/// Seconds with 0, 3, 6 or 9 digits after the point, and `s`.
private func durationText(_ duration: Duration) -> String {
    let parts = SecondsAndNanos(duration, floored: false)
    let sign = duration < .zero ? "-" : ""
    return "\(sign)\(parts.seconds.magnitude)\(decimalFraction(Int64(parts.nanos.magnitude)))s"
}

private func durationValue(_ text: String) -> Duration? {
    guard text.hasSuffix("s") else { return nil }
    let isNegative = text.hasPrefix("-")
    let parts = text.dropLast().dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let seconds = decimalDigits(parts[0], atMost: 12) else { return nil }
    guard parts.count == 1 || (1...9).contains(parts[1].utf8.count) else { return nil }
    guard let nanos = parts.count == 1 ? 0 : fractionNanoseconds(parts[1]) else { return nil }
    let value = Duration.seconds(seconds) + .nanoseconds(nanos)
    return isNegative ? .zero - value : value
}
