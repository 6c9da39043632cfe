import CLinux
package import Core
import Glibc
import Synchronization

/// Writes events to a descriptor from a thread of its own, so that no worker ever waits for a terminal or a pipe.
///
/// The queue is bounded. What does not fit is dropped and counted, and the count is logged when there is room again.
package final class LogSink: Sendable {
    /// The least severe level of `rules`, so that what is not written costs one load.
    private let least: Atomic<UInt8>
    private let rules: Mutex<LogRules>
    private let queue: LogQueue
    private let limit: Int
    private let thread: WorkerThread

    /// Opens a sink on a descriptor, which stays open afterwards. `limit` is the number of events that may wait.
    package init(
        _ format: LogFormat, _ rules: LogRules = LogRules(), fd: Int32 = STDERR_FILENO, limit: Int = 8192
    ) throws(IOError) {
        let queue = try LogQueue()
        (self.queue, self.limit) = (queue, limit)
        least = Atomic(rules.least.rawValue)
        self.rules = Mutex(rules)
        thread = try WorkerThread(name: "sipctl-log") {
            var writer = LogWriter(queue: queue, format: format, fd: fd)
            writer.run()
        }
    }

    deinit { close() }

    /// From now on these events are written.
    package func use(_ rules: LogRules) {
        self.rules.withLock { $0 = rules }
        least.store(rules.least.rawValue, ordering: .relaxed)
    }

    /// Whether events of a level may be written, for callers that would have to compute their fields.
    package func isEnabled(_ level: LogLevel) -> Bool { level.rawValue >= least.load(ordering: .relaxed) }

    /// Logs an event when it is to be written. Never blocks.
    package func log(_ event: LogEvent) {
        guard isEnabled(event.level), rules.withLock({ $0.allows(event) }) else { return }
        guard queue.entries.depth < limit else {
            queue.dropped.add(1, ordering: .relaxed)
            return
        }
        queue.entries.post(LogQueue.Entry(event: event, time: SystemClock.wallClock()))
    }

    /// Logs an event whose fields are computed only when its level is written. Never blocks.
    package func log(
        _ level: LogLevel, _ name: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogEvent.Value> = [:]
    ) {
        if isEnabled(level) { log(LogEvent(level, name, fields())) }
    }

    /// Writes what waits, for at most two seconds, and ends the thread. What is logged afterwards is lost.
    package func close() {
        queue.close()
        thread.join()
    }

    /// The format that suits a descriptor: text on a terminal, in colour unless NO_COLOR is set or the terminal is dumb;
    /// JSON Lines otherwise.
    package static func format(for fd: Int32 = STDERR_FILENO, environment: [String: String]) -> LogFormat {
        guard isatty(fd) == 1 else { return .json }
        // An empty NO_COLOR counts as not set (no-color.org).
        let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        return .text(colour: !isPlain && environment["TERM"].map { $0 != "dumb" && !$0.isEmpty } ?? false)
    }
}

/// What the workers and the writing thread share.
private final class LogQueue: Sendable {
    struct Entry: Sendable {
        var event: LogEvent
        var time: (seconds: Int64, nanoseconds: Int32)
    }

    let entries: Mailbox<Entry>
    let dropped = Atomic<Int>(0)
    let isClosing = Atomic<Bool>(false)

    init() throws(IOError) { entries = try Mailbox() }

    /// Wakes the writer for the last time.
    func close() {
        guard !isClosing.exchange(true, ordering: .acquiringAndReleasing) else { return }
        entries.wake()
    }
}

/// The writing thread's side.
private struct LogWriter {
    /// `poll` promises room for this many bytes in a pipe (PIPE_BUF), so that a write of them does not block.
    private static let chunk = 4096
    private static let patience = Duration.seconds(2)

    let queue: LogQueue
    let format: LogFormat
    let fd: Int32
    private var entries: [LogQueue.Entry] = []
    private var bytes: [UInt8] = []
    private var giveUp: Instant?

    init(queue: LogQueue, format: LogFormat, fd: Int32) {
        (self.queue, self.format, self.fd) = (queue, format, fd)
    }

    mutating func run() {
        while true {
            // Read first: what was posted before the closing is then drained.
            let isClosing = queue.isClosing.load(ordering: .acquiring)
            queue.entries.drain(into: &entries)
            for entry in entries { format.append(entry.event, at: entry.time, to: &bytes) }
            entries.removeAll(keepingCapacity: true)
            let dropped = queue.dropped.exchange(0, ordering: .relaxed)
            if dropped > 0 {
                let event = LogEvent(.warning, "log.dropped", ["count": .count(dropped)])
                format.append(event, at: SystemClock.wallClock(), to: &bytes)
            }
            guard write() else { return }
            if isClosing { return }
            if queue.entries.depth == 0, queue.dropped.load(ordering: .relaxed) == 0 {
                Polling.wait(queue.entries.fd, .readable)
            }
        }
    }

    /// Writes all bytes. False when the descriptor is gone or the sink is closing and the reader does not read.
    private mutating func write() -> Bool {
        var start = 0
        while start < bytes.count {
            if queue.isClosing.load(ordering: .acquiring) {
                let end = giveUp ?? SystemClock.now() + Self.patience
                giveUp = end
                if SystemClock.now() >= end { return false }
            }
            guard Polling.wait(fd, .writable, atMost: .milliseconds(100)) else { continue }
            let count = min(Self.chunk, bytes.count - start)
            let written = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(fd, $0.baseAddress.map { unsafe $0 + start }, count)
            }
            if written > 0 {
                start += written
            } else if errno != EINTR && errno != EAGAIN {
                return false
            }
        }
        bytes.removeAll(keepingCapacity: true)
        return true
    }
}
