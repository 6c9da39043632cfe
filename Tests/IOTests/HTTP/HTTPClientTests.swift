import Core
import IO
import Synchronization
import Testing

@Suite("HTTP client")
struct HTTPClientTests {
    /// A server that says what it is told to, whatever it is asked.
    final class Canned: TCPListenerOwner, TCPConnectionOwner {
        var answer: [[UInt8]] = []
        var finishes = true
        var asked: [UInt8] = []
        var connections: [TCPConnection] = []

        func accepted(_ connection: TCPConnection, at now: Instant) {
            connections.append(connection)
            try? connection.start(self)
        }
        func receive(_ bytes: Span<UInt8>, on connection: TCPConnection, at now: Instant) {
            for index in bytes.indices { asked.append(bytes[index]) }
            guard asked.suffix(4).elementsEqual("\r\n\r\n".utf8) else { return }
            for piece in answer { connection.send(piece) }
            if finishes { connection.finish() }
        }
        func closed(_ connection: TCPConnection, _ reason: TCPConnection.CloseReason, at now: Instant) {
            connections.removeAll { $0 === connection }
        }
    }

    private let loop: EventLoop

    init() throws { loop = try EventLoop() }

    /// The whole answer, while this test's loop serves whoever is asked.
    private func fetch(
        _ server: HTTPClient.Server, _ request: HTTPClient.Request, tls: TLSClientContext.Configuration = .init()
    ) throws -> Result<HTTPResponse, HTTPClientError> {
        var result: Result<HTTPResponse, HTTPClientError>?
        let inbox = try Inbox<Result<HTTPResponse, HTTPClientError>>(on: loop) { letter, _ in result = letter }
        let client = try HTTPClient(server, tls: tls)
        let mailbox = inbox.mailbox
        client.fetch(request) { mailbox.post($0) }
        try turn(loop) { result != nil }
        inbox.close()
        return try #require(result)
    }

    /// What the client makes of these bytes.
    private func canned(
        _ text: String, finishes: Bool = true, _ request: HTTPClient.Request = HTTPClient.Request(.get, "/x")
    ) throws -> (Result<HTTPResponse, HTTPClientError>, asked: String) {
        let side = Canned()
        side.answer = [Array(text.utf8)]
        side.finishes = finishes
        let listener = try TCPListener(bind: SocketAddress(.loopback, 0))
        try listener.attach(to: loop, side)
        defer { listener.detach() }
        let url = try #require(HTTPURL("http://\(listener.localAddress)/base"))
        let result = try fetch(.url(url), request)
        return (result, String(decoding: side.asked, as: UTF8.self).replacing("\(listener.localAddress)", with: "HOST"))
    }

    private func outcome(_ result: Result<HTTPResponse, HTTPClientError>) -> String {
        switch result {
        case .success(let response): "\(response.status.code) \(response.body.text)"
        case .failure(.notHTTP): "not HTTP"
        case .failure(.cut): "cut"
        case .failure(.tooLarge): "too large"
        case .failure(let error): error.description
        }
    }

    @Test(
        "answers in every framing",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200 hi"), ("HTTP/1.1 204 No Content\r\n\r\n", "204 "),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n", "200 hi"),
            ("HTTP/1.0 200 OK\r\n\r\nuntil the end", "200 until the end"),
            ("HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n", "299 "),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nx",
                "404 x"
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi and more", "200 hi"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", "cut"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n", "cut"), ("", "cut"),
            ("HTTP/1.1 20", "cut"),
            ("HTTP/1.1 200 OK\r\nContent-Len", "cut"), ("SSH-2.0-OpenSSH_9.2\r\n", "not HTTP"),
            ("SIP/2.0 200 OK\r\n\r\n", "not HTTP"), ("HTTP/2.0 200 OK\r\n\r\n", "not HTTP"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", "too large"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "not HTTP"),
        ])
    func framings(text: String, expected: String) throws {
        var request = HTTPClient.Request(.get, "/x")
        request.bodyLimit = 1000
        #expect(outcome(try canned(text, request).0) == expected)
    }

    @Test("what is asked")
    func request() throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        #expect(
            try canned(answer).asked == "GET /base/x HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
        let post = HTTPClient.Request(.post, "/y?z=1", ["Content-Type": "a/b"])
        #expect(
            try canned(answer, post).asked
                == "POST /base/y?z=1 HTTP/1.1\r\nHost: HOST\r\nContent-Type: a/b\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        )
    }

    @Test("the answer to HEAD has no body, whatever its length says")
    func head() throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n"
        #expect(outcome(try canned(text, finishes: false, HTTPClient.Request(.head, "/")).0) == "200 ")
    }

    @Test("an answer that does not come, or does not end, in time")
    func timeout() throws {
        var request = HTTPClient.Request(.get, "/x")
        request.patience = .whole(.milliseconds(30))
        for text in ["", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi"] {
            guard case .failure(.timedOut(_, .milliseconds(30))) = try canned(text, finishes: false, request).0 else {
                Issue.record("no timeout after \(text)")
                return
            }
        }
    }

    @Test("nobody listens: no server at a path, refused at a port")
    func nobody() throws {
        let directory = try SocketDirectory()
        let request = HTTPClient.Request(.get, "/")
        let missing = try fetch(.unix(directory.socket), request)
        #expect(outcome(missing) == "no server is running: nobody listens on \(directory.socket)")
        let address = try TCPListener(bind: SocketAddress(.loopback, 0)).localAddress
        let url = try #require(HTTPURL("http://\(address)"))
        #expect(try fetch(.url(url), request) == .failure(.refused("\(address)")))
        // An empty label: refused by the library itself, without a query.
        let unknown = try #require(HTTPURL("http://a..b.invalid"))
        guard case .failure(.cannotConnect(let error)) = try fetch(.url(unknown), request) else {
            Issue.record("a name that does not exist was found")
            return
        }
        #expect(error.operation == "look up" && error.subject == "a..b.invalid")
    }

    /// A server of ours over a Unix socket.
    private func server(_ path: String, _ stream: @escaping @Sendable (HTTPStream) -> Void = { _ in }) throws
        -> HTTPServer
    {
        var routes = HTTPRoutes<HTTPHandler>()
        routes.add(.post, "/echo") { request, responder in responder.respond(.json(.created, request.body)) }
        routes.add(.get, "/stream") { _, responder in stream(responder.stream(.ok, [:])) }
        return try HTTPServer([HTTPServer.Listener(.unix(path), routes)])
    }

    @Test("our own server over a Unix socket: a megabyte there and back")
    func unix() throws {
        let directory = try SocketDirectory()
        let server = try server(directory.socket)
        let body = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let response = try fetch(.unix(directory.socket), HTTPClient.Request(.post, "/echo", body: body)).get()
        #expect(response.status == .created)
        #expect(response.body == body)
        server.stop()
    }

    @Test("a stream is reported as it comes, and ended by cancelling")
    func stream() throws {
        let directory = try SocketDirectory()
        final class Kept: Sendable {
            let stream = Mutex<HTTPStream?>(nil)
            let gone = Atomic(false)
        }
        let kept = Kept()
        let server = try server(directory.socket) { stream in
            stream.send(Array("{}\n".utf8))
            stream.whenGone { kept.gone.store(true, ordering: .releasing) }
            kept.stream.withLock { $0 = stream }
        }
        var events: [String] = []
        let inbox = try Inbox<HTTPClient.Event>(on: loop) { event, _ in
            switch event {
            case .head(let status, _): events.append("\(status.code)")
            case .body(let bytes): events.append(bytes.text)
            case .finished: events.append("finished")
            case .failed(let error): events.append(error.description)
            }
        }
        let client = try HTTPClient(.unix(directory.socket))
        var request = HTTPClient.Request(.get, "/stream")
        request.patience = .head(.seconds(10))
        let mailbox = inbox.mailbox
        let ongoing = client.send(request) { mailbox.post($0) }
        try turn(loop) { events.count == 2 }
        ongoing.cancel()
        try turn(loop) { events.count == 3 }
        #expect(events == ["200", "{}\n", "the request was cancelled"])
        let end = limit()
        while !kept.gone.load(ordering: .acquiring) { try #require(SystemClock.now() < end) }
        inbox.close()
        server.stop()
    }

    @Test("over TLS to a server in Python: trusted, untrusted, and one that speaks no TLS")
    func https() throws {
        final class Owner: ChildProcessOwner {
            var text: [UInt8] = []
            var hasEnded = false
            func receive(_ bytes: Span<UInt8>, from child: ChildProcess, at now: Instant) {
                for index in bytes.indices { text.append(bytes[index]) }
            }
            func ended(_ child: ChildProcess, _ status: ChildProcess.Status, at now: Instant) { hasEnded = true }
        }
        let certificates = try TestCertificates.shared.get()
        let owner = Owner()
        let script = """
            import http.server, ssl, sys
            class Page(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    body = self.rfile.read(int(self.headers['Content-Length']))
                    self.send_response(200)
                    if self.path == '/': self.send_header('Content-Length', str(len(body)))
                    self.end_headers(); self.wfile.write(body[::-1])
                def log_message(self, *words): pass
            server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Page)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain('\(certificates.server.certificate)', '\(certificates.server.key)')
            server.socket = context.wrap_socket(server.socket, server_side=True)
            print(server.server_port, flush=True)
            server.serve_forever()
            """
        let child = try ChildProcess(command: "exec /usr/bin/python3 -c \"\(script)\" 2>/dev/null", on: loop)
        try child.start(owner)
        try turn(loop) { owner.text.contains(0x0a) || owner.hasEnded }
        let port = try #require(UInt16(owner.text.text.split(separator: "\n").first ?? ""))
        let request = HTTPClient.Request(.post, "/", body: Array("olleh".utf8))
        let endless = HTTPClient.Request(.post, "/endless", body: request.body)
        let trusted = TLSClientContext.Configuration(trust: .file(certificates.authority))
        for host in ["127.0.0.1", "localhost"] {
            let url = try #require(HTTPURL("https://\(host):\(port)"))
            #expect(outcome(try fetch(.url(url), request, tls: trusted)) == "200 hello")
            // Without a length only a close alert tells that this was all (RFC 9112 §9.8), and this server sends none.
            #expect(try fetch(.url(url), endless, tls: trusted) == .failure(.tls(url.hostField, .truncated)))
            #expect(
                try fetch(.url(url), request)
                    == .failure(.tls(url.hostField, .untrusted("unable to get local issuer certificate"))))
        }
        let plain = try #require(HTTPURL("http://127.0.0.1:\(port)"))
        #expect(outcome(try fetch(.url(plain), request)) == "cut")
        child.terminate()
        try turn(loop) { owner.hasEnded }
    }

    @Test("a server without TLS is told apart")
    func noTLS() throws {
        let listener = try TCPListener(bind: SocketAddress(.loopback, 0))
        final class Plain: TCPListenerOwner, TCPConnectionOwner {
            var connections: [TCPConnection] = []
            func accepted(_ connection: TCPConnection, at now: Instant) {
                connections.append(connection)
                try? connection.start(self)
            }
            func receive(_ bytes: Span<UInt8>, on connection: TCPConnection, at now: Instant) {
                connection.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
            }
            func closed(_ connection: TCPConnection, _ reason: TCPConnection.CloseReason, at now: Instant) {}
        }
        let plain = Plain()
        try listener.attach(to: loop, plain)
        let url = try #require(HTTPURL("https://\(listener.localAddress)"))
        let result = try fetch(.url(url), HTTPClient.Request(.get, "/"))
        #expect(result == .failure(.tls(url.hostField, .notTLS)))
        #expect(outcome(result) == "no TLS connection to \(url.hostField): the server does not speak TLS")
        listener.detach()
    }
}
