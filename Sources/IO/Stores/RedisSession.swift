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
    /// Who is asked now: a sentinel for the server, or the server.
    private enum Stage { case sentinel, server }
    private var stage = Stage.server
    /// Where that one is, and what is left to try when it does not answer.
    private var endpoint: HostPort
    private var endpoints: ArraySlice<HostPort> = []
    /// Of `endpoint`, those not tried yet in this attempt.
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
        endpoint = HostPort(options.host, options.port)
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
            let outcome = result.flatMap { Self.outcome($0, options) }
            done(outcome)
            // The sentinels have made another one the master.
            if case .failure(let error) = outcome, error.reason == .readOnly, options.sentinels != nil {
                connection.giveUp(.readOnly)
            }
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
        if let sentinels = options.sentinels {
            (stage, endpoints) = (.sentinel, sentinels.addresses[...])
        } else {
            (stage, endpoints) = (.server, [HostPort(options.host, options.port)])
        }
        lookUpNext(because: .unreachable(detail: "there is no address to try"), at: SystemClock.now())
    }

    /// Looks up the next host; with none left the attempt has failed for the reason of the last one.
    private func lookUpNext(because reason: StoreError.Reason, at now: Instant) {
        guard !isClosing, let next = endpoints.popFirst(), let mailbox = found?.mailbox else {
            return failed(reason, at: now)
        }
        endpoint = next
        lookup.resolve(next.host) { mailbox.post($0) }
    }

    private func connect(_ answer: AddressLookup.Answer, at now: Instant) {
        switch answer {
        case .success(let found):
            addresses = found[...]
            connectNext(because: .unreachable(detail: "\(endpoint.host) has no address"), at: now)
        case .failure(let error): lookUpNext(because: .unreachable(detail: "\(error)"), at: now)
        }
    }

    /// Tries the next address of the host; with none left, the next host.
    private func connectNext(because reason: StoreError.Reason, at now: Instant) {
        connection = nil
        guard !isClosing, let ip = addresses.popFirst() else { return lookUpNext(because: reason, at: now) }
        do throws(StoreError) {
            let stream = try encryption()
            do throws(IOError) {
                let connection = try RedisConnection(
                    to: SocketAddress(ip, endpoint.port), stage == .sentinel ? options.forSentinels : options, stream,
                    on: loop)
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
            return try TLSClientStream(tls, to: options.tlsName.isEmpty ? endpoint.host : options.tlsName)
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
        switch stage {
        case .sentinel: askForMaster(connection, at: now)
        case .server where options.sentinels == nil: begin(connection, at: now)
        case .server: askForRole(connection, at: now)
        }
    }

    /// Asks a sentinel where the server is (Redis documentation, "Sentinel clients").
    private func askForMaster(_ connection: RedisConnection, at now: Instant) {
        let master = options.sentinels?.master ?? ""
        connection.send([RedisCommand("SENTINEL", "get-master-addr-by-name", master)], at: now) { [weak self] result in
            guard let self, case .success(let replies) = result, let reply = replies.first else { return }
            guard case .array(let parts) = reply, parts.count == 2, case .bytes(let host) = parts[0],
                case .bytes(let port) = parts[1], let port = UInt16(port.text), port > 0
            else { return connection.giveUp(.refused(detail: "the sentinel \(endpoint) knows no master \(master)")) }
            self.connection = nil
            connection.close()
            (stage, endpoints) = (.server, [HostPort(host.text, port)])
            lookUpNext(because: .closed, at: SystemClock.now())
        }
    }

    /// Sentinels may know of a change of masters later than the servers do: who is no master is left again.
    private func askForRole(_ connection: RedisConnection, at now: Instant) {
        connection.send([RedisCommand("ROLE")], at: now) { [weak self] result in
            guard let self, case .success(let replies) = result else { return }
            if case .array(let parts)? = replies.first, case .bytes(let role)? = parts.first, role.text != "master" {
                return connection.giveUp(.unreachable(detail: "\(endpoint) is a \(role.text), not the master"))
            }
            begin(connection, at: SystemClock.now())
        }
    }

    /// The server takes requests.
    private func begin(_ connection: RedisConnection, at now: Instant) {
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
        // A sentinel that has answered is not missed.
        if connection === self.connection { connectNext(because: reason, at: now) }
    }
}

extension RedisStore.Options {
    /// What a connection to a sentinel goes by.
    fileprivate var forSentinels: Self {
        var options = self
        (options.username, options.password) = (sentinels?.username ?? "", sentinels?.password ?? "")
        options.database = 0
        return options
    }
}

extension RedisSession: DeadlineOwner {
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
