import Core
import IO
import Testing

/// Far enough for a busy machine; a test that reaches it has failed.
func limit(_ seconds: Int = 20) -> Instant { SystemClock.now() + .seconds(seconds) }

/// The test waited for something that did not happen.
struct TimedOut: Error {}

/// Waits until `condition` holds, which another thread brings about; throws when that takes too long.
func wait(until condition: () throws -> Bool) throws {
    let end = limit()
    while try !condition() {
        guard SystemClock.now() < end else { throw TimedOut() }
        WorkerThread.yield()
    }
}

/// Runs a loop until a handler stops it; throws when that takes too long.
func run(_ loop: EventLoop) throws {
    final class Guard: DeadlineOwner {
        let deadline: Instant? = limit()
        let loop: EventLoop
        var fired = false
        init(_ loop: EventLoop) { self.loop = loop }
        func wake(at now: Instant) {
            fired = true
            loop.stop()
        }
    }
    let watchdog = Guard(loop)
    loop.add(deadlines: watchdog)
    loop.run()
    loop.remove(deadlines: watchdog)
    if watchdog.fired { throw TimedOut() }
}

/// Turns a loop until `condition` holds; throws when that takes too long.
func turn(_ loop: EventLoop, until condition: () -> Bool) throws {
    let end = limit()
    while !condition() {
        guard SystemClock.now() < end else { throw TimedOut() }
        loop.turn(until: end)
    }
}

/// A handler whose work is a closure.
final class Recorder: DescriptorOwner, DeadlineOwner {
    var deadline: Instant?
    var onReady: (IOEvents, Instant) -> Void = { _, _ in }
    var onWake: (Instant) -> Void = { _ in }

    func ready(_ events: IOEvents, at now: Instant) { onReady(events, now) }
    func wake(at now: Instant) { onWake(now) }
}
