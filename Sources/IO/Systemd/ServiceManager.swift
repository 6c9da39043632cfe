import CLinux
package import Core
import Glibc

/// What the service manager is told, by one datagram a message to the socket it names (sd_notify(3)). Without such a socket, and
/// when it does not listen, nothing happens: nobody waits for it.
package struct ServiceManager: Sendable {
    /// What can be told.
    package enum Notice: Hashable, Sendable {
        /// Start-up is done, or a reload is.
        case ready
        /// A reload begins; the manager waits for `ready` (Type=notify-reload wants the time of the monotonic clock).
        case reloading(at: Instant)
        /// The end begins: draining counts as that.
        case stopping
        /// The process is alive.
        case watchdog
        /// One line for `systemctl status`.
        case status(String)
        /// The end may take this long from now on (EXTEND_TIMEOUT_USEC).
        case extendTimeout(Duration)

        /// The assignments of the protocol.
        package var text: String {
            switch self {
            case .ready: "READY=1"
            case .reloading(let now): "RELOADING=1\nMONOTONIC_USEC=\(now.nanoseconds / 1000)"
            case .stopping: "STOPPING=1"
            case .watchdog: "WATCHDOG=1"
            case .status(let line):
                "STATUS=" + String(line.prefix(200).map { $0.isNewline || $0 == "\0" ? " " : $0 })
            case .extendTimeout(let time): "EXTEND_TIMEOUT_USEC=\(max(0, time.components.seconds) * 1_000_000)"
            }
        }
    }

    /// A path, or a name in the abstract space where it begins with `@`; nil when no manager asks.
    private let socket: String?
    /// How often `watchdog` is due: half of what the manager waits, as it recommends; nil when it does not wait.
    package let watchdogInterval: Duration?

    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID as the manager sets them for the process `pid`.
    package init(_ variables: [String: String], pid: Int32) {
        // Other kinds of address (vsock:) are for virtual machines, and a relative path is none.
        let named = variables["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        socket = named.flatMap { $0.utf8.count >= 2 && $0.utf8.count < Self.longestName ? $0 : nil }
        let isForUs = variables["WATCHDOG_PID"].map { Int32($0) == pid } ?? true
        let microseconds = variables["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        let isSet = isForUs && microseconds > 0 && microseconds < Int64.max / 1000 && socket != nil
        watchdogInterval = isSet ? .microseconds(microseconds / 2) : nil
    }

    /// The manager of this process.
    package static var current: ServiceManager {
        var variables: [String: String] = [:]
        for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] {
            variables[name] = unsafe getenv(name).map { unsafe String(cString: $0) }
        }
        return ServiceManager(variables, pid: getpid())
    }

    /// Whether anybody is told anything.
    package var isThere: Bool { socket != nil }

    /// Tells the manager; waits at most `limit` while its queue is full, for a `ready` that is lost would end us. False when it could
    /// not be told, which is no reason to stop.
    @discardableResult
    package func notify(_ notices: Notice..., atMost limit: Duration = .seconds(1)) -> Bool {
        guard let name = socket else { return false }
        let flags = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let fd = Glibc.socket(AF_UNIX, flags, 0)
        guard fd >= 0 else { return false }
        let descriptor = Descriptor(owning: fd)
        let message = Array(notices.map(\.text).joined(separator: "\n").utf8)
        return Self.send(message, to: name, descriptor.raw, atMost: limit)
    }

    /// `sun_path` with its closing NUL.
    private static let longestName = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

    private static func send(_ message: [UInt8], to name: String, _ fd: Int32, atMost limit: Duration) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // An abstract name begins with NUL in the place of `@` and has no NUL at its end (unix(7)).
        var bytes = Array(name.utf8)
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let offset = MemoryLayout<sa_family_t>.size
        let length = socklen_t(offset + bytes.count + (isAbstract ? 0 : 1))
        // Connected, the socket is writable exactly when the manager's queue has room.
        let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(fd, $0, length) == 0 }
        }
        guard isConnected, Polling.wait(fd, .writable, atMost: limit) else { return false }
        let sent = unsafe message.withUnsafeBytes {
            unsafe Glibc.send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        return sent == message.count
    }
}
