package import Core
internal import Synchronization

/// An HTTP/1.1 client to one server, on a thread of its own: for commands. Each request has a connection of its own.
package final class HTTPClient: Sendable {
    /// Whom to ask.
    package enum Server: Hashable, Sendable {
        /// A Unix socket, such as the control socket.
        case unix(String)
        case url(HTTPURL)
    }

    /// What is asked. `Host`, `Content-Length` and `Connection` are added.
    package struct Request: Sendable {
        /// How long to wait.
        package enum Patience: Hashable, Sendable {
            /// For the whole answer.
            case whole(Duration)
            /// For the head of the answer; its body may take for ever, as that of a stream does.
            case head(Duration)
            case forever
        }

        package var method: HTTPMethod
        /// The path and the query with their escapes (`HTTPTarget.escaped`): `/v1/calls?state=active`. Follows the URL's base path.
        package var target: String
        package var headers: HTTPHeaders
        package var body: [UInt8]
        package var patience = Patience.whole(.seconds(10))
        /// The largest body that is taken; streams set `.max`.
        package var bodyLimit = 64 << 20

        package init(_ method: HTTPMethod, _ target: String, _ headers: HTTPHeaders = [:], body: [UInt8] = []) {
            (self.method, self.target, self.headers, self.body) = (method, target, headers, body)
        }
    }

    /// The course of an answer: `head`, any number of `body`, `finished`; or `failed` at any point, which is the last.
    package enum Event: Sendable {
        case head(HTTPStatus, HTTPHeaders)
        case body([UInt8])
        case finished
        case failed(HTTPClientError)
    }

    /// A request that is on its way.
    package struct Ongoing: Sendable {
        fileprivate let mailbox: Mailbox<HTTPClientOrder>
        fileprivate let id: UInt64

        /// Ends the request; `failed(.cancelled)` is reported unless it is complete already.
        package func cancel() { mailbox.post(.cancel(id)) }
    }

    private let mailbox: Mailbox<HTTPClientOrder>
    private let lastRequest = Atomic<UInt64>(0)
    private let thread: WorkerThread

    /// Starts the client's thread; nothing is connected yet.
    package init(_ server: Server, tls: TLSClientContext.Configuration = .init()) throws(IOError) {
        let started = try ThreadStart<Mailbox<HTTPClientOrder>>()
        thread = try WorkerThread(name: "http-client") {
            do throws(IOError) {
                let client = try HTTPClientLoop(server, tls)
                started.succeed(client.mailbox)
                client.loop.run()
                client.end()
            } catch {
                started.fail(error)
            }
        }
        mailbox = try started.wait()
    }

    /// Ends the thread; requests on their way are cancelled.
    deinit {
        mailbox.post(.stop)
        thread.join()
    }

    /// Sends a request. `receive` is called on the client's thread and must not block; it must not be the last to hold the client.
    @discardableResult
    package func send(_ request: Request, _ receive: @escaping @Sendable (Event) -> Void) -> Ongoing {
        let id = lastRequest.wrappingAdd(1, ordering: .relaxed).newValue
        mailbox.post(.send(id, request, receive))
        return Ongoing(mailbox: mailbox, id: id)
    }

    /// Sends a request and reports the whole answer, once, as `send` does.
    @discardableResult
    package func fetch(
        _ request: Request, _ done: @escaping @Sendable (Result<HTTPResponse, HTTPClientError>) -> Void
    ) -> Ongoing {
        let collected = Mutex(HTTPResponse(HTTPStatus(0)))
        let books = Collected(collected)
        return send(request) { event in
            switch event {
            case .head(let status, let headers):
                books.response.withLock { ($0.status, $0.headers) = (status, headers) }
            case .body(let bytes): books.response.withLock { $0.body += bytes }
            case .finished: done(.success(books.response.withLock { $0 }))
            case .failed(let error): done(.failure(error))
            }
        }
    }

    private final class Collected: Sendable {
        let response: Mutex<HTTPResponse>
        init(_ response: consuming Mutex<HTTPResponse>) { self.response = response }
    }
}

/// What is asked of the client's thread.
enum HTTPClientOrder: Sendable {
    case send(UInt64, HTTPClient.Request, @Sendable (HTTPClient.Event) -> Void)
    case resolved(UInt64, AddressLookup.Answer)
    case cancel(UInt64)
    case stop
}
