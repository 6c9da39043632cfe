internal import Core
internal import Glibc

/// One request of a client and its connection.
final class HTTPClientExchange {
    private let id: UInt64
    private let request: HTTPClient.Request
    private unowned let client: HTTPClientLoop
    private let report: @Sendable (HTTPClient.Event) -> Void
    private let parser: HTTPWireParser
    private var connection: TCPConnection?
    private var tls: TLSClientStream?
    private var addresses: [IPAddress] = []
    private var events: [HTTPWireParser.Event] = []
    private var output = TLSClientStream.Output()
    /// Whether the head that is being received is an interim one (RFC 9110 §15.2).
    private var isInterim = false
    private var isOver = false
    private var giveUp: (at: Instant, after: Duration)?

    init(
        _ id: UInt64, _ request: HTTPClient.Request, _ client: HTTPClientLoop,
        _ report: @escaping @Sendable (HTTPClient.Event) -> Void
    ) {
        (self.id, self.request, self.client, self.report) = (id, request, client, report)
        parser = HTTPWireParser(.responses, HTTPWireParser.Limits(head: 65_536, body: request.bodyLimit))
        parser.answersHead = request.method == .head
    }

    /// The server's name for people.
    private var server: String {
        switch client.server {
        case .unix(let path): path
        case .url(let url): url.hostField
        }
    }

    // MARK: Connecting

    func start(at now: Instant) {
        switch request.patience {
        case .whole(let time), .head(let time): giveUp = (now + time, time)
        case .forever: break
        }
        client.loop.schedule(self, at: giveUp?.at)
        switch client.server {
        case .unix(let path): connect(to: path)
        case .url(let url):
            do throws(IOError) {
                try client.resolve(url.host, for: id)
            } catch {
                fail(.cannotConnect(error))
            }
        }
    }

    private func connect(to path: String) {
        do throws(IOError) {
            let descriptor = try UnixAddress.connect(to: path)
            let connection = TCPConnection(
                accepted: descriptor, from: SocketAddress(.anyIPv4, 0), on: client.loop, limits: limits)
            self.connection = connection
            try connection.start(self)
            connection.send(bytes)
        } catch {
            fail(error.code == ENOENT || error.code == ECONNREFUSED ? .noServer(path) : .cannotConnect(error))
        }
    }

    func resolved(_ answer: AddressLookup.Answer, at now: Instant) {
        switch answer {
        case .failure(let error): fail(.cannotConnect(error))
        case .success(let found):
            addresses = found
            connectToNext()
        }
    }

    /// Connects to the first address that has not been tried.
    private func connectToNext() {
        guard case .url(let url) = client.server, !addresses.isEmpty else { return }
        do throws(IOError) {
            let connection = try TCPConnection(
                to: SocketAddress(addresses.removeFirst(), url.port), on: client.loop, limits: limits)
            self.connection = connection
            try connection.start(self)
        } catch {
            if addresses.isEmpty { fail(.cannotConnect(error)) } else { connectToNext() }
        }
    }

    private var limits: TCPConnection.Limits {
        TCPConnection.Limits(queue: request.body.count + (1 << 20), connectTimeout: .seconds(10))
    }

    private var bytes: [UInt8] {
        var (target, host) = (request.target, "localhost")
        if case .url(let url) = client.server { (target, host) = (url.basePath + target, url.hostField) }
        var headers = request.headers
        headers.set("Connection", "close")
        let hasBody = !request.body.isEmpty || [.post, .put, .patch].contains(request.method)
        let framing: HTTPFraming = hasBody ? .length(request.body.count) : .none
        return HTTPWriter.requestHead(request.method, target, host: host, headers, framing) + request.body
    }

    // MARK: The answer

    private func take(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !isOver, !rest.isEmpty {
            var fault: HTTPWireParser.Fault?
            do throws(HTTPWireParser.Fault) {
                rest = rest.dropFirst(try parser.parse(rest, into: &events))
            } catch {
                fault = error
            }
            reportEvents()
            if let fault { fail(error(for: fault)) }
        }
    }

    private func reportEvents() {
        for event in events where !isOver {
            switch event {
            case .head(let head):
                isInterim = head.status.code / 100 == 1
                if isInterim { continue }
                if case .head = request.patience { client.loop.schedule(self, at: nil) }
                report(.head(head.status, head.headers))
            case .body(let bytes): report(.body(bytes))
            case .end: if !isInterim { finish() }
            }
        }
        events.removeAll(keepingCapacity: true)
    }

    private func error(for fault: HTTPWireParser.Fault) -> HTTPClientError {
        switch fault {
        case .malformed(let reason): .notHTTP(server, reason)
        case .truncated: .cut(server)
        case .bodyTooLarge: .tooLarge(server, request.bodyLimit)
        case .headTooLarge, .targetTooLong: .notHTTP(server, "the head is too large")
        case .unsupportedVersion, .unknownMethod: .notHTTP(server, "another version")
        case .unsupportedCoding: .notHTTP(server, "an unknown transfer coding")
        }
    }

    private func finish() {
        guard !isOver else { return }
        end()
        report(.finished)
    }

    func fail(_ error: HTTPClientError) {
        guard !isOver else { return }
        end()
        report(.failed(error))
    }

    private func end() {
        isOver = true
        client.loop.schedule(self, at: nil)
        if let tls {
            tls.finish(into: &output)
            flush()
        }
        connection?.close()
        client.remove(id)
    }

    // MARK: TLS

    /// Runs a step of TLS: what it brought about is sent and taken, and its fault ends the request.
    private func secured(_ step: (TLSClientStream, inout TLSClientStream.Output) throws(TLSError) -> Void) {
        guard let tls else { return }
        var fault: TLSError?
        do throws(TLSError) {
            try step(tls, &output)
        } catch {
            fault = error
        }
        flush()
        let plaintext = output.plaintext
        output.plaintext = []
        take(plaintext[...])
        if let fault { fail(.tls(server, fault)) } else if output.hasPeerClosed { endOfStream() }
    }

    private func flush() {
        if !output.ciphertext.isEmpty { connection?.send(output.ciphertext) }
        output.ciphertext = []
    }

    /// The peer sends nothing more: the end of a body without a length, or of a connection that was cut.
    private func endOfStream() {
        guard !isOver else { return }
        do throws(HTTPWireParser.Fault) {
            try parser.finish(into: &events)
            reportEvents()
            fail(.cut(server))
        } catch {
            fail(self.error(for: error))
        }
    }
}

extension HTTPClientExchange: TCPConnectionOwner, DeadlineOwner {
    var deadline: Instant? { nil }

    func wake(at now: Instant) {
        if let giveUp { fail(.timedOut(server, giveUp.after)) }
    }

    func connected(_ connection: TCPConnection, at now: Instant) {
        guard case .url(let url) = client.server, url.isSecure else {
            connection.send(bytes)
            return
        }
        do throws(TLSError) {
            tls = try TLSClientStream(try client.tlsContext(), to: url.host)
        } catch {
            return fail(.tls(server, error))
        }
        let bytes = bytes
        secured { stream, output throws(TLSError) in
            try stream.start(into: &output)
            try stream.send(bytes, into: &output)
        }
    }

    func receive(_ bytes: Span<UInt8>, on connection: TCPConnection, at now: Instant) {
        if isOver { return }
        let bytes = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
        if tls == nil { return take(bytes[...]) }
        secured { stream, output throws(TLSError) in try stream.receive(bytes.span, into: &output) }
    }

    func peerFinished(_ connection: TCPConnection, at now: Instant) {
        guard tls != nil else { return endOfStream() }
        secured { stream, output throws(TLSError) in try stream.peerFinished(into: &output) }
        endOfStream()
    }

    func closed(_ connection: TCPConnection, _ reason: TCPConnection.CloseReason, at now: Instant) {
        guard !isOver, connection === self.connection else { return }
        switch reason {
        case .failed(let error) where tls == nil && !addresses.isEmpty && error.operation == "connect to tcp":
            connectToNext()
        case .connectTimedOut where !addresses.isEmpty: connectToNext()
        case .failed(let error) where error.code == ECONNREFUSED: fail(.refused(server))
        case .failed(let error) where error.operation == "connect to tcp": fail(.cannotConnect(error))
        case .connectTimedOut: fail(.timedOut(server, limits.connectTimeout))
        case .failed, .finished, .local, .idle, .backlogged: fail(.cut(server))
        }
    }
}
