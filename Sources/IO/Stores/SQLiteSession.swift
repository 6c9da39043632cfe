internal import Core
internal import Glibc

/// The store's side of one connection: brings the schema up to date and knows which changes it has seen. Lives on the
/// store's thread.
final class SQLiteSession {
    /// What can change, each with a counter of its own in the file.
    enum Kind: String { case routing, records }

    let database: SQLiteDatabase
    /// The counters as they were when we last looked, or changed them.
    private var seen: [Kind: Int64] = [:]
    private var dataVersion: Int64 = 0
    private var locks: InstanceLocks?
    private var instances: Set<InstanceID> = []
    /// What was changed by others and has not been told yet.
    private(set) var foreignChanges: Set<Kind> = []

    /// Opens the file and brings it to the schema that we know.
    init(_ path: String, _ options: SQLiteStore.Options, _ migrations: [SchemaMigration]) throws(StoreError) {
        database = try SQLiteDatabase(path, busyTimeout: options.busyTimeout)
        // Known before anything is written: a file of another program, or of a later version, stays as it is.
        _ = try look(migrations)
        try useWriteAheadLog(for: options.busyTimeout)
        // An acknowledged write survives the loss of power too.
        try database.run("PRAGMA synchronous = FULL")
        try database.run("PRAGMA journal_size_limit = 16777216")
        if let limit = options.pageLimit { try database.run("PRAGMA max_page_count = \(limit)") }
        if database.isReadOnly { throw StoreError(.readOnly, path) }
        try migrate(migrations)
        (seen, dataVersion) = (try revisions(), try database.number("PRAGMA data_version"))
    }

    private func useWriteAheadLog(for limit: Duration) throws(StoreError) {
        // The change of mode does not wait by itself when two processes do it at once.
        let end = SystemClock.now() + limit
        while true {
            do throws(StoreError) {
                let mode = try database.text("PRAGMA journal_mode = WAL")
                guard mode == "wal" else {
                    throw StoreError(.failed(detail: "journal mode \(mode) instead of wal"), database.path)
                }
                return
            } catch {
                guard error.reason == .locked, SystemClock.now() < end else { throw error }
                usleep(10_000)
            }
        }
    }

    /// The steps that are missing at one moment: another process may be taking them just now.
    private func look(_ migrations: [SchemaMigration]) throws(StoreError) -> [SchemaMigration] {
        try database.reading { () throws(StoreError) in try missingSteps(migrations) }
    }

    private func migrate(_ migrations: [SchemaMigration]) throws(StoreError) {
        guard try !look(migrations).isEmpty else { return }
        try database.transaction { () throws(StoreError) in
            // Again under the lock: another process may have done it meanwhile.
            for step in try missingSteps(migrations) {
                for statement in step.statements { try database.run(statement) }
                try database.run("PRAGMA user_version = \(step.version)")
            }
            try database.run("PRAGMA application_id = \(StoreSchema.applicationID)")
        }
    }

    private func missingSteps(_ migrations: [SchemaMigration]) throws(StoreError) -> [SchemaMigration] {
        let (application, version) = (
            try database.number("PRAGMA application_id"), try database.number("PRAGMA user_version")
        )
        let tables = try database.number("SELECT count(*) FROM sqlite_schema")
        guard application == StoreSchema.applicationID || (application == 0 && version == 0 && tables == 0) else {
            throw StoreError(.foreign, database.path)
        }
        do throws(SchemaTooNew) {
            return try StoreSchema.steps(from: Int(version), migrations)
        } catch {
            throw StoreError(.newerSchema(found: error.found, known: error.known), database.path)
        }
    }

    // MARK: Changes

    private func revisions() throws(StoreError) -> [Kind: Int64] {
        let rows = try database.rows("SELECT kind, number FROM revision") { row throws(StoreError) in
            (Kind(rawValue: row.text(0)), row.integer(1))
        }
        var result: [Kind: Int64] = [:]
        for case (let kind?, let number) in rows { result[kind] = number }
        return result
    }

    /// Counts changes of our own and returns the number of the last. Call it in the transaction of the changes.
    @discardableResult
    func bump(_ kind: Kind, by count: Int64 = 1) throws(StoreError) -> Int64 {
        try database.run(
            "UPDATE revision SET number = number + ? WHERE kind = ?", [.integer(count), .text(kind.rawValue)])
        let number = try revision(kind)
        // A larger step: somebody else was there in between.
        if number != (seen[kind] ?? 0) + count { foreignChanges.insert(kind) }
        seen[kind] = number
        return number
    }

    /// The number of the last change.
    func revision(_ kind: Kind) throws(StoreError) -> Int64 {
        try database.number("SELECT number FROM revision WHERE kind = ?", [.text(kind.rawValue)])
    }

    /// Forgets what `bump` noted, after its transaction was undone.
    func forget() throws(StoreError) { seen = try revisions() }

    /// Looks whether another process changed something. Costs a look into shared memory when it did not.
    func poll() throws(StoreError) {
        let version = try database.number("PRAGMA data_version")
        guard version != dataVersion else { return }
        let now = try revisions()
        for (kind, number) in now where number != seen[kind] { foreignChanges.insert(kind) }
        (seen, dataVersion) = (now, version)
    }

    /// What others changed since the last call.
    func takeForeignChanges() -> Set<Kind> {
        defer { foreignChanges = [] }
        return foreignChanges
    }

    // MARK: Instances

    /// Holds the lock of an instance as long as this value lives.
    func begin(_ instance: InstanceID) throws(StoreError) {
        do throws(IOError) {
            if locks == nil { locks = try InstanceLocks(beside: database.path) }
        } catch {
            throw StoreError(error, database.path)
        }
        guard instances.contains(instance) || locks?.hold(instance) == true else {
            throw StoreError(.failed(detail: "\(instance) runs already"), database.path)
        }
        instances.insert(instance)
    }

    /// Whether the server of an instance runs. In doubt it does.
    func runs(_ instance: InstanceID) -> Bool {
        instances.contains(instance) || locks?.isHeld(instance) ?? true
    }
}
