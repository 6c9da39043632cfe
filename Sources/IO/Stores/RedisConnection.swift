internal import Core

/// Owner of a `RedisConnection`. All calls come from the loop.
protocol RedisConnectionOwner: AnyObject {
    /// The server has let us in.
    func opened(_ connection: RedisConnection, at now: Instant)
    /// The connection is gone, or was never made. Called once; what waited for replies has been told before.
    func closed(_ connection: RedisConnection, _ reason: StoreError.Reason, at now: Instant)
}

/// One connection to a Redis server: AUTH, SELECT and PING first, then commands, answered in the order of sending.
final class RedisConnection {
    private struct Expected {
        let count: Int
        let sentAt: Instant
        var replies: [RedisReply] = []
        let done: (Result<[RedisReply], StoreError>) -> Void
    }

    private let options: RedisStore.Options
    private let loop: EventLoop
    private let stream: TCPConnection
    /// Nil without encryption.
    private let tls: TLSClientStream?
    private weak var owner: (any RedisConnectionOwner)?
    private var reader = RedisReplyReader()
    /// In the order of sending; those before `first` are complete.
    private var expected: [Expected] = []
    private var first = 0
    private var replies: [RedisReply] = []
    /// Why we close, where that is not what the stream says.
    private var failure: StoreError.Reason?
    private enum Progress { case connecting, greeting, open }
    private var progress = Progress.connecting

    init(
        to address: SocketAddress, _ options: RedisStore.Options, _ tls: TLSClientStream?, on loop: EventLoop
    ) throws(IOError) {
        (self.options, self.tls, self.loop) = (options, tls, loop)
        let limits = TCPConnection.Limits(queue: 1 << 28, connectTimeout: options.connectTimeout)
        stream = try TCPConnection(to: address, on: loop, limits: limits)
    }

    /// Begins to connect.
    func start(_ owner: any RedisConnectionOwner) throws(IOError) {
        self.owner = owner
        try stream.start(self)
    }

    /// Commands whose replies have not come.
    var isBusy: Bool { first < expected.count }

    /// Sends commands together; `done` gets a reply for each.
    func send(
        _ commands: [RedisCommand], at now: Instant,
        _ done: @escaping (Result<[RedisReply], StoreError>) -> Void
    ) {
        expected.append(Expected(count: commands.count, sentAt: now, done: done))
        write(commands.flatMap(\.bytes))
        if expected.count - first == 1 { scheduleNext() }
    }

    func close() { stream.close() }

    /// Closes, and gives the owner this reason.
    func giveUp(_ reason: StoreError.Reason) { fail(reason) }

    private func fail(_ reason: StoreError.Reason) {
        failure = failure ?? reason
        stream.close()
    }

    /// Until the reply that has been missing longest is late.
    private func scheduleNext() {
        loop.schedule(self, at: isBusy ? expected[first].sentAt + options.replyTimeout : nil)
    }

    // MARK: Bytes

    private func write(_ bytes: [UInt8]) {
        guard let tls else {
            stream.send(bytes)
            return
        }
        encrypted { out throws(TLSError) in try tls.send(bytes, into: &out) }
    }

    /// Lets TLS do something, and sends and takes what comes of it.
    private func encrypted(_ step: (inout TLSClientStream.Output) throws(TLSError) -> Void) {
        var out = TLSClientStream.Output()
        var failure: TLSError?
        do throws(TLSError) { try step(&out) } catch { failure = error }
        if !out.ciphertext.isEmpty { stream.send(out.ciphertext) }
        if !out.plaintext.isEmpty { take(out.plaintext.span) }
        if let failure { fail(.tlsRefused(detail: "\(failure)")) }
    }

    private func take(_ bytes: Span<UInt8>) {
        do throws(RedisReplyReader.Malformed) {
            try reader.feed(bytes, into: &replies)
        } catch {
            fail(.unreachable(detail: "what answers is not a Redis server: \(error.detail)"))
        }
        let complete = replies
        replies.removeAll()
        for reply in complete where failure == nil { take(reply) }
    }

    // MARK: Greeting

    private func greet(at now: Instant) {
        var commands: [RedisCommand] = []
        if !options.password.isEmpty {
            let credentials = options.username.isEmpty ? [options.password] : [options.username, options.password]
            commands.append(RedisCommand((["AUTH"] + credentials).map { Array($0.utf8) }))
        }
        if options.database != 0 { commands.append(RedisCommand("SELECT", "\(options.database)")) }
        commands.append(RedisCommand("PING"))
        send(commands, at: now) { [weak self] result in
            guard let self, case .success(let replies) = result else { return }
            for case .error(let text) in replies { return fail(RedisError.reason(text, username: options.username)) }
            progress = .open
            owner?.opened(self, at: SystemClock.now())
        }
    }

    private func take(_ reply: RedisReply) {
        guard isBusy else { return fail(.refused(detail: "a reply that nothing asked for")) }
        expected[first].replies.append(reply)
        guard expected[first].replies.count == expected[first].count else { return }
        let complete = expected[first]
        first += 1
        if first == expected.count || first > 1024 {
            expected.removeFirst(first)
            first = 0
        }
        scheduleNext()
        complete.done(.success(complete.replies))
    }
}

extension RedisConnection: TCPConnectionOwner {
    func connected(_ connection: TCPConnection, at now: Instant) {
        progress = .greeting
        if let tls { encrypted { out throws(TLSError) in try tls.start(into: &out) } }
        greet(at: now)
    }

    func receive(_ bytes: Span<UInt8>, on connection: TCPConnection, at now: Instant) {
        guard let tls else { return take(bytes) }
        encrypted { out throws(TLSError) in try tls.receive(bytes, into: &out) }
    }

    func closed(_ connection: TCPConnection, _ reason: TCPConnection.CloseReason, at now: Instant) {
        let why = failure ?? storeReason(reason)
        loop.schedule(self, at: nil)
        let waiting = expected[first...]
        (expected, first) = ([], 0)
        for entry in waiting { entry.done(.failure(StoreError(why, options.location))) }
        owner?.closed(self, why, at: now)
    }
}

extension RedisConnection: DeadlineOwner {
    var deadline: Instant? { nil }

    func wake(at now: Instant) {
        guard isBusy, expected[first].sentAt + options.replyTimeout <= now else { return scheduleNext() }
        let limit = "within \(options.replyTimeout.milliseconds) ms"
        // A server without TLS waits for the end of what it takes for a command.
        let isInHandshake = tls?.isEstablished == false
        fail(isInHandshake ? .tlsRefused(detail: "no handshake \(limit)") : .unreachable(detail: "no answer \(limit)"))
    }
}

extension RedisConnection {
    /// What the end of the connection means for the store.
    private func storeReason(_ reason: TCPConnection.CloseReason) -> StoreError.Reason {
        let words =
            switch reason {
            case .local: "we closed the connection"
            case .finished, .idle: "the server closed the connection"
            case .backlogged: "the server does not read"
            case .connectTimedOut: "no connection in time"
            case .failed(let error): "\(error)"
            }
        switch (progress, reason) {
        case (_, .local): return .closed
        case (.connecting, _), (.open, _): return .unreachable(detail: words)
        // It let us come and then did not like what we said.
        case (.greeting, _) where tls?.isEstablished == false: return .tlsRefused(detail: words)
        case (.greeting, _) where tls == nil: return .unreachable(detail: "\(words); it may want TLS")
        case (.greeting, _): return .unreachable(detail: words)
        }
    }
}

/// The errors of a Redis server, by the word that they begin with.
enum RedisError {
    static func reason(_ text: String, username: String) -> StoreError.Reason {
        switch text.prefix(while: { $0 != " " }) {
        case "WRONGPASS", "NOAUTH": .wrongPassword(username: username)
        case "READONLY": .readOnly
        case "OOM": .full
        case "LOADING", "MASTERDOWN", "BUSY", "TRYAGAIN", "CLUSTERDOWN": .unreachable(detail: text)
        // Servers before 6.0 say so in words only.
        case "ERR" where text.hasPrefix("ERR invalid password"): .wrongPassword(username: username)
        default: .refused(detail: text)
        }
    }
}
