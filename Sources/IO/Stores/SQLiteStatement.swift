internal import CSQLite
internal import Core

/// A value in a column.
enum SQLiteValue: Equatable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    static func text(_ value: (some CustomStringConvertible)?) -> Self { value.map { .text($0.description) } ?? .null }

    static func integer(_ value: Int64?) -> Self { value.map { .integer($0) } ?? .null }

    /// Nanoseconds.
    static func time(_ value: Duration?) -> Self { integer(value?.nanoseconds) }
}

/// A prepared statement, ended with its owner. Columns count from 0.
@safe
final class SQLiteStatement {
    private let handle: OpaquePointer

    /// Takes over a statement.
    init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Goes to the next row: SQLITE_ROW, SQLITE_DONE or an error.
    func step() -> Int32 { unsafe sqlite3_step(handle) }

    /// Makes the statement ready to run again, without values.
    func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }

    /// Gives a value to a parameter; parameters count from 1.
    func bind(_ value: SQLiteValue, at index: Int) -> Int32 {
        let index = Int32(index)
        // -1 is SQLITE_TRANSIENT: the library copies.
        let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: return unsafe sqlite3_bind_null(handle, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(handle, index, number)
        case .text(let text):
            // An empty string may have no address, which would bind NULL.
            guard !text.isEmpty else { return unsafe sqlite3_bind_text(handle, index, "", 0, copied) }
            return unsafe sqlite3_bind_text(handle, index, text, Int32(clamping: text.utf8.count), copied)
        case .blob(let bytes):
            guard !bytes.isEmpty else { return unsafe sqlite3_bind_zeroblob(handle, index, 0) }
            return unsafe sqlite3_bind_blob64(handle, index, bytes, UInt64(bytes.count), copied)
        }
    }

    private func isNull(_ column: Int) -> Bool { unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    /// 0 for NULL.
    func integer(_ column: Int) -> Int64 { unsafe sqlite3_column_int64(handle, Int32(column)) }

    func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    /// Empty for NULL.
    func bytes(_ column: Int) -> [UInt8] {
        // The blob first: asking for the size would convert it.
        guard let address = unsafe sqlite3_column_blob(handle, Int32(column)) else { return [] }
        let count = unsafe sqlite3_column_bytes(handle, Int32(column))
        return unsafe Array(UnsafeRawBufferPointer(start: address, count: Int(count)))
    }

    func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }

    func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    func time(_ column: Int) -> Duration { .nanoseconds(integer(column)) }

    func optionalTime(_ column: Int) -> Duration? { optionalInteger(column).map { .nanoseconds($0) } }
}
