internal import Core

/// The loop of a Redis store: keeps one connection, makes it again with growing pauses, and looks for changes of others.
final class RedisSession {
    enum Order: Sendable {
        /// All or nothing; a reply for each command.
        case transaction([RedisCommand], @Sendable (Result<[RedisReply], StoreError>) -> Void)
        case load(@Sendable (Result<RoutingTable, StoreError>) -> Void)
        case watch(@Sendable () -> Void)
        case close
    }

    private enum Link {
        /// Names are being looked up, or the server has not let us in yet.
        case opening
        case open(RedisConnection)
        /// Until the next attempt.
        case away(retryAt: Instant)
        case ended
    }

    private let options: RedisStore.Options
    private let loop: EventLoop
    private let status: @Sendable (RedisStore.Status) -> Void
    private var started: ((Result<Mailbox<Order>, StoreError>) -> Void)?
    private var inbox: Inbox<Order>?
    private var found: Inbox<AddressLookup.Answer>?
    private let lookup: AddressLookup
    private let tls: TLSClientContext?
    private var link = Link.opening
    /// Of the server, those not tried yet in this attempt.
    private var addresses: ArraySlice<IPAddress> = []
    private var connection: RedisConnection?
    private var pause: Duration
    /// Since when the server is away, and why; nil while it is not.
    private var outage: (since: Instant, error: StoreError)?
    private var changed: (@Sendable () -> Void)?
    private var known: RedisLayout.Snapshot?
    private var pollAt: Instant?
    private var isClosing = false

    /// - Parameter started: told once: the way in when the server has let us in, or why that failed. In that case `run` ends.
    init(
        _ options: RedisStore.Options, _ tls: TLSClientContext?,
        _ status: @escaping @Sendable (RedisStore.Status) -> Void,
        started: @escaping (Result<Mailbox<Order>, StoreError>) -> Void
    ) throws(IOError) {
        (self.options, self.status, self.started) = (options, status, started)
        self.tls = tls
        (loop, lookup, pause) = (try EventLoop(), try AddressLookup(), options.backOff.first)
        inbox = try Inbox(on: loop) { [weak self] order, now in self?.perform(order, at: now) }
        found = try Inbox(on: loop) { [weak self] answer, now in self?.connect(answer, at: now) }
    }

    /// Works until the store is closed.
    func run() {
        loop.add(deadlines: self)
        open()
        loop.run()
    }

    private func error(_ reason: StoreError.Reason) -> StoreError { StoreError(reason, options.location) }

    // MARK: Requests

    private func perform(_ order: Order, at now: Instant) {
        switch order {
        case .transaction(let commands, let done): transaction(commands, at: now, done)
        case .load(let done): load(at: now, done)
        case .watch(let changed):
            self.changed = changed
            pollAt = now + options.pollInterval
        case .close:
            isClosing = true
            endIfIdle()
        }
    }

    private func transaction(
        _ commands: [RedisCommand], at now: Instant, _ done: @escaping (Result<[RedisReply], StoreError>) -> Void
    ) {
        guard !commands.isEmpty else { return done(.success([])) }
        guard case .open(let connection) = link else {
            return done(.failure(outage?.error ?? error(.unreachable(detail: "not connected yet"))))
        }
        let whole = [RedisCommand("MULTI")] + commands + [RedisCommand("EXEC")]
        connection.send(whole, at: now) { [weak self, options] result in
            done(result.flatMap { Self.outcome($0, options) })
            self?.endIfIdle()
        }
    }

    /// The replies within EXEC, or the first thing that went wrong.
    private static func outcome(
        _ replies: [RedisReply], _ options: RedisStore.Options
    ) -> Result<[RedisReply], StoreError> {
        func failure(_ reason: StoreError.Reason) -> Result<[RedisReply], StoreError> {
            .failure(StoreError(reason, options.location))
        }
        // What was refused while queueing comes first and says why; EXEC then only says that it did nothing.
        for case .error(let text) in replies { return failure(RedisError.reason(text, username: options.username)) }
        guard case .array(let replies)? = replies.last else {
            return failure(.refused(detail: "EXEC was not answered with a list"))
        }
        for case .error(let text) in replies { return failure(RedisError.reason(text, username: options.username)) }
        return .success(replies)
    }

    private func snapshot(
        at now: Instant, _ done: @escaping (Result<RedisLayout.Snapshot, StoreError>) -> Void
    ) {
        transaction(RedisLayout.load, at: now) { [options] result in
            done(
                result.flatMap { replies in
                    let hashes = replies.compactMap(\.entries)
                    guard hashes.count == RedisLayout.load.count else {
                        return .failure(
                            StoreError(.refused(detail: "HGETALL was not answered with fields"), options.location))
                    }
                    return .success(RedisLayout.Snapshot(hashes))
                })
        }
    }

    private func load(at now: Instant, _ done: @escaping @Sendable (Result<RoutingTable, StoreError>) -> Void) {
        snapshot(at: now) { [weak self, options] result in
            done(
                result.flatMap { snapshot in
                    self?.known = snapshot
                    return snapshot.decoded(options.location)
                })
        }
    }

    private func poll(at now: Instant) {
        pollAt = now + options.pollInterval
        guard case .open = link else { return }
        snapshot(at: now) { [weak self] result in
            guard let self, case .success(let snapshot) = result, snapshot != known else { return }
            known = snapshot
            changed?()
        }
    }

    private func endIfIdle() {
        guard isClosing, connection?.isBusy != true else { return }
        if let connection { connection.close() } else { end() }
    }

    private func end() {
        link = .ended
        inbox?.close()
        found?.close()
        loop.remove(deadlines: self)
        loop.stop()
    }

    // MARK: The connection

    private func open() {
        link = .opening
        guard let mailbox = found?.mailbox else { return }
        lookup.resolve(options.host) { mailbox.post($0) }
    }

    private func connect(_ answer: AddressLookup.Answer, at now: Instant) {
        switch answer {
        case .success(let found):
            addresses = found[...]
            connectNext(because: .unreachable(detail: "\(options.host) has no address"), at: now)
        case .failure(let error): failed(.unreachable(detail: "\(error)"), at: now)
        }
    }

    /// Tries the next address; with none left the attempt has failed for the reason of the last one.
    private func connectNext(because reason: StoreError.Reason, at now: Instant) {
        connection = nil
        guard !isClosing, let ip = addresses.popFirst() else { return failed(reason, at: now) }
        do throws(StoreError) {
            let stream = try encryption()
            do throws(IOError) {
                let connection = try RedisConnection(to: SocketAddress(ip, options.port), options, stream, on: loop)
                try connection.start(self)
                self.connection = connection
            } catch {
                connectNext(because: .unreachable(detail: "\(error)"), at: now)
            }
        } catch {
            failed(error.reason, at: now)
        }
    }

    /// The TLS of a new connection; nil without encryption.
    private func encryption() throws(StoreError) -> TLSClientStream? {
        guard let tls else { return nil }
        do throws(TLSError) {
            return try TLSClientStream(tls, to: options.tlsName.isEmpty ? options.host : options.tlsName)
        } catch {
            throw self.error(.tlsRefused(detail: "\(error)"))
        }
    }

    private func failed(_ reason: StoreError.Reason, at now: Instant) {
        connection = nil
        guard !isClosing else { return end() }
        if let started {
            self.started = nil
            started(.failure(error(reason)))
            return end()
        }
        if outage == nil {
            let error = error(reason)
            outage = (now, error)
            status(.away(error))
        }
        link = .away(retryAt: now + pause)
        pause = min(pause * 2, options.backOff.longest)
    }
}

extension RedisSession: RedisConnectionOwner {
    func opened(_ connection: RedisConnection, at now: Instant) {
        (link, pause, addresses) = (.open(connection), options.backOff.first, [])
        if let started, let inbox {
            self.started = nil
            started(.success(inbox.mailbox))
        }
        if let outage {
            self.outage = nil
            status(.back(after: now - outage.since))
            // Much may have changed meanwhile.
            if changed != nil { pollAt = now }
        }
    }

    func closed(_ connection: RedisConnection, _ reason: StoreError.Reason, at now: Instant) {
        connectNext(because: reason, at: now)
    }
}

extension RedisSession: DeadlineHandler {
    var deadline: Instant? {
        if case .away(let retryAt) = link { return earliest(retryAt, pollAt) }
        return pollAt
    }

    func wake(at now: Instant) {
        if case .away(let retryAt) = link, retryAt <= now { open() }
        if let due = pollAt, due <= now { poll(at: now) }
    }
}

extension RedisLayout.Snapshot {
    fileprivate func decoded(_ location: String) -> Result<RoutingTable, StoreError> {
        do throws(StoredBytes.Undecodable) {
            return .success(try table())
        } catch {
            return .failure(StoreError(.undecodable(object: error.id, detail: error.detail), location))
        }
    }
}
