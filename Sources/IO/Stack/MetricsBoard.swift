internal import Core
internal import Synchronization

/// Where one thread counts and others read. Written once for a batch of messages, so that the lock is practically never waited for.
final class MetricsBoard: Sendable {
    private let metrics = Mutex(WorkerMetrics())

    /// Counts.
    func update(_ body: (inout WorkerMetrics) -> Void) { metrics.withLock { body(&$0) } }

    /// A copy.
    func read() -> WorkerMetrics { metrics.withLock { $0 } }
}
