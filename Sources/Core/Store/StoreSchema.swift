/// A step from one version of the schema to the next. Steps that were released never change; new ones are added.
package struct SchemaMigration: Hashable, Sendable {
    /// The version after the step.
    package let version: Int
    /// SQL, done in order and in one transaction.
    package let statements: [String]

    package init(_ version: Int, _ statements: [String]) { (self.version, self.statements) = (version, statements) }
}

/// The schema of the SQLite store.
package enum StoreSchema {
    /// Marks a file as ours (PRAGMA application_id): "sipc".
    package static let applicationID: Int64 = 0x7369_7063

    /// The version that this program writes.
    package static var known: Int { migrations.last?.version ?? 0 }

    /// From an empty file on, in ascending order.
    package static let migrations = [
        SchemaMigration(
            1,
            [
                // The value is the protobuf message of the API object, as in Redis; the name is there for people.
                "CREATE TABLE inbound_trunk(id TEXT PRIMARY KEY, name TEXT NOT NULL, value BLOB NOT NULL) STRICT",
                "CREATE TABLE outbound_trunk(id TEXT PRIMARY KEY, name TEXT NOT NULL, value BLOB NOT NULL) STRICT",
                "CREATE TABLE dispatch_rule(id TEXT PRIMARY KEY, name TEXT NOT NULL, value BLOB NOT NULL) STRICT",
                // How many changes there were: of `routing`, and of `records`.
                "CREATE TABLE revision(kind TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT",
                "INSERT INTO revision VALUES ('routing', 0), ('records', 0)",
                // Times are nanoseconds since 1970; change is the number of the record's last change.
                """
                CREATE TABLE call_record(
                    id TEXT PRIMARY KEY, change INTEGER NOT NULL UNIQUE, call_id BLOB NOT NULL, direction TEXT NOT NULL,
                    trunk_id TEXT, rule_id TEXT, room TEXT NOT NULL, participant_identity TEXT NOT NULL,
                    caller TEXT NOT NULL, called TEXT NOT NULL, source TEXT NOT NULL, state TEXT NOT NULL,
                    created_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER, end_reason TEXT,
                    end_sentence TEXT NOT NULL, sip_status INTEGER, codec TEXT NOT NULL,
                    packets_sent INTEGER NOT NULL, packets_received INTEGER NOT NULL, packets_lost INTEGER NOT NULL,
                    jitter INTEGER NOT NULL, recording_path TEXT NOT NULL, instance TEXT NOT NULL
                ) STRICT
                """,
                "CREATE INDEX call_record_created ON call_record(created_at, id)",
                "CREATE INDEX call_record_open ON call_record(instance) WHERE state <> 'ended'",
            ])
    ]

    /// The steps that a file of version `found` still needs.
    package static func steps(
        from found: Int, _ migrations: [SchemaMigration] = migrations
    ) throws(SchemaTooNew) -> [SchemaMigration] {
        let known = migrations.last?.version ?? 0
        guard found <= known else { throw SchemaTooNew(found: found, known: known) }
        return migrations.filter { $0.version > found }
    }
}

/// A file was written by a later version of the program.
package struct SchemaTooNew: Error, Hashable, Sendable {
    package let found: Int
    package let known: Int

    package init(found: Int, known: Int) { (self.found, self.known) = (found, known) }
}
