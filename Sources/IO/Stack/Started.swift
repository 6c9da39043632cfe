internal import Core
internal import Glibc
internal import Synchronization

/// What a worker's thread tells the thread that started it: its address and mailbox, or why it could not start.
final class Started: Sendable {
    private let result = Mutex<Result<(SocketAddress, Mailbox<StackWorker.Order>), IOError>?>(nil)
    private let ready: Mailbox<Bool>

    init() throws(IOError) { ready = try Mailbox() }

    func succeed(_ address: SocketAddress, _ mailbox: Mailbox<StackWorker.Order>) {
        result.withLock { $0 = .success((address, mailbox)) }
        ready.post(true)
    }

    func fail(_ error: IOError) {
        result.withLock { $0 = .failure(error) }
        ready.post(true)
    }

    /// Waits until the worker has said one or the other.
    func wait() throws(IOError) -> (SocketAddress, Mailbox<StackWorker.Order>) {
        while true {
            if let result = result.withLock({ $0 }) { return try result.get() }
            _ = Polling.wait(ready.fd, .readable, atMost: .seconds(1))
        }
    }
}
