internal import Core

/// Call records as rows.
extension SQLiteSession {
    private static let names = [
        "id", "call_id", "direction", "trunk_id", "rule_id", "room", "participant_identity", "caller", "called",
        "source",
        "state", "created_at", "started_at", "ended_at", "end_reason", "end_sentence", "sip_status", "codec",
        "packets_sent", "packets_received", "packets_lost", "jitter", "recording_path", "instance",
    ]

    private static let columns = names.joined(separator: ", ")

    /// What stays as the first record of a call has it. A column that is set costs an entry in each index that it is in.
    private static let fixed: Set = ["id", "created_at"]

    private static let selection = "SELECT \(columns) FROM call_record "

    private static let insertion: String = {
        let marks = names.map { _ in "?" }.joined(separator: ", ")
        let changes = (names.filter { !fixed.contains($0) } + ["change"]).map { "\($0) = excluded.\($0)" }
        return """
            INSERT INTO call_record(\(columns), change) VALUES (\(marks), ?)
            ON CONFLICT(id) DO UPDATE SET \(changes.joined(separator: ", "))
            """
    }()

    /// Stores records as the latest changes.
    func append(_ records: [CallRecord]) throws(StoreError) {
        guard !records.isEmpty else { return }
        let last = try bump(.records, by: Int64(records.count))
        for (change, record) in zip((last - Int64(records.count) + 1)..., records) {
            try database.run(Self.insertion, Self.values(record) + [.integer(change)])
        }
    }

    /// Forgets at most `batch` ended records, the oldest first: those above the age, then those above the count. How many.
    func prune(to limits: CallRecordLimits, at now: Duration, batch: Int) throws(StoreError) -> Int {
        var left = Int64(batch)
        if let age = limits.age {
            left -= try forget("AND created_at < ?", [.time(now - age)], atMost: left)
        }
        if let count = limits.count, left > 0 {
            let excess = try database.number("SELECT count(*) FROM call_record") - Int64(count)
            if excess > 0 { left -= try forget("", [], atMost: min(left, excess)) }
        }
        return batch - Int(left)
    }

    private func forget(
        _ condition: String, _ values: [SQLiteValue], atMost limit: Int64
    ) throws(StoreError) -> Int64 {
        let oldest =
            "SELECT id FROM call_record WHERE state = 'ended' \(condition) ORDER BY created_at, id LIMIT ?"
        try database.run("DELETE FROM call_record WHERE id IN (\(oldest))", values + [.integer(limit)])
        return try database.number("SELECT changes()")
    }

    /// The records that a clause selects.
    func records(_ clause: String, _ values: [SQLiteValue] = []) throws(StoreError) -> [CallRecord] {
        try database.rows(Self.selection + clause, values) { row throws(StoreError) in try record(row) }
    }

    /// The records that are not ended.
    func openRecords() throws(StoreError) -> [CallRecord] { try records("WHERE state <> 'ended' ORDER BY id") }

    private static func values(_ record: CallRecord) -> [SQLiteValue] {
        [
            .text("\(record.id)"), .blob(record.callID.bytes), .text(record.direction.rawValue), .text(record.trunkID),
            .text(record.ruleID), .text(record.room), .text(record.participantIdentity), .text(record.from),
            .text(record.to), .text(record.source), .text(record.state.rawValue), .time(record.createdAt),
            .time(record.startedAt), .time(record.endedAt), .text(record.endReason?.rawValue),
            .text(record.endSentence), .integer(record.sipStatus.map { Int64($0) }), .text(record.quality.codec),
            .integer(record.quality.packetsSent), .integer(record.quality.packetsReceived),
            .integer(record.quality.packetsLost), .time(record.quality.jitter), .text(record.recordingPath),
            .text("\(record.instance)"),
        ]
    }

    private func record(_ row: SQLiteStatement) throws(StoreError) -> CallRecord {
        let id = row.text(0)
        guard let direction = CallDirection(rawValue: row.text(2)) else {
            throw StoreError(.undecodable(object: id, detail: "direction \(row.text(2))"), database.path)
        }
        guard let state = CallRecord.State(rawValue: row.text(10)) else {
            throw StoreError(.undecodable(object: id, detail: "state \(row.text(10))"), database.path)
        }
        var record = CallRecord(
            id: CallRecordID(id), direction: direction, createdAt: row.time(11), instance: InstanceID(row.text(23)))
        record.callID = CallID(row.bytes(1))
        record.trunkID = row.optionalText(3).map { TrunkID($0) }
        record.ruleID = row.optionalText(4).map { RuleID($0) }
        (record.room, record.participantIdentity) = (row.text(5), row.text(6))
        (record.from, record.to, record.source) = (row.text(7), row.text(8), row.text(9))
        (record.state, record.startedAt, record.endedAt) = (state, row.optionalTime(12), row.optionalTime(13))
        record.endReason = row.optionalText(14).map { CallRecord.EndReason(rawValue: $0) }
        record.endSentence = row.text(15)
        record.sipStatus = row.optionalInteger(16).map { Int($0) }
        record.quality.codec = row.text(17)
        (record.quality.packetsSent, record.quality.packetsReceived) = (row.integer(18), row.integer(19))
        (record.quality.packetsLost, record.quality.jitter) = (row.integer(20), row.time(21))
        (record.recordingPath, record.instance) = (row.text(22), InstanceID(row.text(23)))
        return record
    }
}
