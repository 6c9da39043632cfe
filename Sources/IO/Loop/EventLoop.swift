import CLinux
package import Core
import Glibc

/// One thread's epoll and deadlines. Belongs to the thread that made it and is never shared.
///
/// A turn waits for events or the earliest deadline, hands out the events, then wakes what is due. Handlers may add,
/// modify and remove registrations, their own included, at any time.
@safe
package final class EventLoop {
    /// A descriptor under watch. A stale one, whose descriptor was removed, is ignored.
    package struct Registration: Hashable, Sendable {
        fileprivate let slot: UInt32
        fileprivate let generation: UInt32
        fileprivate let fd: Int32

        fileprivate var key: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
    }

    private struct Slot {
        var handler: (any DescriptorOwner)?
        var generation: UInt32 = 0
    }

    /// Events taken from the kernel at a time. What is left comes with the next turn.
    private static let batch = 64

    private let epoll: Descriptor
    private let events: UnsafeMutablePointer<epoll_event>
    /// Where the streams of this loop read into, one after the other.
    let scratch: UnsafeMutableRawBufferPointer
    private var slots: [Slot] = []
    private var free: [UInt32] = []
    private var polled: [any DeadlineOwner] = []
    private var scheduled = DeadlineQueue<ObjectIdentifier>()
    private var scheduledHandlers: [ObjectIdentifier: any DeadlineOwner] = [:]
    private var isStopped = false

    package init() throws(IOError) {
        epoll = try Descriptor(epoll_create1(Int32(EPOLL_CLOEXEC)), orThrow: "open an event loop")
        unsafe events = .allocate(capacity: Self.batch)
        unsafe events.initialize(repeating: unsafe epoll_event(), count: Self.batch)
        unsafe scratch = .allocate(byteCount: 65_536, alignment: 64)
    }

    deinit {
        unsafe events.deallocate()
        unsafe scratch.deallocate()
    }

    /// Watches a descriptor. The loop keeps the handler alive until `remove`; the caller keeps the descriptor open.
    @discardableResult
    package func add(
        _ fd: Int32, _ interest: IOEvents, _ handler: any DescriptorOwner
    ) throws(IOError) -> Registration {
        let slot = free.popLast() ?? UInt32(slots.count)
        if slot == slots.count { slots.append(Slot()) }
        let registration = Registration(slot: slot, generation: slots[Int(slot)].generation, fd: fd)
        var event = unsafe epoll_event(events: interest.rawValue, data: epoll_data_t(u64: registration.key))
        guard unsafe epoll_ctl(epoll.raw, EPOLL_CTL_ADD, fd, &event) == 0 else {
            let error = IOError("watch descriptor", "\(fd)")
            free.append(slot)
            throw error
        }
        slots[Int(slot)].handler = handler
        return registration
    }

    /// Changes what a descriptor is watched for.
    package func modify(_ registration: Registration, _ interest: IOEvents) {
        guard isCurrent(registration) else { return }
        var event = unsafe epoll_event(events: interest.rawValue, data: epoll_data_t(u64: registration.key))
        _ = unsafe epoll_ctl(epoll.raw, EPOLL_CTL_MOD, registration.fd, &event)
    }

    /// Ends the watch and lets the handler go. Call it before the descriptor is closed.
    package func remove(_ registration: Registration) {
        guard isCurrent(registration) else { return }
        _ = epoll_ctl(epoll.raw, EPOLL_CTL_DEL, registration.fd, nil)
        let slot = Int(registration.slot)
        slots[slot].handler = nil
        slots[slot].generation &+= 1
        free.append(registration.slot)
    }

    /// Adds a handler whose deadline is read after every turn: for the few machines of a worker, not for its connections.
    package func add(deadlines handler: any DeadlineOwner) { polled.append(handler) }

    /// Stops reading a handler's deadline.
    package func remove(deadlines handler: any DeadlineOwner) { polled.removeAll { $0 === handler } }

    /// Wakes `handler` once at `due`; replaces what was scheduled for it before, and nil cancels. For things of which there
    /// are many and which are rarely rescheduled, such as connections. The handler's own `deadline` is not read.
    package func schedule(_ handler: any DeadlineOwner, at due: Instant?) {
        let key = ObjectIdentifier(handler)
        scheduledHandlers[key] = due == nil ? nil : handler
        scheduled.set(key, to: due)
    }

    /// Makes `run` return after the current turn. Call it from a handler; other threads post to a mailbox instead.
    package func stop() { isStopped = true }

    /// Turns until `stop`.
    package func run() {
        isStopped = false
        while !isStopped { turn() }
    }

    /// Waits for events or the earliest deadline, but not beyond `limit`, and serves them. Returns the number of events.
    @discardableResult
    package func turn(until limit: Instant? = nil) -> Int {
        let due = earliest(earliestDeadline(), limit)
        let count = wait(until: due)
        if count > 0 {
            let now = SystemClock.now()
            for index in 0..<count {
                let event = unsafe events[index]
                unsafe deliver(event.data.u64, IOEvents(rawValue: event.events), at: now)
            }
        }
        wakeDue()
        return count
    }

    /// Whether a deadline has passed: a handler that has more to read should leave it for the next turn.
    package func isDue(at now: Instant) -> Bool { earliestDeadline().map { $0 <= now } ?? false }

    private func earliestDeadline() -> Instant? {
        var due = scheduled.earliest
        for handler in polled { due = earliest(due, handler.deadline) }
        return due
    }

    private func wait(until due: Instant?) -> Int {
        var left = timespec(tv_sec: 86_400, tv_nsec: 0)
        if let due {
            let nanoseconds = max(0, min((due - SystemClock.now()).nanoseconds, 86_400_000_000_000))
            left = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        }
        let count = unsafe sipctl_epoll_pwait2(epoll.raw, events, Int32(Self.batch), &left, nil)
        if count >= 0 || errno == EINTR { return max(0, Int(count)) }
        // Kernels before 5.11 know milliseconds only: round up, so that nothing spins.
        let milliseconds = left.tv_sec * 1000 + (left.tv_nsec + 999_999) / 1_000_000
        return max(0, Int(unsafe epoll_wait(epoll.raw, events, Int32(Self.batch), Int32(milliseconds))))
    }

    private func deliver(_ key: UInt64, _ events: IOEvents, at now: Instant) {
        let slot = Int(key & 0xffff_ffff)
        // An earlier handler of this turn may have removed this one.
        guard slot < slots.count, slots[slot].generation == UInt32(key >> 32), let handler = slots[slot].handler else {
            return
        }
        handler.ready(events, at: now)
    }

    private func wakeDue() {
        // The handlers took time: what became due meanwhile is served now.
        let now = SystemClock.now()
        var index = 0
        while index < polled.count {
            let handler = polled[index]
            if let due = handler.deadline, due <= now { handler.wake(at: now) }
            index += 1
        }
        while let key = scheduled.popDue(at: now) { scheduledHandlers.removeValue(forKey: key)?.wake(at: now) }
    }

    private func isCurrent(_ registration: Registration) -> Bool {
        let slot = Int(registration.slot)
        return slot < slots.count && slots[slot].generation == registration.generation && slots[slot].handler != nil
    }
}
