internal import Core
internal import IO

/// The stores that a configuration names: a SQLite file, or Redis for trunks and rules.
enum Stores {
    /// Where trunks and rules are when that is Redis; nil for the file.
    static func redis(
        _ configuration: Configuration, status: @escaping @Sendable (RedisStore.Status) -> Void = { _ in }
    ) throws(Failure) -> RedisStore? {
        guard configuration.redis.access != .cluster else {
            throw Failure(
                .local, "redis.cluster_addresses: Redis clusters are not supported",
                hint: "Use one server (redis.address), or sentinels (redis.sentinel_addresses).")
        }
        guard let options = RedisStore.Options(configuration.redis) else { return nil }
        do throws(StoreError) { return try RedisStore(options, status: status) } catch { throw Failure(error) }
    }

    /// The file that the configuration names.
    static func file(_ configuration: Configuration) throws(Failure) -> SQLiteStore {
        do throws(StoreError) { return try SQLiteStore(path: configuration.state.storePath) } catch {
            throw Failure(error)
        }
    }
}

extension Failure {
    /// A store that cannot be used.
    init(_ error: StoreError) {
        let isFar = error.store.hasPrefix("redis")
        let status: ExitStatus =
            switch error.reason {
            case .unreachable, .tlsRefused, .overloaded: isFar ? .unreachable : .local
            case .wrongPassword: .refused
            default: .local
            }
        let hint = "It is the Redis of the keys redis.* ('sipctl config show'); redis-cli can show whether it answers."
        self.init(status, "\(error)", hint: isFar ? hint : nil)
    }
}
