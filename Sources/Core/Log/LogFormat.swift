/// Writes events as lines: for people at a terminal, or as JSON Lines for programs.
package enum LogFormat: Equatable, Sendable {
    case text(colour: Bool)
    case json

    /// Lines for people, in colour only where the format had it already.
    package var asText: Self { self == .json ? .text(colour: false) : self }

    /// Appends one line with its newline. The time is the wall clock, seconds since 1970 UTC.
    package func append(
        _ event: LogEvent, at time: (seconds: Int64, nanoseconds: Int32), to out: inout [UInt8]
    ) {
        switch self {
        case .text(let colour): Self.appendText(event, Self.utc(time), colour: colour, to: &out)
        case .json: Self.appendJSON(event, Self.utc(time), to: &out)
        }
        out.append(UInt8(ascii: "\n"))
    }

    /// The time as RFC 3339 has it, in UTC with milliseconds: `2026-01-31T23:59:59.123Z`.
    package static func utc(_ time: (seconds: Int64, nanoseconds: Int32)) -> String {
        let (date, second) = CivilDate.split(time.seconds)
        let clock = [second / 3600, second / 60 % 60, second % 60].map { CivilDate.padded($0, 2) }
        let milliseconds = CivilDate.padded(Int64(time.nanoseconds) / 1_000_000, 3)
        return "\(date)T\(clock.joined(separator: ":")).\(milliseconds)Z"
    }

    // MARK: Text

    private static func appendText(_ event: LogEvent, _ time: String, colour: Bool, to out: inout [UInt8]) {
        // A terminal shows the last hours, so the date is left out: 23:59:59.123.
        out += time.utf8.dropFirst(11).dropLast(1)
        let label =
            switch event.level {
            case .trace: " trace "
            case .debug: " debug "
            case .info: " info  "
            case .warning: " warn  "
            case .error: " error "
            }
        let paint: String? =
            switch event.level {
            case .trace, .debug: "\u{1b}[2m"
            case .info: nil
            case .warning: "\u{1b}[33m"
            case .error: "\u{1b}[31m"
            }
        if colour, let paint { out += paint.utf8 }
        out += label.utf8
        if colour, paint != nil { out += "\u{1b}[0m".utf8 }
        out += "\(event.name)".utf8
        for (name, value) in event.fields {
            out += " \(name)=".utf8
            appendText(value, to: &out)
        }
    }

    private static func appendText(_ value: LogEvent.Value, to out: inout [UInt8]) {
        guard case .text(let text) = value else { return appendPlain(value, to: &out) }
        let shown = Redaction.text(text)
        let isBare =
            !shown.isEmpty && shown.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && $0 != "=" && !isHidden($0) }
        if isBare {
            out += shown.utf8
        } else {
            appendQuoted(shown, to: &out)
        }
    }

    // MARK: JSON

    private static func appendJSON(_ event: LogEvent, _ time: String, to out: inout [UInt8]) {
        out += "{\"time\":\"\(time)\",\"level\":\"\(event.level.word)\",\"event\":\"\(event.name)\"".utf8
        for (name, value) in event.fields {
            out += ",\"\(name)\":".utf8
            switch value {
            case .text(let text): appendQuoted(Redaction.text(text), to: &out)
            case .hex, .redacted:
                out.append(UInt8(ascii: "\""))
                appendPlain(value, to: &out)
                out.append(UInt8(ascii: "\""))
            case .number(let number) where !number.isFinite: out += "null".utf8
            case .integer, .number, .flag, .milliseconds: appendPlain(value, to: &out)
            }
        }
        out.append(UInt8(ascii: "}"))
    }

    /// Values that need no quotes in text and are the same in both formats.
    private static func appendPlain(_ value: LogEvent.Value, to out: inout [UInt8]) {
        switch value {
        case .text(let text): out += text.utf8
        case .integer(let integer): out += String(integer).utf8
        case .number(let number): out += number.description.utf8
        case .flag(let flag): out += (flag ? "true" : "false").utf8
        case .milliseconds(let duration):
            let microseconds = duration.nanoseconds / 1000
            out += (Double(microseconds) / 1000).description.utf8
        case .hex(let bytes):
            for byte in bytes.prefix(256) {
                for digit in [byte >> 4, byte & 15] { out.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
            }
        case .redacted: out += Redaction.mark.utf8
        }
    }

    /// In quotes, with everything escaped that could end the string or steer a terminal. Valid JSON, used in text as well.
    private static func appendQuoted(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\"".utf8
            case "\\": out += "\\\\".utf8
            case "\n": out += "\\n".utf8
            case "\r": out += "\\r".utf8
            case "\t": out += "\\t".utf8
            default:
                if isHidden(scalar) {
                    let digits = String(scalar.value, radix: 16)
                    out += "\\u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)".utf8
                } else {
                    out += String(scalar).utf8
                }
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    /// Control characters and those that reorder text: both can make a line look like something else.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1f, 0x7f...0x9f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
