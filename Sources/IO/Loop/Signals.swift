import CLinux
import Glibc

/// The signals a person or a service manager sends, taken from a descriptor instead of interrupting code.
///
/// Make it on the main thread before any other thread starts: threads inherit that the signals are blocked.
package final class SignalSource {
    /// What was asked for.
    package enum Signal: Sendable, CaseIterable {
        /// SIGINT: Ctrl-C.
        case interrupt
        /// SIGTERM: the service manager.
        case terminate
        /// SIGHUP: reload.
        case hangup
        /// SIGQUIT: Ctrl-\, leave at once.
        case quit

        var number: Int32 {
            switch self {
            case .interrupt: SIGINT
            case .terminate: SIGTERM
            case .hangup: SIGHUP
            case .quit: SIGQUIT
            }
        }
    }

    private let descriptor: Descriptor

    /// Blocks `signals` on the calling thread, ignores SIGPIPE in the process, and opens the descriptor.
    package init(_ signals: [Signal] = Signal.allCases) throws(IOError) {
        Self.ignoreBrokenPipes()
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal.number) }
        let code = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        guard code == 0 else { throw IOError("block signals", code: code) }
        let flags = Int32(SFD_NONBLOCK) | Int32(SFD_CLOEXEC)
        descriptor = try Descriptor(unsafe signalfd(-1, &set, flags), orThrow: "watch signals")
    }

    /// Readable when a signal came.
    package var fd: Int32 { descriptor.raw }

    /// The next signal that came; nil when there is none.
    package func next() -> Signal? {
        var record = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        while unsafe read(fd, &record, size) == size {
            if let signal = Signal.allCases.first(where: { UInt32($0.number) == record.ssi_signo }) { return signal }
        }
        return nil
    }

    /// A write to a closed pipe or socket answers EPIPE from now on instead of ending the process.
    package static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }
}
