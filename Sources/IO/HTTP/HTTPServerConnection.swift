internal import Core

/// One connection of a server: requests in, one at a time to their handlers, responses out in their order.
final class HTTPServerConnection {
    /// A request between its head and its end.
    private struct Incoming {
        var head: HTTPWireParser.Head
        var body: [UInt8] = []
    }

    /// A request that its handler has, and how it is to be answered.
    private struct Exchange {
        let number: UInt64
        let isHead: Bool
        let knowsChunks: Bool
        let keepsAlive: Bool
        var stream: HTTPStream.Books?
        var watchers: [@Sendable () -> Void] = []
    }

    private enum Phase {
        case receiving(Incoming?)
        case answering(Exchange)
        /// Our side has finished: what comes is read and forgotten, so that the peer can read our last words.
        case finishing
    }

    private let id: UInt64
    private let connection: TCPConnection
    private let listener: HTTPServer.Listener
    private unowned let server: HTTPServerLoop
    private let parser: HTTPWireParser
    private var timing: HTTPServerTiming
    private var phase = Phase.receiving(nil)
    private var lastExchange: UInt64 = 0
    /// Bytes behind the request that is being answered.
    private var backlog: [UInt8] = []
    private var events: [HTTPWireParser.Event] = []
    private var handedOver = 0
    private var hasPeerFinished = false
    private var isReading = false
    private var isStopping = false

    init(
        _ id: UInt64, _ connection: TCPConnection, _ listener: HTTPServer.Listener, _ server: HTTPServerLoop,
        at now: Instant
    ) {
        (self.id, self.connection, self.listener, self.server) = (id, connection, listener, server)
        let limits = server.limits
        parser = HTTPWireParser(
            .requests,
            HTTPWireParser.Limits(target: limits.target, head: limits.head, fields: limits.fields, body: limits.body))
        timing = HTTPServerTiming(limits.timing, at: now)
        reschedule()
    }

    // MARK: Requests

    /// Reads on as long as no answer is due. An answer that is given within comes back here as a nested call, which leaves the
    /// rest to the outer one: pipelined requests must not grow the stack.
    private func readOn(at now: Instant) {
        if isReading { return }
        isReading = true
        var start = 0
        while case .receiving = phase, start < backlog.count {
            timing.receiving(at: now)
            var fault: HTTPWireParser.Fault?
            do throws(HTTPWireParser.Fault) {
                start += try parser.parse(backlog[start...], into: &events)
            } catch {
                fault = error
            }
            for event in events { take(event, at: now) }
            events.removeAll(keepingCapacity: true)
            if let fault { refuse(fault, at: now) }
        }
        backlog.removeFirst(min(start, backlog.count))
        isReading = false
        guard hasPeerFinished, case .receiving = phase else { return }
        if parser.isWithinMessage { refuse(.truncated, at: now) } else { finish(at: now) }
    }

    private func take(_ event: HTTPWireParser.Event, at now: Instant) {
        guard case .receiving(var incoming) = phase else { return }
        switch event {
        case .head(let head):
            phase = .receiving(Incoming(head: head))
            check(head, at: now)
        case .body(let bytes):
            phase = .receiving(nil)
            incoming?.body += bytes
            phase = .receiving(incoming)
        case .end:
            phase = .receiving(nil)
            if let incoming { dispatch(incoming, at: now) }
        }
    }

    /// What can be refused before the body has come.
    private func check(_ head: HTTPWireParser.Head, at now: Instant) {
        let hosts = head.headers.values("host").count
        if hosts > 1 || (hosts == 0 && head.version.minor > 0) {
            return refuse(.badRequest, "a request needs one Host (RFC 9112 §3.2)", at: now)
        }
        let hasLength = head.headers.contains("content-length") || head.headers.contains("transfer-encoding")
        // Without a length there is no body, whatever was meant (RFC 9112 §6.3): say so where one was announced.
        if !hasLength, head.headers.contains("content-type"), [.post, .put, .patch].contains(head.method) {
            return refuse(.lengthRequired, "a body needs Content-Length or chunks", at: now)
        }
        let expectations = head.headers.list("expect")
        if expectations.isEmpty || head.version.minor == 0 { return }
        guard expectations == ["100-continue"] else {
            return refuse(.expectationFailed, "the only expectation that is met is 100-continue", at: now)
        }
        if hasLength { put(HTTPWriter.responseHead(.continue, [:], .none, closes: false), at: now) }
    }

    private func dispatch(_ incoming: Incoming, at now: Instant) {
        let head = incoming.head
        lastExchange += 1
        let exchange = Exchange(
            number: lastExchange, isHead: head.method == .head, knowsChunks: head.version.minor > 0,
            keepsAlive: head.keepsAlive && head.version.minor > 0)
        phase = .answering(exchange)
        timing.answering()
        guard let target = HTTPTarget(head.target) else {
            return answer(head, .badRequest, "the request target is not a path", at: now)
        }
        switch listener.routes.match(head.method, target) {
        case .found(let handler, let parameters):
            var request = HTTPRequest(head.method, target, head.headers, body: incoming.body)
            request.parameters = parameters
            if case .tcp = listener.address { request.remote = connection.remoteAddress }
            let exchangeID = HTTPExchangeID(connection: id, number: exchange.number)
            handler(request, HTTPResponder(exchangeID, server.mailbox, streamQueue: server.limits.streamQueue))
        case .notFound where target.isAsterisk && head.method == .options:
            respond(HTTPResponse(.noContent), to: exchange.number, at: now)
        case .notFound: answer(head, .notFound, "there is nothing at this path", at: now)
        case .notAllowed(let allowed):
            let names = allowed.map(\.name).joined(separator: ", ")
            if head.method == .options {
                return respond(HTTPResponse(.noContent, ["Allow": names]), to: exchange.number, at: now)
            }
            var response = listener.refusal(head.target, .methodNotAllowed, "this path takes \(names)")
            response.headers.set("Allow", names)
            respond(response, to: exchange.number, at: now)
        }
    }

    // MARK: Responses

    /// Answers a request that was understood and goes nowhere; the connection lives on.
    private func answer(_ head: HTTPWireParser.Head, _ status: HTTPStatus, _ text: String, at now: Instant) {
        guard case .answering(let exchange) = phase else { return }
        respond(listener.refusal(head.target, status, text), to: exchange.number, at: now)
    }

    private func refuse(_ fault: HTTPWireParser.Fault, at now: Instant) {
        switch fault {
        case .malformed(let text): refuse(.badRequest, "not HTTP/1.1: \(text)", at: now)
        case .truncated: refuse(.badRequest, "the request ended early", at: now)
        case .unknownMethod: refuse(.notImplemented, "the method is not known", at: now)
        case .unsupportedCoding: refuse(.notImplemented, "the only transfer coding is chunked", at: now)
        case .unsupportedVersion: refuse(.versionNotSupported, "this is a server of HTTP/1.1", at: now)
        case .targetTooLong:
            refuse(.uriTooLong, "the request target has more than \(server.limits.target) bytes", at: now)
        case .headTooLarge:
            let limits = server.limits
            refuse(.headerFieldsTooLarge, "more than \(limits.head) bytes or \(limits.fields) fields", at: now)
        case .bodyTooLarge: refuse(.contentTooLarge, "the body has more than \(server.limits.body) bytes", at: now)
        }
    }

    /// Answers what cannot be read to its end, and closes.
    private func refuse(_ status: HTTPStatus, _ text: String, at now: Instant) {
        guard case .receiving(let incoming) = phase else { return }
        let response = listener.refusal(incoming?.head.target ?? [], status, text)
        let isHead = incoming?.head.method == .head
        let head = responseHead(response.status, response.headers, .length(response.body.count), closes: true)
        put(isHead ? head : head + response.body, at: now)
        finish(at: now)
    }

    /// The answer of a handler; ignored when the exchange is over.
    func respond(_ response: HTTPResponse, to number: UInt64, at now: Instant) {
        guard case .answering(let exchange) = phase, exchange.number == number, exchange.stream == nil else { return }
        let framing: HTTPFraming = response.status.isBodyless ? .none : .length(response.body.count)
        let closes = !exchange.keepsAlive || isStopping
        let head = responseHead(response.status, response.headers, framing, closes: closes)
        put(exchange.isHead || framing == .none ? head : head + response.body, at: now)
        complete(exchange, at: now)
    }

    /// The head of a streamed answer.
    func begin(
        _ status: HTTPStatus, _ headers: HTTPHeaders, _ books: HTTPStream.Books, to number: UInt64, at now: Instant
    ) {
        guard case .answering(var exchange) = phase, exchange.number == number, exchange.stream == nil else {
            books.close()
            return
        }
        let framing: HTTPFraming = exchange.knowsChunks ? .chunked : .untilClose
        put(responseHead(status, headers, framing, closes: !exchange.keepsAlive), at: now)
        exchange.stream = books
        phase = .answering(exchange)
        if exchange.isHead { close(exchange, at: now) }
    }

    /// A piece of a streamed answer.
    func send(_ bytes: [UInt8], to number: UInt64, at now: Instant) {
        guard case .answering(let exchange) = phase, exchange.number == number, let books = exchange.stream else {
            return
        }
        books.arrived(bytes.count)
        put(exchange.knowsChunks ? HTTPWriter.chunk(bytes) : bytes, at: now)
        if connection.queued > server.limits.streamQueue { connection.close() }
    }

    /// The end of a streamed answer.
    func end(_ number: UInt64, at now: Instant) {
        guard case .answering(let exchange) = phase, exchange.number == number, exchange.stream != nil else { return }
        if exchange.knowsChunks, !exchange.isHead { put(HTTPWriter.lastChunk, at: now) }
        close(exchange, at: now)
    }

    private func close(_ exchange: Exchange, at now: Instant) {
        exchange.stream?.close()
        complete(exchange, at: now)
    }

    /// Ends the connection in the middle of a streamed answer, which the peer sees as cut.
    func drop(_ number: UInt64) {
        if case .answering(let exchange) = phase, exchange.number == number { connection.close() }
    }

    /// Notes what to do when the peer leaves before the answer is complete.
    func watch(_ number: UInt64, _ action: @escaping @Sendable () -> Void) {
        guard case .answering(var exchange) = phase, exchange.number == number else { return }
        exchange.watchers.append(action)
        phase = .answering(exchange)
    }

    private func responseHead(
        _ status: HTTPStatus, _ headers: HTTPHeaders, _ framing: HTTPFraming, closes: Bool
    ) -> [UInt8] {
        let date = SystemClock.wallClock().seconds
        return HTTPWriter.responseHead(status, headers, framing, closes: closes, date: date)
    }

    private func put(_ bytes: [UInt8], at now: Instant) {
        handedOver += bytes.count
        connection.send(bytes)
        noteProgress(at: now)
    }

    private func complete(_ exchange: Exchange, at now: Instant) {
        // A peer that asks on without reading the answers is not answered on: one response and a little more is the bound.
        let isReader = connection.queued <= server.limits.streamQueue
        guard exchange.keepsAlive, !isStopping, isReader else { return finish(at: now) }
        phase = .receiving(nil)
        timing.answered(at: now)
        readOn(at: now)
        reschedule()
    }

    private func finish(at now: Instant) {
        phase = .finishing
        backlog = []
        connection.finish()
        timing.finishing(at: now)
        reschedule()
    }

    // MARK: Time

    private func noteProgress(at now: Instant) {
        timing.sent(queued: connection.queued, progress: handedOver - connection.queued, at: now)
        reschedule()
    }

    private func reschedule() { server.loop.schedule(self, at: timing.deadline) }

    /// The server stops: what is being answered is finished, everything else ends now.
    func stop(at now: Instant) {
        isStopping = true
        switch phase {
        case .receiving: finish(at: now)
        case .answering(let exchange): if exchange.stream != nil { end(exchange.number, at: now) }
        case .finishing: break
        }
    }

    /// Ends the connection without another word to anyone but those who watch it.
    func cut() {
        connection.close()
        leave()
        server.loop.schedule(self, at: nil)
    }

    private func leave() {
        guard case .answering(let exchange) = phase else { return }
        phase = .finishing
        exchange.stream?.close()
        for action in exchange.watchers { action() }
    }
}

extension HTTPServerConnection: TCPConnectionOwner, DeadlineOwner {
    var deadline: Instant? { nil }

    func receive(_ bytes: Span<UInt8>, on connection: TCPConnection, at now: Instant) {
        if case .finishing = phase { return }
        unsafe bytes.withUnsafeBytes { unsafe backlog.append(contentsOf: $0) }
        readOn(at: now)
        // Requests behind the one that is being answered wait here.
        if backlog.count > server.limits.head + server.limits.body { connection.close() }
        reschedule()
    }

    func peerFinished(_ connection: TCPConnection, at now: Instant) {
        hasPeerFinished = true
        readOn(at: now)
    }

    func closed(_ connection: TCPConnection, _ reason: TCPConnection.CloseReason, at now: Instant) {
        server.loop.schedule(self, at: nil)
        leave()
        server.remove(id)
    }

    func wake(at now: Instant) {
        timing.sent(queued: connection.queued, progress: handedOver - connection.queued, at: now)
        switch timing.advance(to: now) {
        case .slowRequest: refuse(.requestTimeout, "the request took too long", at: now)
        case .idle: finish(at: now)
        case .stalled, .lingered: connection.close()
        case nil: break
        }
        reschedule()
    }
}
