import CLinux
import Glibc
import Synchronization

/// A thread of our own with a name that `top -H` shows. Joined at the latest when it is released.
package final class WorkerThread: Sendable {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: pthread_t
    private let isJoined = Atomic<Bool>(false)

    /// Starts `body` on a thread named `name` (15 bytes are shown), pinned to one CPU when `cpu` is given.
    package init(name: String, cpu: Int? = nil, _ body: @escaping @Sendable () -> Void) throws(IOError) {
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(Body(body))
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            unsafe context.release()
            throw IOError("start thread", name, code: code)
        }
        self.thread = thread
        _ = unsafe sipctl_thread_set_name(thread, String(decoding: name.utf8.prefix(15), as: UTF8.self))
        if let cpu { try Self.pin(thread, to: cpu, name) }
    }

    deinit { join() }

    /// Waits until the body has returned. A second call returns at once.
    package func join() {
        guard !isJoined.exchange(true, ordering: .acquiringAndReleasing) else { return }
        pthread_join(thread, nil)
    }

    /// Lets another thread run, for tests and spinning start-ups only.
    package static func yield() { sched_yield() }

    /// The CPUs the calling thread may run on: on the main thread, how many workers make sense.
    package static var availableCPUs: Int {
        var mask = [UInt64](repeating: 0, count: 16)
        guard unsafe sipctl_thread_get_affinity(pthread_self(), 128, &mask) == 0 else { return 1 }
        return max(1, mask.reduce(0) { $0 + $1.nonzeroBitCount })
    }

    private static func pin(_ thread: pthread_t, to cpu: Int, _ name: String) throws(IOError) {
        var mask = [UInt64](repeating: 0, count: 16)
        guard cpu >= 0, cpu < 1024 else { throw IOError("pin thread", name, code: EINVAL) }
        mask[cpu / 64] = 1 << UInt64(cpu % 64)
        let code = unsafe sipctl_thread_set_affinity(thread, 128, &mask)
        guard code == 0 else { throw IOError("pin thread", "\(name) to CPU \(cpu)", code: code) }
    }
}
