internal import Core
import Glibc

/// Hands signals to a closure on a thread of its own, for programs whose threads were started by a runtime before anything could be
/// blocked (`SignalSource` needs that): the signal handler writes a byte into a pipe, which is all that a handler may do.
///
/// One per process: signal handlers are the process's.
package final class SignalThread: Sendable {
    /// The pipe from the handlers to the thread. Made before the first handler is installed, never closed.
    private static let pipe: (read: Int32, write: Int32) = {
        var ends: [Int32] = [-1, -1]
        guard unsafe Glibc.pipe(&ends) == 0 else { return (-1, -1) }
        return (ends[0], ends[1])
    }()

    private let thread: WorkerThread

    /// Catches `signals` from now on and calls `body` for each, one after the other.
    package init(_ signals: [SignalSource.Signal], _ body: @escaping @Sendable (SignalSource.Signal) -> Void)
        throws(IOError)
    {
        SignalSource.ignoreBrokenPipes()
        let source = Self.pipe.read
        guard source >= 0 else { throw IOError("open a pipe for signals") }
        for signal in signals {
            _ = Glibc.signal(signal.number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                _ = unsafe write(SignalThread.pipe.write, &byte, 1)
            }
        }
        thread = try WorkerThread(name: "signals") {
            var byte: UInt8 = 0
            while unsafe read(source, &byte, 1) == 1 {
                guard byte != 0 else { return }
                if let signal = SignalSource.Signal.allCases.first(where: { $0.number == Int32(byte) }) { body(signal) }
            }
        }
    }

    /// Ends the thread. Signals that come later are kept for the next one.
    package func stop() {
        var end: UInt8 = 0
        _ = unsafe write(Self.pipe.write, &end, 1)
    }

    deinit { stop() }
}
