package import Core
internal import Glibc
internal import Synchronization

/// The default store: one SQLite file for trunks, rules and call records. Several processes may use the file at once.
///
/// A thread of its own does all the work. Writes that wait together are committed together, with one wait for the disk;
/// they are answered after that.
package final class SQLiteStore: Sendable {
    package struct Options: Sendable {
        /// How long to wait for another process's lock.
        package var busyTimeout = Duration.seconds(5)
        /// How often to look for changes of other processes, while somebody wants to know of them.
        package var pollInterval = Duration.milliseconds(250)
        /// The least time between two commits of call records, so that a busy server does not keep the disk busy too.
        package var commitInterval = Duration.milliseconds(50)
        /// The most 4 KiB pages that the file may have; nil for no bound.
        package var pageLimit: Int?
        /// Requests that may wait.
        package var queueLimit = 65_536

        package init() {}
    }

    /// The file.
    package let path: String
    private let queue: SQLiteQueue
    private let thread: WorkerThread
    private let limit: Int

    /// Opens the store at `path`, and makes the file and its folder where they are missing. Blocks.
    package convenience init(path: String, options: Options = Options()) throws(StoreError) {
        try self.init(path: path, options: options, migrations: StoreSchema.migrations)
    }

    /// The same, with other steps of the schema.
    package init(path: String, options: Options, migrations: [SchemaMigration]) throws(StoreError) {
        (self.path, limit) = (path, options.queueLimit)
        let opened: StoreReply<Bool, StoreError>
        do throws(IOError) {
            let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
            if !folder.isEmpty { try StateDirectory.create(folder) }
            let (shared, reply) = (try SQLiteQueue(), try StoreReply<Bool, StoreError>())
            (queue, opened) = (shared, reply)
            thread = try WorkerThread(name: "sipctl-store") {
                do throws(StoreError) {
                    var worker = SQLiteWorker(try SQLiteSession(path, options, migrations), shared, options)
                    reply.fill(.success(true))
                    worker.run()
                } catch {
                    reply.fill(.failure(error))
                }
            }
        } catch {
            throw StoreError(error, path)
        }
        _ = try opened.wait()
    }

    deinit { close() }

    /// Transactions that were written since the opening.
    package var commits: Int { queue.commits.load(ordering: .relaxed) }

    /// Queues a request.
    func ask<Value: Sendable>(
        _ kind: SQLiteQueue.Kind, _ done: @escaping @Sendable (Result<Value, StoreError>) -> Void,
        _ work: @escaping @Sendable (SQLiteSession) throws(StoreError) -> Value
    ) {
        let request = SQLiteQueue.Request(
            kind: kind,
            work: .anything { session throws(StoreError) in
                let value = try work(session)
                return { done(.success(value)) }
            },
            fail: { done(.failure($0)) })
        post(request)
    }

    func post(_ request: SQLiteQueue.Request) {
        if let refusal = queue.post(request, limit: limit) { request.fail(StoreError(refusal, path)) }
    }

    func watch(_ kind: SQLiteSession.Kind, _ changed: @escaping @Sendable () -> Void) {
        queue.watch(kind, changed)
    }

    /// Does what was asked for and closes the file.
    package func close() {
        queue.close()
        thread.join()
    }
}

extension StoreError {
    /// What a failed system call means for the one who asked.
    init(_ error: IOError, _ store: String) {
        switch error.code {
        case EACCES, EPERM: self.init(.forbidden(detail: "\(error)"), store)
        case EROFS: self.init(.readOnly, store)
        case ENOSPC, EDQUOT: self.init(.full, store)
        default: self.init(.failed(detail: "\(error)"), store)
        }
    }
}
