import Core
import IO
import Testing

@Suite("What the keys of redis: ask for")
struct RedisOptionsTests {
    private func options(_ edit: (inout Configuration.Redis) -> Void) -> RedisStore.Options? {
        var redis = Configuration.Redis()
        edit(&redis)
        return RedisStore.Options(redis)
    }

    @Test("no address, no Redis; a cluster is none that could be used")
    func none() {
        #expect(options { _ in } == nil)
        #expect(options { $0.cluster = ["a:1"] } == nil)
    }

    @Test(
        "host and port",
        arguments: [
            ("redis.example.com:6380", "redis.example.com", UInt16(6380)), ("192.0.2.1:7", "192.0.2.1", 7),
            ("[2001:db8::1]:6379", "2001:db8::1", 6379),
        ])
    func address(_ text: String, _ host: String, _ port: UInt16) throws {
        let options = try #require(options { $0.address = text })
        #expect((options.host, options.port) == (host, port))
        #expect(options.tls == nil)
        #expect(options.location == "redis://\(text)")
    }

    @Test("credentials and times")
    func times() throws {
        let options = try #require(
            options { redis in
                (redis.address, redis.username, redis.password, redis.database) = ("h:1", "u", "p", 3)
                (redis.dialTimeout, redis.readTimeout) = (.seconds(1), .milliseconds(300))
                redis.writeTimeout = .milliseconds(50)
            })
        #expect((options.username, options.password, options.database) == ("u", "p", 3))
        #expect(options.connectTimeout == .seconds(1))
        #expect(options.replyTimeout == .milliseconds(350))
    }

    @Test("TLS: the older key, whom to trust, the name, our certificate")
    func tls() throws {
        let old = try #require(options { ($0.address, $0.usesTLS) = ("h:1", true) })
        #expect(old.tls == TLSClientContext.Configuration(trust: .system))
        #expect(old.location == "rediss://h:1")
        let full = try #require(
            options { redis in
                (redis.address, redis.tls.isEnabled, redis.tls.caFile) = ("h:1", true, "ca.pem")
                (redis.tls.serverName, redis.tls.certificateFile, redis.tls.keyFile) = ("name", "c.pem", "k.pem")
            })
        #expect(full.tls?.trust == .file("ca.pem"))
        #expect(full.tls?.identity == .init(certificateFile: "c.pem", keyFile: "k.pem"))
        #expect(full.tlsName == "name")
        let any = try #require(
            options { redis in
                (redis.address, redis.tls.isEnabled, redis.tls.caFile) = ("h:1", true, "ca.pem")
                redis.tls.skipsVerification = true
            })
        #expect(any.tls?.trust == .anybody)
    }

    @Test("sentinels win over an address")
    func sentinels() throws {
        let options = try #require(
            options { redis in
                (redis.address, redis.sentinelMaster, redis.sentinels) = ("h:1", "mymaster", ["a:1", "192.0.2.9:2"])
                (redis.sentinelUsername, redis.sentinelPassword) = ("su", "sp")
            })
        #expect(options.sentinels?.master == "mymaster")
        #expect(options.sentinels?.addresses == [.init("a", 1), .init("192.0.2.9", 2)])
        #expect((options.sentinels?.username, options.sentinels?.password) == ("su", "sp"))
        #expect(options.location == "redis://mymaster of the sentinels a:1,192.0.2.9:2")
    }
}
