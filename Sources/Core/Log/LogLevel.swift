/// How much an event matters to whoever runs the program.
package enum LogLevel: UInt8, Comparable, CaseIterable, Sendable {
    /// Every message on the wire.
    case trace
    /// For finding a fault: every decision, and what was dropped.
    case debug
    /// The ordinary course: calls begin and end, trunks register.
    case info
    /// Something was refused, lost or repaired; the program goes on.
    case warning
    /// Something that was asked for cannot be done.
    case error

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    /// The word in configuration and in JSON.
    package var word: String {
        switch self {
        case .trace: "trace"
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// Reads the word; `warn` is accepted too.
    package init?(_ word: String) {
        guard let level = word == "warn" ? .warning : Self.allCases.first(where: { $0.word == word }) else {
            return nil
        }
        self = level
    }
}
