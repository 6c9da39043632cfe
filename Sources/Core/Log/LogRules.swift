/// Which events are written: from a level on, and from other levels on for single areas. The area of an event is the first word of
/// its name: `sip` for `sip.refused`.
package struct LogRules: Hashable, Sendable {
    package var level: LogLevel
    /// By area.
    package var areas: [String: LogLevel]

    package init(_ level: LogLevel = .info, areas: [String: LogLevel] = [:]) {
        (self.level, self.areas) = (level, areas)
    }

    /// The least severe level that any event is written at.
    package var least: LogLevel { areas.values.reduce(level, min) }

    /// Whether an event is written.
    package func allows(_ event: LogEvent) -> Bool {
        guard !areas.isEmpty else { return event.level >= level }
        let area = "\(event.name)".prefix { $0 != "." }
        return event.level >= areas[String(area)] ?? level
    }
}
