internal import Core
internal import IO

/// Where `serve` keeps trunks, rules and records: a SQLite file, or Redis for trunks and rules where it is configured.
struct ServeStores {
    let routing: any RoutingStore
    let records: any CallRecordStore
    private let file: SQLiteStore

    init(_ configuration: Configuration, _ terminal: Terminal) throws(Failure) {
        do throws(StoreError) {
            file = try SQLiteStore(path: configuration.state.storePath)
            records = file
            switch configuration.redis.access {
            case nil: routing = file
            case .single: routing = try Self.redis(configuration.redis, terminal)
            case .sentinel, .cluster:
                throw StoreError(
                    .failed(detail: "Redis behind sentinels and Redis clusters are not supported yet"), "redis")
            }
        } catch {
            throw Failure(.local, "\(error)")
        }
    }

    private static func redis(
        _ redis: Configuration.Redis, _ terminal: Terminal
    ) throws(StoreError) -> RedisStore {
        let parts = redis.address.split(separator: ":")
        var options = RedisStore.Options(
            host: String(parts.first ?? "127.0.0.1"), port: parts.count > 1 ? UInt16(parts[1]) ?? 6379 : 6379)
        (options.username, options.password, options.database) = (redis.username, redis.password, redis.database)
        return try RedisStore(options) { status in
            switch status {
            case .away(let error): terminal.warn("\(error); trunks and rules stay as they are known")
            case .back(let time): terminal.note("Redis is back after \(time.milliseconds / 1000) s")
            }
        }
    }

    func close() {
        routing.close()
        file.close()
    }
}
