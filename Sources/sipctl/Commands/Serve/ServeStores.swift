internal import Core
internal import IO

/// Where `serve` keeps trunks, rules and records: a SQLite file, or Redis for trunks and rules where it is configured.
struct ServeStores {
    let routing: any RoutingStore
    let records: any CallRecordStore
    private let file: SQLiteStore

    /// - Parameter note: hears what the log should have.
    init(
        _ configuration: Configuration, _ terminal: Terminal, note: @escaping @Sendable (LogEvent) -> Void
    ) throws(Failure) {
        file = try Stores.file(configuration)
        records = file
        let redis = try Stores.redis(configuration) { status in
            switch status {
            case .away(let error):
                terminal.warn("\(error). Calls go on with the trunks and rules as they are known; changes are refused")
                note(LogEvent(.error, "store.away", ["store": .text(error.store), "reason": .text("\(error)")]))
            case .back(let time):
                terminal.note("Redis is back after \(time.milliseconds / 1000) s; trunks and rules are read anew")
                note(LogEvent(.info, "store.back", ["away_ms": .milliseconds(time)]))
            }
        }
        routing = redis ?? file
    }

    func close() {
        routing.close()
        file.close()
    }
}
