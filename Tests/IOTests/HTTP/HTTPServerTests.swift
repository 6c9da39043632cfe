import Core
import IO
import Support
import Synchronization
import Testing

@Suite("HTTP server")
struct HTTPServerTests {
    /// What handlers keep for the test.
    final class Desk: Sendable {
        let responders = Mutex<[HTTPResponder]>([])
        let streams = Mutex<[HTTPStream]>([])
        let gone = Atomic(0)
    }

    private let desk = Desk()

    private func routes() -> HTTPRoutes<HTTPHandler> {
        var routes = HTTPRoutes<HTTPHandler>()
        let desk = desk
        routes.add(.get, "/hello") { _, responder in responder.respond(.text(.ok, "hello")) }
        routes.add(.post, "/echo") { request, responder in responder.respond(.json(.ok, request.body)) }
        routes.add(.get, "/say/{word}") { request, responder in
            responder.respond(.text(.ok, request.parameters["word", default: ""] + (request.target.query("q") ?? "")))
        }
        routes.add(.get, "/later") { _, responder in desk.responders.withLock { $0.append(responder) } }
        routes.add(.get, "/never") { _, _ in }
        routes.add(.delete, "/gone") { _, responder in responder.respond(HTTPResponse(.noContent)) }
        routes.add(.get, "/stream") { _, responder in
            let stream = responder.stream(.ok, ["Content-Type": "application/jsonl"])
            stream.whenGone { desk.gone.add(1, ordering: .relaxed) }
            desk.streams.withLock { $0.append(stream) }
        }
        routes.add(.get, "/three") { _, responder in
            let stream = responder.stream(.ok, [:])
            for word in ["one\n", "two\n", "three\n"] { stream.send(Array(word.utf8)) }
            stream.finish()
        }
        return routes
    }

    private func start(_ change: (inout HTTPServer.Limits) -> Void = { _ in }) throws -> HTTPServer {
        var limits = HTTPServer.Limits()
        change(&limits)
        return try HTTPServer([HTTPServer.Listener(.tcp(SocketAddress(.loopback, 0)), routes())], limits: limits)
    }

    /// The answer to bytes after which the peer says nothing more, without its Date lines.
    private func exchange(_ server: HTTPServer, _ text: String) throws -> String {
        let peer = try RawPeer(server.addresses[0])
        peer.say(text)
        peer.finish()
        return try withoutDate(peer.rest())
    }

    private func withoutDate(_ text: String) -> String {
        text.split(separator: "\r\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("Date: ") }
            .joined(separator: "\r\n")
    }

    @Test(
        "requests and their answers",
        arguments: [
            (
                "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello"
            ),
            (
                "HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\n"
            ),
            (
                "GET /hello HTTP/1.0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
            ),
            (
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
            ),
            (
                "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n1;x=y\r\n]\r\n0\r\nT: u\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"
            ),
            (
                "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n7",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n7"
            ),
            (
                "GET http://other/say/a%20b?q=+c HTTP/1.1\r\nHost: h\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\na b c"
            ),
            ("DELETE /gone HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n"),
            ("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n"),
            ("OPTIONS /echo HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 204 No Content\r\nAllow: POST\r\n\r\n"),
            (
                "GET /hello HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
            ),
            (
                "GET /three HTTP/1.1\r\nHost: h\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none\n\r\n4\r\ntwo\n\r\n6\r\nthree\n\r\n0\r\n\r\n"
            ),
            ("GET /three HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\none\ntwo\nthree\n"),
            ("HEAD /three HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
            (
                "GET /never HTTP/1.1\r\nHost: h\r\n\r\n",
                "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 10\r\n\r\n"
                    + "no answer\n"
            ),
            ("", ""), ("\r\n\r\n", ""),
        ])
    func answers(request: String, answer: String) throws { #expect(try exchange(start(), request) == answer) }

    @Test(
        "what is refused, with which status; the connection closes where the message cannot be read to its end",
        arguments: [
            ("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n", "404 Not Found"),
            ("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n", "405 Method Not Allowed"),
            ("POST /hello HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "405 Method Not Allowed"),
            ("TRACE /hello HTTP/1.1\r\nHost: h\r\n\r\n", "405 Method Not Allowed"),
            ("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", "400 Bad Request"),
            ("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", "400 Bad Request"),
            ("GET /hello HTTP/1.1\r\n\r\n", "400 Bad Request"),
            ("GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400 Bad Request"),
            ("GET /hello HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n", "400 Bad Request"),
            ("GET /hello HTTP/1.1\r\nHost : a\r\n\r\n", "400 Bad Request"),
            ("GET /hello HTTP/1.1\r\nHost: a\r\nX: b\u{0}c\r\n\r\n", "400 Bad Request"),
            ("GET /hello HTTP/1.1\r\nHost", "400 Bad Request"),
            ("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc", "400 Bad Request"),
            ("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "400 Bad Request"),
            ("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n", "400 Bad Request"),
            ("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400 Bad Request"),
            (
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "400 Bad Request"
            ),
            ("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400 Bad Request"),
            ("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501 Not Implemented"),
            ("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n\r\n", "411 Length Required"),
            ("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n", "413 Content Too Large"),
            ("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: magic\r\n\r\n", "417 Expectation Failed"),
            ("FETCH /hello HTTP/1.1\r\nHost: h\r\n\r\n", "501 Not Implemented"),
            ("\u{16}\u{3}\u{1}\u{2}\u{0}", "400 Bad Request"), ("GET /hello\r\n\r\n", "505 HTTP Version Not Supported"),
            ("GET /hello HTTP/2.0\r\nHost: h\r\n\r\n", "505 HTTP Version Not Supported"),
            ("GET /hello SIP/2.0\r\nHost: h\r\n\r\n", "400 Bad Request"),
        ])
    func refusals(request: String, status: String) throws {
        let answer = try exchange(start(), request)
        #expect(answer.hasPrefix("HTTP/1.1 \(status)\r\n"))
        #expect(answer.contains("\r\n\r\n"))
        #expect(
            answer.contains(request.contains("/echo") ? "\r\nAllow: POST\r\n" : "\r\nAllow: GET, HEAD\r\n")
                == status.hasPrefix("405"))
    }

    @Test("bounds of the head: the target, one field, many fields")
    func headBounds() throws {
        let server = try start()
        let long = String(repeating: "a", count: 8200)
        #expect(try exchange(server, "GET /\(long) HTTP/1.1\r\n").hasPrefix("HTTP/1.1 414 "))
        #expect(try exchange(server, "GET / HTTP/1.1\r\nX: \(long)\r\nY: \(long)\r\n").hasPrefix("HTTP/1.1 431 "))
        let many = String(repeating: "X: 1\r\n", count: 101)
        #expect(try exchange(server, "GET / HTTP/1.1\r\n\(many)\r\n").hasPrefix("HTTP/1.1 431 "))
        #expect(
            try exchange(server, "GET /hello HTTP/1.1\r\nHost: h\r\n\(many.dropLast(10))\r\n").hasPrefix(
                "HTTP/1.1 200 "))
    }

    @Test("a chunked body without an end is refused at the bound, and the peer can read why")
    func endlessBody() throws {
        let server = try start()
        let peer = try RawPeer(server.addresses[0])
        peer.say("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
        var sent = 0
        while sent < 64, peer.say(chunk) { sent += 1 }
        #expect(try peer.rest().hasPrefix("HTTP/1.1 413 "))
    }

    @Test("a request may come byte by byte")
    func byteByByte() throws {
        let server = try start()
        let peer = try RawPeer(server.addresses[0])
        for byte in "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n123".utf8 { peer.say([byte]) }
        #expect(try peer.read(until: "\r\n\r\n123").hasPrefix("HTTP/1.1 200 OK"))
    }

    @Test("a request that takes too long is answered 408 and closed")
    func slowRequest() throws {
        let server = try start { $0.timing.request = .milliseconds(30) }
        let peer = try RawPeer(server.addresses[0])
        peer.say("GET /hello HTTP/1.1\r\nHos")
        #expect(try peer.rest().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    }

    @Test("a connection that asks nothing is closed without a word")
    func idle() throws {
        let server = try start { $0.timing.idle = .milliseconds(30) }
        #expect(try RawPeer(server.addresses[0]).rest() == "")
    }

    @Test("pipelined requests are answered in their order, whenever their handlers answer")
    func pipelining() throws {
        let server = try start()
        let peer = try RawPeer(server.addresses[0])
        let one = "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"
        peer.say(
            one + "GET /say/two HTTP/1.1\r\nHost: h\r\n\r\nGET /three HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        try wait { !desk.responders.withLock { $0.isEmpty } }
        let responder = try #require(desk.responders.withLock { $0.popLast() })
        responder.respond(.text(.ok, "one"))
        responder.respond(.text(.ok, "ignored"))
        let text = try peer.rest()
        let answers = text.split(separator: "HTTP/1.1 200 OK\r\n")
        #expect(answers.count == 3)
        #expect(zip(answers, ["\r\none", "\r\ntwo", "6\r\nthree\n\r\n0\r\n\r\n"]).allSatisfy { $0.hasSuffix($1) })
        #expect(!text.contains("ignored"))
    }

    @Test("ten thousand pipelined requests neither grow the stack nor lose one")
    func manyPipelined() throws {
        let server = try start()
        let peer = try RawPeer(server.addresses[0])
        let request = "GET /x HTTP/1.1\r\nHost:h\r\n\r\n"
        let close = "GET /x HTTP/1.1\r\nHost:h\r\nConnection: close\r\n\r\n"
        var answered = 0
        // The peer reads as it writes: in blocks that fit the buffers of the kernel.
        for _ in 0..<100 {
            peer.say(String(repeating: request, count: 100))
            // Status, three fields, an empty line and a line of text.
            var lines = 0
            while lines < 600 { lines += try peer.read().count { $0 == UInt8(ascii: "\n") } }
            answered += 100
        }
        peer.say(close)
        _ = try peer.rest()
        #expect(answered == 10_000)
    }

    @Test("a stream goes out as it comes; the handler learns that its reader has left")
    func stream() throws {
        let server = try start()
        do {
            let peer = try RawPeer(server.addresses[0])
            peer.say("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n")
            try wait { !desk.streams.withLock { $0.isEmpty } }
            let stream = try #require(desk.streams.withLock { $0.first })
            #expect(stream.send(Array("{}\n".utf8)))
            #expect(try peer.read(until: "3\r\n{}\n\r\n").contains("Transfer-Encoding: chunked"))
            #expect(stream.isOpen)
        }
        let stream = try #require(desk.streams.withLock { $0.first })
        let end = limit()
        while stream.send(Array("{}\n".utf8)) { try #require(SystemClock.now() < end) }
        while desk.gone.load(ordering: .relaxed) == 0 { try #require(SystemClock.now() < end) }
    }

    @Test("a reader that does not read is dropped at the bound")
    func slowReader() throws {
        let server = try start { $0.streamQueue = 100_000 }
        let peer = try RawPeer(server.addresses[0])
        peer.say("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n")
        try wait { !desk.streams.withLock { $0.isEmpty } }
        let stream = try #require(desk.streams.withLock { $0.first })
        let piece = [UInt8](repeating: 0x61, count: 10_000)
        var sent = 0
        while stream.send(piece) { sent += 1 }
        // The buffers of the kernel come on top of ours.
        #expect(sent < 10_000)
        #expect(!stream.isOpen)
        #expect(try !peer.rest().hasSuffix("0\r\n\r\n"))
    }

    @Test("a body that the peer takes slowly arrives whole, although it has finished")
    func largeAnswer() throws {
        let server = try start()
        let peer = try RawPeer(server.addresses[0])
        peer.say("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
        peer.finish()
        try wait { !desk.responders.withLock { $0.isEmpty } }
        desk.responders.withLock { $0.popLast() }?.respond(
            HTTPResponse(.ok, body: [UInt8](repeating: 0x78, count: 9_000_000)))
        #expect(try peer.rest().utf8.count > 9_000_000)
    }

    @Test("connections beyond the bound are closed")
    func connections() throws {
        let server = try start { $0.connections = 1 }
        let first = try RawPeer(server.addresses[0])
        first.say("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try first.read(until: "hello")
        #expect(try RawPeer(server.addresses[0]).rest() == "")
        first.say("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try first.read(until: "hello")
    }

    @Test("stopping ends streams and idle connections at once")
    func stop() throws {
        let server = try start { $0.timing.linger = .milliseconds(50) }
        let idle = try RawPeer(server.addresses[0])
        let streaming = try RawPeer(server.addresses[0])
        streaming.say("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try streaming.read(until: "\r\n\r\n")
        server.stop()
        #expect(try idle.rest() == "")
        #expect(try streaming.rest() == "0\r\n\r\n")
        server.stop()
    }

    @Test("stopping lets the answers go out that are being written or waited for")
    func stopWhileAnswering() throws {
        let server = try start { $0.timing.linger = .seconds(20) }
        let stopping: WorkerThread
        do {
            let slow = try RawPeer(server.addresses[0])
            let waiting = try RawPeer(server.addresses[0])
            let idle = try RawPeer(server.addresses[0])
            slow.say("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
            try wait { desk.responders.withLock { $0.count } == 1 }
            waiting.say("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
            try wait { desk.responders.withLock { $0.count } == 2 }
            let responders = desk.responders.withLock { $0 }
            // More than the buffers of the kernel hold.
            responders[0].respond(HTTPResponse(.ok, body: [UInt8](repeating: 0x78, count: 9_000_000)))
            stopping = try WorkerThread(name: "stopping") { server.stop() }
            #expect(try idle.rest() == "", "the server is stopping")
            responders[1].respond(.text(.ok, "late"))
            #expect(try slow.rest().utf8.count > 9_000_000)
            #expect(try waiting.rest().hasSuffix("late"))
        }
        stopping.join()
    }

    @Test(
        "requests with bytes changed, cut and doubled: each gets an answer or an end, and the server lives",
        arguments: [1, 2])
    func mutations(seed: UInt64) throws {
        let server = try start { $0.timing.linger = .milliseconds(200) }
        var random = SeededRandom(seed: seed)
        let whole = Array(
            "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8)
        for _ in 0..<300 {
            var bytes = whole + whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(contentsOf: bytes[index...].prefix(20), at: index)
                default: bytes.removeLast(min(bytes.count - 1, 7))
                }
            }
            let peer = try RawPeer(server.addresses[0])
            peer.say(bytes)
            peer.finish()
            let answer = try peer.rest()
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 "), "seed \(seed): \(bytes)")
        }
        #expect(try exchange(server, "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n").hasSuffix("hello"))
        server.stop()
    }

    @Test("an address in use is named")
    func inUse() throws {
        let server = try start()
        guard case .tcp(let address) = server.addresses[0] else { return }
        let error = #expect(throws: IOError.self) { try HTTPServer([HTTPServer.Listener(.tcp(address), routes())]) }
        #expect(error?.description == "cannot listen on tcp \(address): address already in use")
    }
}
