internal import Core
internal import Glibc

/// The thread of an SQLite store: commits together what waits together, answers in the order of asking, and looks for
/// changes of other processes.
struct SQLiteWorker: ~Copyable {
    private let session: SQLiteSession
    private let queue: SQLiteQueue
    private let options: SQLiteStore.Options
    private var waiting: [SQLiteQueue.Request] = []
    private var lastCommit = Instant.zero
    private var lastPoll = Instant.zero

    init(_ session: SQLiteSession, _ queue: SQLiteQueue, _ options: SQLiteStore.Options) {
        (self.session, self.queue, self.options) = (session, queue, options)
    }

    /// Works until the queue is closed and empty.
    mutating func run() {
        var goesOn = true
        while goesOn {
            goesOn = queue.drain(into: &waiting)
            if goesOn, holdsBack() { _ = queue.drain(into: &waiting) }
            serve()
            if goesOn { rest() }
        }
    }

    /// Waits for more when there are only call records to write and the last commit was just now.
    private func holdsBack() -> Bool {
        guard !waiting.isEmpty, waiting.allSatisfy({ $0.record != nil }) else { return false }
        let left = lastCommit + options.commitInterval - SystemClock.now()
        guard left > .zero else { return false }
        usleep(UInt32(clamping: left.nanoseconds / 1000))
        return true
    }

    /// Until there is work, or it is time to look for others' changes.
    private mutating func rest() {
        guard queue.isWatched else {
            Polling.wait(queue.fd, .readable)
            return
        }
        let left = lastPoll + options.pollInterval - SystemClock.now()
        if left > .zero { Polling.wait(queue.fd, .readable, atMost: left + .milliseconds(1)) }
        guard SystemClock.now() >= lastPoll + options.pollInterval else { return }
        lastPoll = SystemClock.now()
        // What cannot be read now is looked at again the next time; who asks for it gets the error.
        try? session.poll()
        tellForeignChanges()
    }

    private mutating func serve() {
        var index = 0
        while index < waiting.count {
            if waiting[index].kind == .read {
                Self.perform(waiting[index], session)
                index += 1
            } else {
                let end = waiting[index...].firstIndex { $0.kind == .read } ?? waiting.count
                commit(waiting[index..<end])
                index = end
            }
        }
        waiting.removeAll(keepingCapacity: true)
    }

    private static func perform(_ request: SQLiteQueue.Request, _ session: SQLiteSession) {
        guard case .anything(let work) = request.work else { return }
        do throws(StoreError) { try work(session)() } catch { request.fail(error) }
    }

    /// Writes all in one transaction. When that fails each is tried alone, so that one cannot spoil the others.
    private mutating func commit(_ requests: ArraySlice<SQLiteQueue.Request>) {
        do throws(StoreError) {
            let answers = try write(requests)
            lastCommit = SystemClock.now()
            for answer in answers { answer() }
        } catch {
            try? session.forget()
            if requests.count == 1 {
                requests.first?.fail(error)
            } else {
                for index in requests.indices { commit(requests[index...index]) }
            }
        }
        if requests.contains(where: { $0.record != nil }) { queue.tell(.records) }
        tellForeignChanges()
    }

    private func write(_ requests: ArraySlice<SQLiteQueue.Request>) throws(StoreError) -> [@Sendable () -> Void] {
        try session.database.transaction { () throws(StoreError) in
            var answers: [@Sendable () -> Void] = []
            for request in requests {
                switch request.work {
                case .anything(let work): answers.append(try work(session))
                case .append(_, let done): answers.append(done)
                }
            }
            try session.append(Self.latest(requests))
            return answers
        }
    }

    /// The records to write, in the order of their last changes: of several of one call the last, which is all that can be seen
    /// of them after the transaction.
    private static func latest(_ requests: ArraySlice<SQLiteQueue.Request>) -> [CallRecord] {
        var known: Set<CallRecordID> = []
        var records: [CallRecord] = []
        for case let record? in requests.reversed().map(\.record) where known.insert(record.id).inserted {
            records.append(record)
        }
        return records.reversed()
    }

    private func tellForeignChanges() {
        for kind in session.takeForeignChanges().sorted(by: { $0.rawValue < $1.rawValue }) { queue.tell(kind) }
    }
}
