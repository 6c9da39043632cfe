package import Core
internal import Synchronization

/// An HTTP/1.1 server on a thread of its own, for health, metrics and the control socket: never on a thread that carries audio.
///
/// `init` binds every listener, so that what cannot be bound is known at once; `stop` lets running answers go out and ends the thread.
package final class HTTPServer: Sendable {
    /// Where to listen.
    package enum Address: Hashable, Sendable {
        /// The port may be 0.
        case tcp(SocketAddress)
        /// The path of a Unix socket, which gets mode 0600.
        case unix(String)
    }

    /// A listener and what is served on it.
    package struct Listener: Sendable {
        package var address: Address
        package var routes: HTTPRoutes<HTTPHandler>
        /// Whether another process may listen on the same TCP port: the server that takes the place of this one.
        package var sharesPort = false
        /// Makes the answer to a request that no handler sees: the target as it came (empty when there was none), the status, and
        /// one sentence.
        package var refusal: @Sendable (_ target: [UInt8], HTTPStatus, String) -> HTTPResponse

        package init(
            _ address: Address, _ routes: HTTPRoutes<HTTPHandler>,
            refusal: @escaping @Sendable (_ target: [UInt8], HTTPStatus, String) -> HTTPResponse = { _, status, text in
                .text(status, text + "\n")
            }
        ) {
            (self.address, self.routes, self.refusal) = (address, routes, refusal)
        }
    }

    /// The bounds of a server. A message that breaks one is refused with the status of RFC 9110 and its connection closed.
    package struct Limits: Sendable {
        /// Connections at a time, over all listeners; more are closed at once.
        package var connections = 256
        /// Bytes of a request target, of a whole head and of a body; field lines.
        package var target = 8192
        package var head = 16_384
        package var fields = 100
        package var body = 1 << 20
        /// Bytes of a stream that may wait for its reader, and of a whole response.
        package var streamQueue = 1 << 20
        package var responseQueue = 64 << 20
        package var timing = HTTPServerTiming.Limits()

        package init() {}
    }

    /// Where it listens, in the order of the listeners, with real ports.
    package let addresses: [Address]
    private let mailbox: Mailbox<HTTPServerOrder>
    private let thread: WorkerThread
    private let isStopped = Atomic(false)

    /// Binds the listeners and starts to serve them on a thread named `name`.
    package init(name: String = "http", _ listeners: [Listener], limits: Limits = Limits()) throws(IOError) {
        let started = try ThreadStart<([Address], Mailbox<HTTPServerOrder>)>()
        let thread = try WorkerThread(name: name) {
            do throws(IOError) {
                let server = try HTTPServerLoop(listeners, limits)
                started.succeed((server.addresses, server.mailbox))
                server.run()
            } catch {
                started.fail(error)
            }
        }
        (addresses, mailbox) = try started.wait()
        self.thread = thread
    }

    deinit { stop() }

    /// Closes the listeners, lets answers that are on their way go out for a moment, and ends the thread. Blocks meanwhile: not to be
    /// called from a handler.
    package func stop() {
        if !isStopped.exchange(true, ordering: .acquiringAndReleasing) { mailbox.post(.stop) }
        thread.join()
    }
}

/// What a new thread tells the one that started it: a value, or why it could not start.
final class ThreadStart<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, IOError>?>(nil)
    private let ready: Mailbox<Bool>

    init() throws(IOError) { ready = try Mailbox() }

    func succeed(_ value: Value) {
        result.withLock { $0 = .success(value) }
        ready.post(true)
    }

    func fail(_ error: IOError) {
        result.withLock { $0 = .failure(error) }
        ready.post(true)
    }

    /// Waits until the thread has said one or the other.
    func wait() throws(IOError) -> Value {
        while true {
            if let result = result.withLock({ $0 }) { return try result.get() }
            Polling.wait(ready.fd, .readable)
        }
    }
}
