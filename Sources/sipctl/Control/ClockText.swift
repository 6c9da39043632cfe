internal import Core

/// Times as tables show them.
enum ClockText {
    /// `2026-01-31 12:34:56`, in UTC, of a time since 1970.
    static func time(_ time: Duration) -> String {
        let text = timestampText(.seconds(time.components.seconds))
        return String(text.dropLast()).replacing("T", with: " ")
    }

    /// `0:07`, `12:34` or `1:02:03`; nothing below zero.
    static func length(_ length: Duration) -> String {
        let seconds = max(0, length.components.seconds)
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        let end = (seconds % 60 < 10 ? "0" : "") + "\(seconds % 60)"
        guard hours > 0 else { return "\(minutes):\(end)" }
        return "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(end)"
    }
}

/// A moment: RFC 3339, a date, or how long ago it was.
struct MomentWord: ArgumentValue {
    private enum Form { case time(Duration), ago(Duration) }

    private let form: Form

    static let kind = ValueKind.text

    init(argument: String) throws(ValueProblem) {
        if let time = timestampValue(argument) ?? timestampValue(argument + "T00:00:00Z") {
            form = .time(time)
        } else if let ago = try? Duration(argument: argument) {
            form = .ago(ago)
        } else {
            throw ValueProblem("is not a time: write 2026-01-31T12:00:00Z, 2026-01-31, or 2h for two hours ago")
        }
    }

    /// Since 1970.
    func resolved(at now: Duration) -> Duration {
        switch form {
        case .time(let time): time
        case .ago(let length): now - length
        }
    }
}
