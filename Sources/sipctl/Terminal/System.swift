internal import Glibc

/// The system calls of the command line, and the only pointers in this module.
enum System {
    /// The number and text of a failed system call.
    struct Problem: Error, Equatable {
        let code: Int32

        var isClosedPipe: Bool { code == EPIPE }
        var sentence: String { unsafe String(cString: strerror(code)) }
    }

    static let environment = Environment { name in unsafe getenv(name).map { unsafe String(cString: $0) } }

    /// A closed pipe is then an error of `write`, not the end of the process.
    static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    /// The number of this process.
    static var processID: Int { Int(getpid()) }

    static func leave(with status: ExitStatus) -> Never { exit(status.rawValue) }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// The width of the terminal in columns; nil when there is none or it does not say.
    static func columns(_ descriptor: Int32) -> Int? {
        size(descriptor).flatMap { $0.ws_col > 0 ? Int($0.ws_col) : nil }
    }

    /// The height of the terminal in lines; nil when there is none or it does not say.
    static func rows(_ descriptor: Int32) -> Int? { size(descriptor).flatMap { $0.ws_row > 0 ? Int($0.ws_row) : nil } }

    private static func size(_ descriptor: Int32) -> winsize? {
        var size = winsize()
        return unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
    }

    /// The path of the directory in which names without a slash at their start are.
    static func workingDirectory() throws(Problem) -> String {
        guard let path = unsafe getcwd(nil, 0) else { throw Problem(code: errno) }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    /// Whether there is something at the path.
    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Opens a file for reading.
    static func open(_ path: String) throws(Problem) -> Int32 {
        while true {
            let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
            if descriptor >= 0 { return descriptor }
            if errno != EINTR { throw Problem(code: errno) }
        }
    }

    static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    /// Appends what one read gives, at most `limit` bytes, and returns how many; 0 is the end of the file.
    static func read(_ descriptor: Int32, into bytes: inout [UInt8], limit: Int) throws(Problem) -> Int {
        while true {
            var code: Int32 = 0
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                let result = unsafe Glibc.read(descriptor, buffer.baseAddress, limit)
                code = result < 0 ? errno : 0
                count = max(0, result)
            }
            if code == 0 {
                bytes += chunk
                return chunk.count
            }
            try recover(from: code, descriptor, Int16(POLLIN))
        }
    }

    /// Writes everything, waiting as long as the reader does.
    static func write(_ descriptor: Int32, _ bytes: [UInt8]) throws(Problem) {
        var written = 0
        while written < bytes.count {
            let result = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if result >= 0 { written += result } else { try recover(from: errno, descriptor, Int16(POLLOUT)) }
        }
    }

    /// Creates or replaces a file.
    static func save(_ bytes: [UInt8], to path: String) throws(Problem) {
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Problem(code: errno) }
        defer { close(descriptor) }
        try write(descriptor, bytes)
    }

    // Whoever shares the terminal with us may have made it non-blocking: then wait instead of failing.
    private static func recover(from code: Int32, _ descriptor: Int32, _ events: Int16) throws(Problem) {
        if code == EINTR { return }
        guard code == EAGAIN else { throw Problem(code: code) }
        var request = pollfd(fd: descriptor, events: events, revents: 0)
        _ = unsafe poll(&request, 1, -1)
    }
}
