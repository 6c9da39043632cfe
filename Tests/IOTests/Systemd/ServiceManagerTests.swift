import Core
import Glibc
import Support
import Synchronization
import Testing

@testable import IO

@Suite("The service manager is told by datagrams (sd_notify)") struct ServiceManagerTests {
    /// A datagram socket bound to a name, as the manager has one.
    private struct Listener: ~Copyable {
        let fd: Int32

        init(_ name: String) {
            fd = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            var bytes = Array(name.utf8)
            let isAbstract = bytes[0] == UInt8(ascii: "@")
            if isAbstract { bytes[0] = 0 }
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
            let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
            _ = unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(fd, $0, length) }
            }
        }

        deinit { close(fd) }

        /// The next message; nil when there is none.
        func next() -> String? {
            var bytes = [UInt8](repeating: 0, count: 1024)
            let count = unsafe recv(fd, &bytes, bytes.count, 0)
            return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
        }
    }

    @Test("a message arrives as the protocol has it, in the file system and in the abstract space")
    func arrives() {
        let folder = "/tmp/sipctl-notify-\(getpid())"
        for name in [folder, "@sipctl-notify-\(getpid())"] {
            let listener = Listener(name)
            defer { _ = unsafe unlink(folder) }
            let manager = ServiceManager(["NOTIFY_SOCKET": name], pid: getpid())
            #expect(manager.isThere)
            #expect(manager.notify(.ready, .status("two calls")))
            #expect(listener.next() == "READY=1\nSTATUS=two calls")
            #expect(manager.notify(.watchdog))
            #expect(listener.next() == "WATCHDOG=1")
            #expect(listener.next() == nil)
        }
    }

    @Test("without a manager nothing happens, and one that is gone does no harm")
    func nobody() {
        #expect(!ServiceManager([:], pid: 1).isThere)
        #expect(!ServiceManager([:], pid: 1).notify(.ready))
        for name in ["", "@", "relative", "vsock:2:1", "/" + String(repeating: "x", count: 108)] {
            #expect(!ServiceManager(["NOTIFY_SOCKET": name], pid: 1).isThere, "\(name)")
        }
        let gone = ServiceManager(["NOTIFY_SOCKET": "/nonexistent/notify"], pid: 1)
        #expect(gone.isThere && !gone.notify(.stopping))
    }

    @Test("a manager that does not read does not hold us up")
    func full() {
        let name = "@sipctl-notify-full-\(getpid())"
        let listener = Listener(name)
        let manager = ServiceManager(["NOTIFY_SOCKET": name], pid: 1)
        var sent = 0
        while manager.notify(.watchdog, atMost: .zero), sent < 100_000 { sent += 1 }
        #expect(sent > 0 && sent < 100_000)
        #expect(listener.next() == "WATCHDOG=1")
    }

    @Test("the watchdog tells of answers only: while nothing answers, nothing is told")
    func watchdogAsks() throws {
        let name = "@sipctl-watchdog-\(getpid())"
        let listener = Listener(name)
        let manager = ServiceManager(["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "2000"], pid: 1)
        let asked = Mutex<[@Sendable () -> Void]>([])
        let watchdog = try #require(try Watchdog(manager) { alive in asked.withLock { $0.append(alive) } })
        for _ in 0..<3 {
            var alive: (@Sendable () -> Void)?
            try wait {
                alive = asked.withLock { $0.popLast() }
                return alive != nil
            }
            // The one question is not answered: no other comes, and the manager hears nothing.
            #expect(listener.next() == nil)
            #expect(asked.withLock { $0.isEmpty })
            alive?()
            var message: String?
            try wait {
                message = listener.next()
                return message != nil
            }
            #expect(message == "WATCHDOG=1")
        }
        watchdog.stop()
    }

    @Test("without a manager that waits there is no watchdog")
    func noWatchdog() throws {
        let none = try Watchdog(ServiceManager([:], pid: 1)) { $0() }
        #expect(none == nil)
    }

    @Test(
        "the watchdog is fed twice as often as the manager looks, and only when it is meant for us",
        arguments: [
            ("30000000", "7", Duration.seconds(15)), ("30000000", nil, .seconds(15)), ("30000000", "8", nil),
            ("0", nil, nil), ("-1", nil, nil), ("x", nil, nil), (nil, nil, nil), ("9223372036854775807", nil, nil),
        ] as [(String?, String?, Duration?)])
    func watchdog(microseconds: String?, process: String?, interval: Duration?) {
        var variables = ["NOTIFY_SOCKET": "/run/systemd/notify"]
        variables["WATCHDOG_USEC"] = microseconds
        variables["WATCHDOG_PID"] = process
        #expect(ServiceManager(variables, pid: 7).watchdogInterval == interval)
    }

    @Test("texts of the protocol; no status can add an assignment")
    func texts() {
        let now = Instant.zero + .milliseconds(1500)
        #expect(ServiceManager.Notice.reloading(at: now).text == "RELOADING=1\nMONOTONIC_USEC=1500000")
        #expect(ServiceManager.Notice.stopping.text == "STOPPING=1")
        #expect(ServiceManager.Notice.extendTimeout(.seconds(30)).text == "EXTEND_TIMEOUT_USEC=30000000")
        #expect(ServiceManager.Notice.status("a\nREADY=1\r\nb").text == "STATUS=a READY=1 b")
    }
}
