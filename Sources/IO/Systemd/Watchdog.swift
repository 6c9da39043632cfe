import Core

/// Tells the service manager that the server lives, as long as what it asks answers: a server that hangs is started anew.
///
/// A thread of its own asks in every interval and tells only when the last question was answered, so a worker that
/// hangs is noticed although this thread does not.
package final class Watchdog: Sendable {
    /// True: alive; false: the end.
    private let questions: Mailbox<Bool>
    private let thread: WorkerThread

    /// Starts asking; nil when the manager does not wait for us. `ask` must not block: it has its argument called, from any thread,
    /// by the one whose life is to be proven.
    package init?(
        _ manager: ServiceManager, ask: @escaping @Sendable (_ alive: @escaping @Sendable () -> Void) -> Void
    ) throws(IOError) {
        guard let interval = manager.watchdogInterval else { return nil }
        let questions = try Mailbox<Bool>()
        self.questions = questions
        thread = try WorkerThread(name: "sipctl-watchdog") {
            var letters: [Bool] = []
            // At most one question waits for its answer, so that a hang does not pile them up.
            var isWaiting = false
            var due = SystemClock.now()
            while !letters.contains(false) {
                if !letters.isEmpty {
                    isWaiting = false
                    manager.notify(.watchdog)
                }
                let now = SystemClock.now()
                if now >= due {
                    due = now + interval
                    if !isWaiting {
                        isWaiting = true
                        ask { questions.post(true) }
                    }
                }
                Polling.wait(questions.fd, .readable, atMost: due - SystemClock.now() + .milliseconds(1))
                letters.removeAll(keepingCapacity: true)
                questions.drain(into: &letters)
            }
        }
    }

    /// Ends asking. The manager must have been told that the server stops, or it takes the silence for a hang.
    package func stop() {
        questions.post(false)
        thread.join()
    }

    deinit { questions.post(false) }
}
