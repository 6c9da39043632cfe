import Core
import Glibc

/// Waiting for one descriptor, on threads that have no loop because blocking is their purpose.
enum Polling {
    /// Waits until a descriptor is ready or broken. False when the time is over or a signal came.
    @discardableResult
    static func wait(_ fd: Int32, _ events: IOEvents, atMost limit: Duration? = nil) -> Bool {
        var entry = pollfd(fd: fd, events: flags(events), revents: 0)
        return unsafe poll(&entry, 1, limit.map { Int32(clamping: $0.milliseconds) } ?? -1) > 0
    }

    /// Waits until either of two descriptors is ready or broken, and says which are.
    static func wait(_ first: Int32, _ second: Int32, _ events: IOEvents) -> (first: Bool, second: Bool) {
        var entries = [
            pollfd(fd: first, events: flags(events), revents: 0), pollfd(fd: second, events: flags(events), revents: 0),
        ]
        _ = unsafe poll(&entries, 2, -1)
        return (entries[0].revents != 0, entries[1].revents != 0)
    }

    private static func flags(_ events: IOEvents) -> Int16 {
        Int16((events.contains(.readable) ? POLLIN : 0) | (events.contains(.writable) ? POLLOUT : 0))
    }
}
