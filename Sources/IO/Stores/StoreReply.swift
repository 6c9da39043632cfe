internal import Glibc
internal import Synchronization

/// The answer to a question, for a thread that may wait for it: a command, a start-up, a test. Never on a worker.
///
/// `store.load(reply.fill)`, then `try reply.wait()`.
package final class StoreReply<Value: Sendable, Failure: Error>: Sendable {
    private let result = Mutex<Result<Value, Failure>?>(nil)
    private let ready: Mailbox<Bool>

    package init() throws(IOError) { ready = try Mailbox() }

    /// Gives the answer. Called once, from any thread.
    package func fill(_ answer: Result<Value, Failure>) {
        result.withLock { $0 = answer }
        ready.post(true)
    }

    /// Waits for the answer.
    package func wait() throws(Failure) -> Value {
        while true {
            if let result = result.withLock({ $0 }) { return try result.get() }
            Polling.wait(ready.fd, .readable)
        }
    }
}
