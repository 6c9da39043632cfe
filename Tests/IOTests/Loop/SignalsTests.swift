import Core
import Glibc
import IO
import Testing

@Suite("SignalSource")
struct SignalsTests {
    @Test("a blocked signal is read from the descriptor", arguments: [SignalSource.Signal.hangup, .terminate])
    func reads(signal: SignalSource.Signal) throws {
        // The signal goes to one thread of ours, so that the test process does not notice.
        let outcome = try Mailbox<SignalSource.Signal?>()
        let thread = try WorkerThread(name: "signalled") {
            guard let source = try? SignalSource(), source.next() == nil else { return }
            pthread_kill(pthread_self(), signal == .hangup ? SIGHUP : SIGTERM)
            outcome.post(source.next())
            outcome.post(source.next())
        }
        thread.join()
        var seen: [SignalSource.Signal?] = []
        outcome.drain(into: &seen)
        #expect(seen == [signal, nil])
    }

    @Test("a thread has the name it was given, cut to what the kernel keeps")
    func threadName() throws {
        let names = try Mailbox<String>()
        let thread = try WorkerThread(name: "sipctl-worker-with-a-long-name") {
            // The starter sets the name while the thread runs already.
            let end = limit()
            while SystemClock.now() < end {
                let name = FileText.read("/proc/thread-self/comm")
                if name.hasPrefix("sipctl") { return _ = names.post(name) }
                WorkerThread.yield()
            }
        }
        thread.join()
        var seen: [String] = []
        names.drain(into: &seen)
        #expect(seen == ["sipctl-worker-w\n"])
    }

    @Test("a pinned thread runs on its CPU alone; a CPU that does not exist is refused")
    func affinity() throws {
        #expect(WorkerThread.availableCPUs >= 1)
        let seen = try Mailbox<Int>()
        let gate = try Mailbox<Int>()
        let thread = try WorkerThread(name: "pinned", cpu: 0) {
            // The starter pins the thread while it runs already.
            try? wait { gate.depth > 0 }
            seen.post(WorkerThread.availableCPUs)
        }
        gate.post(1)
        thread.join()
        var counts: [Int] = []
        seen.drain(into: &counts)
        #expect(counts == [1])
        let error = #expect(throws: IOError.self) { _ = try WorkerThread(name: "nowhere", cpu: 1023) {} }
        #expect(error?.description == "cannot pin thread nowhere to CPU 1023: invalid argument")
    }
}
