/// Something that happened, for the log: a name that never changes and typed fields, no prose.
package struct LogEvent: Sendable {
    /// `sip.parse.failed`: area, thing, what happened.
    package var name: StaticString
    package var level: LogLevel
    /// In the order of writing. Names are snake_case, with the unit where there is one (`rtt_ms`).
    package var fields: [(name: StaticString, value: Value)]

    package init(_ level: LogLevel, _ name: StaticString, _ fields: KeyValuePairs<StaticString, Value> = [:]) {
        (self.level, self.name) = (level, name)
        self.fields = fields.map { (name: $0.key, value: $0.value) }
    }

    /// The value of a field.
    package enum Value: Sendable, Equatable {
        /// Words, addresses, identifiers. Passwords in URIs are taken out when it is written.
        case text(String)
        case integer(Int64)
        case number(Double)
        case flag(Bool)
        /// Milliseconds, with a field name that ends in `_ms`.
        case milliseconds(Duration)
        /// Bytes that are not text, such as what did not parse: written in hex, the first 256 of them.
        case hex([UInt8])
        /// Something that was there and is not shown.
        case redacted

        /// The description of any value: an address, a flow, an error.
        package static func of(_ value: some CustomStringConvertible) -> Self { .text(value.description) }

        /// A count.
        package static func count(_ value: Int) -> Self { .integer(Int64(value)) }

        /// A part of a SIP message as text, with the credentials of its header fields and SDP taken out.
        package static func message(_ bytes: some Collection<UInt8>) -> Self {
            .text(String(decoding: Redaction.message(bytes), as: UTF8.self))
        }
    }
}

extension LogEvent.Value: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .flag(value) }
}
