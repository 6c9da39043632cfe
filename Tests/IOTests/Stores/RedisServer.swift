import Core
import IO

/// A real redis-server on a free loopback port, with its files in a folder of its own; killed when this value goes.
final class RedisServer {
    struct DoesNotStart: Error { let output: String }

    let port: UInt16
    let folder = ScratchFolder()
    private let command: String
    private let loop: EventLoop
    private var child: ChildProcess?
    private let output = Output()

    private final class Output: ChildProcessOwner {
        var text = ""
        var hasEnded = false
        func receive(_ bytes: Span<UInt8>, from child: ChildProcess, at now: Instant) {
            for index in bytes.indices { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
        }
        func ended(_ child: ChildProcess, _ status: ChildProcess.Status, at now: Instant) { hasEnded = true }
    }

    /// Starts the server with more options of its command line, `$PORT` among them.
    init(_ options: String = "--port $PORT") throws {
        let port = try Self.freePort()
        let hasPort = options.contains("$PORT")
        let text = options.replacing("$PORT", with: "\(port)")
        (loop, self.port) = (try EventLoop(), port)
        command =
            "--bind 127.0.0.1 --save 3600 1 --dir \(folder.path) --daemonize no "
            + (hasPort ? text : "\(text) --port \(port)")
        try start()
    }

    /// Starts a sentinel that watches a server under the name `mymaster` and acts alone.
    init(watching server: RedisServer) throws {
        (loop, port) = (try EventLoop(), try Self.freePort())
        let file = folder.path + "/sentinel.conf"
        let text = """
            bind 127.0.0.1
            port \(port)
            sentinel monitor mymaster 127.0.0.1 \(server.port) 1
            sentinel down-after-milliseconds mymaster 300
            sentinel failover-timeout mymaster 3000
            requirepass watch
            """
        try AtomicFile.write(Array(text.utf8), to: file, mode: 0o600)
        command = "\(file) --sentinel"
        try start()
    }

    private static func freePort() throws -> UInt16 {
        try TCPListener(bind: SocketAddress(.loopback, 0)).localAddress.port
    }

    /// Starts the server, again after `stop`, and waits until it answers.
    func start() throws {
        (output.text, output.hasEnded) = ("", false)
        let child = try ChildProcess(command: "exec redis-server \(command) 2>&1", on: loop)
        try child.start(output)
        self.child = child
        try turn(loop) {
            output.text.contains("Ready to accept") || output.text.contains("+monitor") || output.hasEnded
        }
        guard !output.hasEnded else { throw DoesNotStart(output: output.text) }
    }

    /// Ends the server, which writes down what it has.
    func stop() throws {
        child?.terminate(grace: .seconds(10))
        try turn(loop) { output.hasEnded }
        child = nil
    }

    deinit { try? stop() }
}
