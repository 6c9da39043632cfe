import CSQLite
import Glibc

/// An SQLite file as another program sees it.
@safe
final class RawDatabase {
    struct Failed: Error { let code: Int32, sql: String }

    private var handle: OpaquePointer?

    init(_ path: String) throws {
        let code = unsafe sqlite3_open(path, &handle)
        guard code == SQLITE_OK else { throw Failed(code: code, sql: path) }
    }

    deinit { unsafe sqlite3_close(handle) }

    /// Does a statement and returns its rows as text, columns parted by `|`.
    @discardableResult
    func run(_ sql: String) throws -> [String] {
        var statement: OpaquePointer?
        var code = unsafe sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        defer { unsafe sqlite3_finalize(statement) }
        var rows: [String] = []
        while code == SQLITE_OK || code == SQLITE_ROW {
            code = unsafe sqlite3_step(statement)
            guard code == SQLITE_ROW else { break }
            let count = unsafe sqlite3_column_count(statement)
            let columns = (0..<count).map { index in
                unsafe sqlite3_column_text(statement, index).map { unsafe String(cString: $0) } ?? ""
            }
            rows.append(columns.joined(separator: "|"))
        }
        guard code == SQLITE_DONE else { throw Failed(code: code, sql: sql) }
        return rows
    }
}

/// Runs `body` with the rights of an ordinary user on files; threads that it starts keep them.
func asOrdinaryUser<Value>(_ body: () throws -> Value) throws -> Value {
    // The call is of one thread alone, unlike seteuid, so other tests keep their rights (setfsuid(2)).
    typealias SetFSUID = @convention(c) (uid_t) -> Int32
    guard geteuid() == 0, let symbol = unsafe dlsym(nil, "setfsuid") else { return try body() }
    let setfsuid = unsafe unsafeBitCast(symbol, to: SetFSUID.self)
    _ = setfsuid(65_534)
    defer { _ = setfsuid(0) }
    return try body()
}
