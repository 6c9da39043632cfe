import CLinux
import Glibc
import Synchronization

/// The only way into another worker: values are posted from any thread and drained by the worker that owns the box.
///
/// Watch `fd` for `readable`. One wake-up covers everything posted until the drain.
package final class Mailbox<Element: Sendable>: Sendable {
    private let letters = Mutex<[Element]>([])
    private let event: Descriptor

    package init() throws(IOError) {
        event = try Descriptor(eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)), orThrow: "open a mailbox")
    }

    /// Becomes readable when something is waiting.
    package var fd: Int32 { event.raw }

    /// How many values are waiting.
    package var depth: Int { letters.withLock { $0.count } }

    /// Puts a value in and returns how many are waiting then, so that the poster can decide to hold back.
    @discardableResult
    package func post(_ letter: Element) -> Int {
        let depth = letters.withLock { letters in
            letters.append(letter)
            return letters.count
        }
        // A box that was not empty has been signalled already, and nobody drained it since.
        if depth == 1 { wake() }
        return depth
    }

    /// Puts a value in without waking the owner: several are worth one wake-up. The poster calls `wake` behind the last.
    package func postQuietly(_ letter: Element) { letters.withLock { $0.append(letter) } }

    /// Moves everything that waits to the end of `destination`. Harmless when nothing waits.
    package func drain(into destination: inout [Element]) {
        // The signal is cleared first: what is posted after that signals again.
        var count: UInt64 = 0
        _ = unsafe read(fd, &count, 8)
        if destination.isEmpty {
            // The two arrays change places, so that neither is allocated again.
            letters.withLock { swap(&$0, &destination) }
        } else {
            letters.withLock { letters in
                destination.append(contentsOf: letters)
                letters.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Wakes the owner although nothing was posted.
    package func wake() {
        var one: UInt64 = 1
        _ = unsafe write(fd, &one, 8)
    }
}
