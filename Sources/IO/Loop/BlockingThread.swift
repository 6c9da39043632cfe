import Synchronization

/// One thread that does blocking work, piece after piece, in the order of asking. The queue is bounded.
package final class BlockingThread: Sendable {
    private let work: Mailbox<@Sendable () -> Void>
    private let isClosing: ClosingFlag
    private let thread: WorkerThread
    private let limit: Int

    private final class ClosingFlag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    /// Starts the thread; at most about `limit` pieces of work may wait.
    package init(name: String, limit: Int = 1024) throws(IOError) {
        let (work, flag) = (try Mailbox<@Sendable () -> Void>(), ClosingFlag())
        (self.work, isClosing, self.limit) = (work, flag, limit)
        thread = try WorkerThread(name: name) {
            var pieces: [@Sendable () -> Void] = []
            while true {
                // Read first: what was asked for before the closing is then done.
                let isLast = flag.isSet.load(ordering: .acquiring)
                work.drain(into: &pieces)
                for piece in pieces { piece() }
                pieces.removeAll(keepingCapacity: true)
                if isLast { return }
                Polling.wait(work.fd, .readable)
            }
        }
    }

    deinit { close() }

    /// Queues work. False when too much waits already; the work is then not done.
    package func perform(_ piece: @escaping @Sendable () -> Void) -> Bool {
        guard work.depth < limit else { return false }
        work.post(piece)
        return true
    }

    /// Queues work that must not be refused, such as the closing of a file.
    package func finish(_ piece: @escaping @Sendable () -> Void) { work.post(piece) }

    /// Does what waits, then ends the thread; the caller waits for that.
    package func close() {
        isClosing.isSet.store(true, ordering: .releasing)
        work.wake()
        thread.join()
    }
}
