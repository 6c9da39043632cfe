import CLinux
package import Core
import Glibc

/// The clocks of the machine. Only shells read them; everything below takes instants as arguments.
package enum SystemClock {
    /// The monotonic clock (CLOCK_MONOTONIC).
    package static func now() -> Instant { Instant(nanoseconds: read(CLOCK_MONOTONIC)) }

    /// The wall clock as seconds since 1970-01-01T00:00:00Z and nanoseconds within the second.
    package static func wallClock() -> (seconds: Int64, nanoseconds: Int32) {
        let now = read(CLOCK_REALTIME)
        return (now / 1_000_000_000, Int32(truncatingIfNeeded: now % 1_000_000_000))
    }

    /// What to add to an instant's nanoseconds to get the wall clock's. Changes when the wall clock is set.
    package static func wallOffset() -> Int64 { read(CLOCK_REALTIME) &- read(CLOCK_MONOTONIC) }

    /// CPU time used by the whole process.
    package static func processCPU() -> Duration { .nanoseconds(read(CLOCK_PROCESS_CPUTIME_ID)) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
