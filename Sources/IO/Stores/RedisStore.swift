package import Core
internal import Synchronization

/// Trunks and rules in Redis, where livekit-server keeps them: same hashes, same encoding.
///
/// A thread of its own has the connection. It is made again when it breaks; until then every request fails at once, and
/// whoever has the last table goes on with it. How long an acknowledged write lasts is up to the server's persistence.
package final class RedisStore: Sendable {
    /// Whether the server can be reached.
    package enum Status: Hashable, Sendable {
        /// It was lost. Reported once; what follows is tried in silence.
        case away(StoreError)
        /// It is back after so long.
        case back(after: Duration)
    }

    private let location: String
    private let limit: Int
    private let requests: Mailbox<RedisSession.Order>
    private let thread: WorkerThread
    private let isClosed = Atomic<Bool>(false)

    /// Connects, and fails when that does not succeed at once. Blocks.
    /// - Parameter status: told when the server is lost, and when it is back, from the store's thread.
    package init(_ options: Options, status: @escaping @Sendable (Status) -> Void = { _ in }) throws(StoreError) {
        (location, limit) = (options.location, options.queueLimit)
        let started: StoreReply<Mailbox<RedisSession.Order>, StoreError>
        do throws(IOError) {
            let reply = try StoreReply<Mailbox<RedisSession.Order>, StoreError>()
            started = reply
            thread = try WorkerThread(name: "sipctl-redis") {
                do throws(StoreError) {
                    try Self.run(options, status, started: reply.fill)
                } catch {
                    reply.fill(.failure(error))
                }
            }
        } catch {
            throw StoreError(error, options.location)
        }
        requests = try started.wait()
    }

    deinit { close() }

    /// The thread's work.
    private static func run(
        _ options: Options, _ status: @escaping @Sendable (Status) -> Void,
        started: @escaping (Result<Mailbox<RedisSession.Order>, StoreError>) -> Void
    ) throws(StoreError) {
        let tls: TLSClientContext?
        do throws(TLSError) {
            if let configuration = options.tls { tls = try TLSClientContext(configuration) } else { tls = nil }
        } catch {
            throw StoreError(.tlsRefused(detail: "\(error)"), options.location)
        }
        let session: RedisSession
        do throws(IOError) { session = try RedisSession(options, tls, status, started: started) } catch {
            throw StoreError(error, options.location)
        }
        session.run()
    }

    private func ask(
        _ commands: [RedisCommand], _ done: @escaping @Sendable (Result<[RedisReply], StoreError>) -> Void
    ) {
        guard !isClosed.load(ordering: .acquiring) else { return done(.failure(StoreError(.closed, location))) }
        guard requests.depth < limit else { return done(.failure(StoreError(.overloaded, location))) }
        requests.post(.transaction(commands, done))
    }
}

extension RedisStore: RoutingStore {
    package func load(_ done: @escaping @Sendable (Result<RoutingTable, StoreError>) -> Void) {
        guard !isClosed.load(ordering: .acquiring) else { return done(.failure(StoreError(.closed, location))) }
        requests.post(.load(done))
    }

    package func apply(_ changes: [RoutingChange], _ done: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        ask(changes.flatMap(RedisLayout.commands)) { done($0.map { _ in }) }
    }

    package func watch(_ changed: @escaping @Sendable () -> Void) { requests.post(.watch(changed)) }

    package func close() {
        if !isClosed.exchange(true, ordering: .acquiringAndReleasing) { requests.post(.close) }
        thread.join()
    }
}
