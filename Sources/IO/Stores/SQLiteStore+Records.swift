package import Core

extension SQLiteStore: CallRecordStore {
    package func begin(
        _ instance: InstanceID, at now: Duration,
        _ done: @escaping @Sendable (Result<[CallRecordID], StoreError>) -> Void
    ) {
        ask(.write, done) { session throws(StoreError) in
            try session.begin(instance)
            var closed: [CallRecordID] = []
            for var record in try session.openRecords() where !session.runs(record.instance) {
                record.closeAsCrashed(at: now)
                try session.append([record])
                closed.append(record.id)
            }
            return closed
        }
    }

    package func append(_ record: CallRecord, _ done: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        post(
            SQLiteQueue.Request(
                kind: .write, work: .append(record) { done(.success(())) }, fail: { done(.failure($0)) }))
    }

    package func record(_ id: CallRecordID, _ done: @escaping @Sendable (Result<CallRecord, StoreError>) -> Void) {
        ask(.read, done) { session throws(StoreError) in
            let found = try session.records("WHERE id = ?", [.text("\(id)")])
            guard let record = found.first else {
                throw StoreError(.notFound(id: "\(id)"), session.database.path)
            }
            return record
        }
    }

    package func list(
        _ query: CallRecordQuery, _ done: @escaping @Sendable (Result<CallRecordPage, StoreError>) -> Void
    ) {
        ask(.read, done) { session throws(StoreError) in
            try session.database.reading { () throws(StoreError) in
                let (clause, values) = query.sql
                var found = try session.records(clause, values)
                let hasMore = found.count > query.pageSize
                if hasMore { found.removeLast() }
                return CallRecordPage(
                    records: found, next: hasMore ? found.last.map(CallRecordQuery.Cursor.init) : nil,
                    position: CallRecordPosition(try session.revision(.records)))
            }
        }
    }

    package func changes(
        after position: CallRecordPosition, limit: Int,
        _ done: @escaping @Sendable (Result<CallRecordChanges, StoreError>) -> Void
    ) {
        ask(.read, done) { session throws(StoreError) in
            let (after, limit) = (SQLiteValue.integer(position.number), SQLiteValue.integer(Int64(max(1, limit))))
            return try session.database.reading { () throws(StoreError) in
                let records = try session.records("WHERE change > ? ORDER BY change LIMIT ?", [after, limit])
                let last = try session.database.number(
                    "SELECT max(change) FROM (SELECT change FROM call_record WHERE change > ? ORDER BY change LIMIT ?)",
                    [after, limit])
                return CallRecordChanges(records: records, position: max(position, CallRecordPosition(last)))
            }
        }
    }

    package func prune(
        to limits: CallRecordLimits, at now: Duration, batch: Int,
        _ done: @escaping @Sendable (Result<Int, StoreError>) -> Void
    ) {
        ask(.write, done) { session throws(StoreError) in try session.prune(to: limits, at: now, batch: batch) }
    }

    package func watchRecords(_ changed: @escaping @Sendable () -> Void) { watch(.records, changed) }
}

extension CallRecordQuery {
    /// The conditions, order and size of a page and one record more, with the values of its parameters.
    fileprivate var sql: (clause: String, values: [SQLiteValue]) {
        var conditions: [String] = []
        var values: [SQLiteValue] = []
        func require(_ condition: String, _ value: SQLiteValue?) {
            guard let value else { return }
            conditions.append(condition)
            values.append(value)
        }
        require("direction = ?", direction.map { .text($0.rawValue) })
        require("trunk_id = ?", trunkID.map { .text("\($0)") })
        require("rule_id = ?", ruleID.map { .text("\($0)") })
        require("room = ?", room.map { .text($0) })
        require("participant_identity = ?", participantIdentity.map { .text($0) })
        require("call_id = ?", callID.map { .blob($0.bytes) })
        require("caller = ?", from.map { .text($0) })
        require("called = ?", to.map { .text($0) })
        require("end_reason = ?", endReason.map { .text($0.rawValue) })
        require("instance = ?", instance.map { .text("\($0)") })
        require("created_at >= ?", since.map { .time($0) })
        require("created_at < ?", until.map { .time($0) })
        if !states.isEmpty {
            let names = states.map(\.rawValue).sorted()
            conditions.append("state IN (\(names.map { _ in "?" }.joined(separator: ", ")))")
            values += names.map { .text($0) }
        }
        let (comparison, direction) = order == .oldestFirst ? (">", "ASC") : ("<", "DESC")
        if let after {
            conditions.append("(created_at, id) \(comparison) (?, ?)")
            values += [.time(after.createdAt), .text("\(after.id)")]
        }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        values.append(.integer(Int64(pageSize + 1)))
        return ("\(filter) ORDER BY created_at \(direction), id \(direction) LIMIT ?", values)
    }
}
