import CLinux
import Glibc
import Synchronization

/// Reads a file, a pipe or stdin ahead, on a thread of its own, for a worker that takes bytes when it needs them.
///
/// What is read ahead is bounded: a source faster than its reader waits.
package final class FileSource: Sendable {
    /// Bytes read at a time.
    private static let chunk = 16_384

    private struct State: Sendable {
        var bytes: [UInt8] = []
        var start = 0
        var isAtEnd = false
        var isClosed = false
        var error: IOError?

        var count: Int { bytes.count - start }
    }

    /// What the reader and the reading thread share.
    private final class Shared: Sendable {
        let state = Mutex(State())
        /// Signalled when bytes arrived in an empty buffer, and at the end.
        let arrival: Mailbox<Never>
        /// Signalled when there is room again, and when the source is closed.
        let room: Mailbox<Never>

        init() throws(IOError) { (arrival, room) = (try Mailbox(), try Mailbox()) }
    }

    private let shared: Shared
    private let capacity: Int
    private let thread: WorkerThread

    /// Opens a file and begins to read ahead up to `capacity` bytes; `-` is stdin. Opening a named pipe waits for its writer.
    package convenience init(path: String, capacity: Int = 65_536) throws(IOError) {
        if path == "-" {
            try self.init(reading: STDIN_FILENO, named: "stdin", capacity: capacity)
        } else {
            let file = try FileCalls.open(path, O_RDONLY, "read")
            try self.init(reading: file.release(), named: path, capacity: capacity, closing: true)
        }
    }

    /// Reads an open descriptor; it is closed at the end when `closing` says so.
    package init(reading fd: Int32, named name: String, capacity: Int = 65_536, closing: Bool = false) throws(IOError) {
        let shared = try Shared()
        (self.shared, self.capacity) = (shared, capacity)
        thread = try WorkerThread(name: "sipctl-source") {
            Self.readAhead(fd, name, capacity, shared)
            if closing { _ = Glibc.close(fd) }
        }
    }

    deinit { close() }

    /// Readable when bytes arrived where there were none, and at the end. `read` clears it.
    package var fd: Int32 { shared.arrival.fd }

    /// Whether everything was read and nothing more will come.
    package var isAtEnd: Bool { shared.state.withLock { $0.isAtEnd && $0.count == 0 } }

    /// Why reading ended early; nil at an ordinary end.
    package var error: IOError? { shared.state.withLock { $0.error } }

    /// Bytes that can be read now.
    package var available: Int { shared.state.withLock { $0.count } }

    /// Takes up to `buffer.count` bytes; returns how many. Never waits: 0 means nothing has arrived, or the end.
    package func read(into buffer: inout MutableSpan<UInt8>) -> Int {
        var none: [Never] = []
        shared.arrival.drain(into: &none)
        let wanted = buffer.count
        let (count, wasFull) = unsafe buffer.withUnsafeMutableBytes { target in
            shared.state.withLock { state in
                let wasFull = state.count >= capacity
                let count = min(wanted, state.count)
                unsafe state.bytes.withUnsafeBytes { bytes in
                    unsafe target.copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: bytes[state.start..<state.start + count]))
                }
                state.start += count
                if state.start == state.bytes.count {
                    state.bytes.removeAll(keepingCapacity: true)
                    state.start = 0
                }
                return (count, wasFull)
            }
        }
        if count > 0, wasFull { shared.room.wake() }
        return count
    }

    /// Stops reading. The thread ends; a read of a disk that is under way is waited for.
    package func close() {
        shared.state.withLock { $0.isClosed = true }
        shared.room.wake()
        thread.join()
    }

    private static func readAhead(_ fd: Int32, _ name: String, _ capacity: Int, _ shared: Shared) {
        var buffer = [UInt8](repeating: 0, count: min(chunk, capacity))
        var none: [Never] = []
        while true {
            shared.room.drain(into: &none)
            let (isClosed, space) = shared.state.withLock { ($0.isClosed, capacity - $0.count) }
            if isClosed { return }
            if space <= 0 {
                Polling.wait(shared.room.fd, .readable)
                continue
            }
            guard Polling.wait(fd, shared.room.fd, .readable).first else { continue }
            let wanted = min(space, buffer.count)
            let count = unsafe Glibc.read(fd, &buffer, wanted)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            let error = count < 0 ? IOError("read", name) : nil
            shared.state.withLock { state in
                if count > 0 {
                    if state.start >= capacity / 2 {
                        state.bytes.removeFirst(state.start)
                        state.start = 0
                    }
                    state.bytes += buffer[..<count]
                } else {
                    state.isAtEnd = true
                    state.error = error
                }
            }
            shared.arrival.wake()
            if count <= 0 { return }
        }
    }
}
