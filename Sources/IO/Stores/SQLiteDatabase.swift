internal import CSQLite
internal import Core
internal import CLinux
internal import Glibc

/// One connection to an SQLite file, with its prepared statements. Belongs to one thread at a time.
@safe
final class SQLiteDatabase {
    /// Bytes before the first page's content (sqlite.org/fileformat.html §1.3).
    private static let headerSize = 100

    let path: String
    private let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]

    /// Opens a file and makes it, for this user alone, where it is missing.
    /// - Parameter busyTimeout: how long to wait for the lock of another process.
    init(_ path: String, busyTimeout: Duration) throws(StoreError) {
        self.path = path
        // SQLite makes files that everyone may read; its journals take over the mode of the file.
        let fd = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if fd >= 0 { _ = Glibc.close(fd) }
        // The library takes what is shorter than its header for a new database, and would write over it.
        var status = stat()
        if unsafe stat(path, &status) == 0, (1..<Self.headerSize).contains(status.st_size) {
            throw StoreError(.corrupt(detail: "the file is cut short"), path)
        }
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle = unsafe handle else { throw StoreError(.failed(detail: "out of memory"), path) }
        guard code == SQLITE_OK else {
            let error = unsafe Self.error(code, handle, path)
            unsafe sqlite3_close_v2(handle)
            throw error
        }
        unsafe self.handle = unsafe handle
        unsafe sqlite3_busy_timeout(handle, Int32(clamping: busyTimeout.milliseconds))
    }

    deinit {
        statements.removeAll()
        unsafe sqlite3_close_v2(handle)
    }

    /// Whether the file, or the file system it is on, takes no writes.
    var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }

    /// A statement, prepared once and bound to `values`. Use it up, or reset it, before asking for the same text again.
    func statement(_ sql: String, _ values: [SQLiteValue] = []) throws(StoreError) -> SQLiteStatement {
        let statement = try prepared(sql)
        statement.reset()
        for (index, value) in values.enumerated() { try check(statement.bind(value, at: index + 1)) }
        return statement
    }

    /// Does a statement; its rows, if any, are dropped.
    func run(_ sql: String, _ values: [SQLiteValue] = []) throws(StoreError) {
        let statement = try statement(sql, values)
        defer { statement.reset() }
        while try step(statement) {}
    }

    /// The rows of a statement.
    func rows<Row>(
        _ sql: String, _ values: [SQLiteValue] = [], _ read: (SQLiteStatement) throws(StoreError) -> Row
    ) throws(StoreError) -> [Row] {
        let statement = try statement(sql, values)
        defer { statement.reset() }
        var rows: [Row] = []
        while try step(statement) { rows.append(try read(statement)) }
        return rows
    }

    /// The number in the first column of the first row.
    func number(_ sql: String, _ values: [SQLiteValue] = []) throws(StoreError) -> Int64 {
        try rows(sql, values) { row throws(StoreError) in row.integer(0) }.first ?? 0
    }

    /// The text in the first column of the first row.
    func text(_ sql: String) throws(StoreError) -> String {
        try rows(sql) { row throws(StoreError) in row.text(0) }.first ?? ""
    }

    /// Does `body` in one transaction that no other process writes beside: all of it is on the disk afterwards, or nothing.
    func transaction<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        try run("BEGIN IMMEDIATE")
        do throws(StoreError) {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            // Some errors, such as a full disk, have ended the transaction already.
            if unsafe sqlite3_get_autocommit(handle) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    /// Reads of one moment, whatever other processes write meanwhile.
    func reading<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        try run("BEGIN")
        defer { try? run("COMMIT") }
        return try body()
    }

    private func prepared(_ sql: String) throws(StoreError) -> SQLiteStatement {
        if let statement = statements[sql] { return statement }
        let statement = try prepare(sql)
        statements[sql] = statement
        return statement
    }

    private func prepare(_ sql: String) throws(StoreError) -> SQLiteStatement {
        var statement: OpaquePointer?
        try check(
            unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil))
        guard let statement = unsafe statement else { throw StoreError(.failed(detail: "an empty statement"), path) }
        return unsafe SQLiteStatement(statement)
    }

    /// Goes to the next row. False after the last.
    private func step(_ statement: SQLiteStatement) throws(StoreError) -> Bool {
        switch statement.step() {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw unsafe Self.error(code, handle, path)
        }
    }

    private func check(_ code: Int32) throws(StoreError) {
        guard code == SQLITE_OK else { throw unsafe Self.error(code, handle, path) }
    }

    /// What a result code means for the one who asked (sqlite.org/rescode.html).
    private static func error(_ code: Int32, _ handle: OpaquePointer, _ path: String) -> StoreError {
        let systemError = unsafe sqlite3_system_errno(handle)
        let words = unsafe sqlite3_errmsg(handle).map { unsafe String(cString: $0) } ?? "error \(code)"
        let reason: StoreError.Reason
        switch (code & 0xff, systemError) {
        case (SQLITE_CORRUPT, _), (SQLITE_NOTADB, _): reason = .corrupt(detail: words)
        case (SQLITE_BUSY, _), (SQLITE_LOCKED, _): reason = .locked
        case (SQLITE_FULL, _), (SQLITE_IOERR, ENOSPC), (SQLITE_IOERR, EDQUOT): reason = .full
        case (SQLITE_READONLY, _), (SQLITE_CANTOPEN, EROFS): reason = .readOnly
        case (SQLITE_CANTOPEN, _) where systemError != 0:
            reason = .forbidden(detail: IOError("open", path, code: systemError).reason)
        case (SQLITE_CANTOPEN, _), (SQLITE_PERM, _): reason = .forbidden(detail: words)
        default: reason = .failed(detail: words)
        }
        return StoreError(reason, path)
    }
}
