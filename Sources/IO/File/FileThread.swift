/// The thread that does the blocking file work of a process: disks may take their time, workers may not.
package final class FileThread: Sendable {
    private let thread: BlockingThread

    /// Starts the thread. Each file bounds what it queues itself.
    package init() throws(IOError) { thread = try BlockingThread(name: "sipctl-files", limit: 65_536) }

    /// Queues work. False when the queue is full; the work is then not done.
    package func perform(_ work: @escaping @Sendable () -> Void) -> Bool { thread.perform(work) }

    /// Queues work that must be done, such as the end of a file.
    package func finish(_ work: @escaping @Sendable () -> Void) { thread.finish(work) }

    /// Does what is queued, then ends the thread; the caller waits.
    package func close() { thread.close() }
}
