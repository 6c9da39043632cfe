package import Core

extension RedisStore {
    package struct Options: Sendable {
        package var host: String
        package var port: UInt16
        /// Empty where only a password is sent, or nothing.
        package var username = ""
        /// Secret.
        package var password = ""
        package var database = 0
        /// Who says where the server is; `host` and `port` then count for nothing.
        package var sentinels: Sentinels?
        /// Whom to trust, and who we are; nil for no encryption.
        package var tls: TLSClientContext.Configuration?
        /// The name that the server's certificate must carry; empty for `host`.
        package var tlsName = ""
        package var connectTimeout = Duration.seconds(2)
        /// How long a reply may take; a connection without one is given up.
        package var replyTimeout = Duration.seconds(5)
        /// How often to look for changes of others, while somebody wants to know of them.
        package var pollInterval = Duration.seconds(2)
        /// The first wait before connecting again, and the longest; it doubles in between.
        package var backOff = (first: Duration.milliseconds(100), longest: Duration.seconds(1))
        /// Requests that may wait.
        package var queueLimit = 65_536

        package init(host: String = "127.0.0.1", port: UInt16 = 6379) { (self.host, self.port) = (host, port) }

        /// The server for people, without credentials.
        package var location: String {
            let scheme = tls == nil ? "redis" : "rediss"
            let path = database == 0 ? "" : "/\(database)"
            guard let sentinels else { return "\(scheme)://\(HostPort(host, port))\(path)" }
            let addresses = sentinels.addresses.map(\.description).joined(separator: ",")
            return "\(scheme)://\(sentinels.master)\(path) of the sentinels \(addresses)"
        }
    }

    /// Sentinels: they watch the servers and say which one takes writes.
    package struct Sentinels: Hashable, Sendable {
        /// The name that they know it by.
        package var master: String
        /// Asked in this order, until one answers.
        package var addresses: [HostPort]
        /// Of the sentinels, as `Options.username`.
        package var username = ""
        /// Secret.
        package var password = ""

        package init(master: String, addresses: [HostPort]) { (self.master, self.addresses) = (master, addresses) }
    }
}

extension RedisStore.Options {
    /// What the keys of `redis:` say (livekit/protocol redis, xtls); nil without Redis and for a cluster, which is not supported.
    package init?(_ redis: Configuration.Redis) {
        let endpoint = HostPort(redis.address, defaultPort: 6379)
        self.init(host: endpoint.host, port: endpoint.port)
        switch redis.access {
        case nil, .cluster: return nil
        case .single: break
        case .sentinel:
            var sentinels = RedisStore.Sentinels(
                master: redis.sentinelMaster, addresses: redis.sentinels.map { HostPort($0, defaultPort: 6379) })
            (sentinels.username, sentinels.password) = (redis.sentinelUsername, redis.sentinelPassword)
            self.sentinels = sentinels
        }
        (username, password, database) = (redis.username, redis.password, redis.database)
        connectTimeout = redis.dialTimeout
        // From the first byte of a request to the last of its reply.
        replyTimeout = redis.writeTimeout + redis.readTimeout
        guard redis.isEncrypted else { return }
        let identity =
            redis.tls.certificateFile.isEmpty
            ? nil
            : TLSClientContext.Configuration.Identity(
                certificateFile: redis.tls.certificateFile, keyFile: redis.tls.keyFile)
        let trust: TLSClientContext.Trust =
            if redis.tls.skipsVerification {
                .anybody
            } else {
                redis.tls.caFile.isEmpty ? .system : .file(redis.tls.caFile)
            }
        tls = TLSClientContext.Configuration(trust: trust, identity: identity)
        tlsName = redis.tls.serverName
    }
}
