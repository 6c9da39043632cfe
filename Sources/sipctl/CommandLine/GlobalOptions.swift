/// How much the log says.
enum LogLevel: String, Choice { case error, warning, info, debug, trace }

/// The options that every command takes, and the ones that several commands share.
enum GlobalOptions {
    static let help = Flag(
        "help", short: "h", in: .global, "show help; -h is shorter",
        details: "Shows what the command does, its options with all details, examples and exit statuses.")
    static let version = Flag("version", short: "V", in: .global, "show the version")
    static let color = Option<ColorChoice>(
        "color", "WHEN", in: .global, "when to colour: auto, always, never",
        details: "With auto, colour is used on a terminal unless NO_COLOR is set or TERM is dumb.", default: "auto",
        lastWins: true)
    static let logLevel = Option<LogLevel>(
        "log-level", "LEVEL", in: .global, "log to standard error from this level on",
        details: """
            One of error, warning, info, debug and trace; trace includes every message on the wire. Without it nothing is logged, but \
            by a server with a configuration: as that says, or from info on.
            """,
        environment: "SIPCTL_LOG_LEVEL", lastWins: true)
    static let quiet = Flag("quiet", short: "q", in: .global, "no notes and no status line on standard error")

    /// For commands whose output has both forms; list it in the spec's options.
    static let json = Flag("json", in: .output, "print one JSON object a line (JSON Lines)")

    /// What every command takes.
    static let all: [OptionSpec] = [help.spec, color.spec, logLevel.spec, quiet.spec]
}
