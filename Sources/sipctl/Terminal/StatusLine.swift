internal import Core

/// The line at the bottom of a terminal that is drawn over itself: at most ten times a second, never on a pipe.
///
/// A value: it says what to write and never writes.
struct StatusLine: Sendable {
    static let interval = Duration.milliseconds(100)

    private var drawn = false
    private var lastDrawing: Instant?

    /// The bytes that put `text` in place of what is shown; nil when it is too early to draw again.
    mutating func show(_ text: String, columns: Int, at now: Instant) -> String? {
        if let lastDrawing, now < lastDrawing + Self.interval { return nil }
        (drawn, lastDrawing) = (true, now)
        // The last column stays free: some terminals go to the next line when it is filled.
        return "\r\u{1b}[2K" + DisplayText.fitted(DisplayText.printable(text), columns - 1)
    }

    /// The bytes that remove the line before something else is written; nil when nothing is shown. What is shown next
    /// is drawn at once.
    mutating func clear() -> String? {
        guard drawn else { return nil }
        (drawn, lastDrawing) = (false, nil)
        return "\r\u{1b}[2K"
    }
}
