import Core
import IO
import Testing

@Suite("RedisStore behind sentinels: real servers")
struct RedisSentinelTests {
    private func options(_ sentinel: RedisServer) -> RedisStore.Options {
        var options = RedisStore.Options()
        options.sentinels = RedisStore.Sentinels(
            master: "mymaster", addresses: [.init("127.0.0.1", 1), .init("127.0.0.1", sentinel.port)])
        options.sentinels?.password = "watch"
        return options
    }

    @Test("the master is found, and after its death the next one")
    func failover() throws {
        let master = try RedisServer("--repl-diskless-sync-delay 0")
        let replica = try RedisServer("--replicaof 127.0.0.1 \(master.port)")
        let watcher = try RedisClient(replica)
        try wait { try RedisClient(master).text("WAIT", "1", "100") == ":1" }
        let sentinel = try RedisServer(watching: master)
        try wait { try RedisClient(sentinel, password: "watch").text("SENTINEL", "replicas", "mymaster") == "*1" }

        let back = try Signal()
        let store = try RedisStore(options(sentinel)) { if case .back = $0 { back.fire() } }
        defer { store.close() }
        try store.apply(.putInbound(StoreSamples.inbound("ST_a")))
        #expect(try !RedisClient(master).hash("sip_inbound_trunk").isEmpty)
        try wait { try !watcher.hash("sip_inbound_trunk").isEmpty }
        try master.stop()
        try back.wait()
        try store.apply(.putInbound(StoreSamples.inbound("ST_b")))
        #expect(try store.table().inbound.map(\.id.description) == ["ST_a", "ST_b"])
        #expect(try RedisClient(replica).hash("sip_inbound_trunk").count == 2)
    }

    @Test("a name that the sentinels do not know, a wrong password, and nobody there: each is said")
    func faults() throws {
        let master = try RedisServer()
        let sentinel = try RedisServer(watching: master)
        var options = options(sentinel)
        options.sentinels?.master = "other"
        let unknown = #expect(throws: StoreError.self) { _ = try RedisStore(options) }
        #expect(
            unknown?.reason == .refused(detail: "the sentinel 127.0.0.1:\(sentinel.port) knows no master other"))
        options.sentinels?.password = "wrong"
        let refused = #expect(throws: StoreError.self) { _ = try RedisStore(options) }
        #expect(refused?.reason == .wrongPassword(username: ""))
        options.sentinels?.addresses = [.init("127.0.0.1", 1)]
        let nobody = #expect(throws: StoreError.self) { _ = try RedisStore(options) }
        guard case .unreachable? = nobody?.reason else { return #expect(Bool(false)) }
    }
}
