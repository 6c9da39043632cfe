import Core
import IO
import Testing

@Suite("RedisStore: a real server")
struct RedisStoreTests {
    private func options(_ server: RedisServer) -> RedisStore.Options {
        RedisStore.Options(host: "127.0.0.1", port: server.port)
    }

    private func reason(_ body: () throws -> Void) throws -> StoreError.Reason {
        let error = #expect(throws: StoreError.self) { try body() }
        return try #require(error?.reason)
    }

    @Test("hashes, fields and values are livekit-server's")
    func layout() throws {
        let server = try RedisServer()
        let store = try RedisStore(options(server))
        defer { store.close() }
        let (inbound, outbound, rule) = (
            StoreSamples.inbound("ST_a"), StoreSamples.outbound("ST_b"), StoreSamples.rule("SDR_c")
        )
        try store.apply(.putInbound(inbound), .putOutbound(outbound), .putRule(rule))
        let client = try RedisClient(server)
        #expect(try client.hash("sip_inbound_trunk") == ["ST_a": inbound.protobuf])
        #expect(try client.hash("sip_outbound_trunk") == ["ST_b": outbound.protobuf])
        #expect(try client.hash("sip_dispatch_rule") == ["SDR_c": rule.protobuf])
        #expect(try client.text("DBSIZE") == ":3")
    }

    @Test("a trunk of the old form serves each way that it says, and a new one of its id goes before it")
    func legacy() throws {
        let server = try RedisServer()
        let client = try RedisClient(server)
        var old = LegacyTrunk()
        (old.id, old.name, old.outboundNumber) = (TrunkID("ST_old"), "old", "+1")
        (old.inboundAddresses, old.inboundNumbers) = (["192.0.2.1"], ["+2"])
        (old.inboundUsername, old.inboundPassword) = ("in", "ip")
        (old.outboundAddress, old.outboundUsername, old.outboundPassword) = ("sip.example.com", "out", "op")
        old.transport = .tcp
        try client.put("sip_trunk", "ST_old", old.protobuf)
        (old.trunkKind, old.outboundAddress) = (.outbound, "b.example.com")
        try client.put("sip_trunk", "ST_out", old.protobuf)
        old.trunkKind = .inbound
        try client.put("sip_trunk", "ST_in", old.protobuf)

        let store = try RedisStore(options(server))
        defer { store.close() }
        let table = try store.table()
        #expect(table.inbound.map(\.id.description) == ["ST_in", "ST_old"])
        #expect(table.outbound.map(\.id.description) == ["ST_old", "ST_out"])
        let inbound = try #require(table.inboundTrunk(TrunkID("ST_old")))
        #expect((inbound.name, inbound.numbers, inbound.allowedAddresses) == ("old", ["+1"], ["192.0.2.1"]))
        #expect((inbound.allowedNumbers, inbound.authUsername, inbound.authPassword) == (["+2"], "in", "ip"))
        let outbound = try #require(table.outboundTrunk(TrunkID("ST_old")))
        #expect((outbound.address, outbound.transport, outbound.numbers) == ("sip.example.com", .tcp, ["+1"]))
        #expect((outbound.authUsername, outbound.authPassword) == ("out", "op"))

        try store.apply(.putInbound(StoreSamples.inbound("ST_old", name: "new")))
        #expect(try store.table().inboundTrunk(TrunkID("ST_old"))?.name == "new")
        #expect(try store.table().outboundTrunk(TrunkID("ST_old")) == outbound)
        try store.apply(
            .deleteTrunk(TrunkID("ST_old")), .deleteTrunk(TrunkID("ST_in")), .deleteTrunk(TrunkID("ST_out")))
        #expect(try store.table() == RoutingTable())
        #expect(try client.text("DBSIZE") == ":0")
    }

    @Test("another tool's change is noticed")
    func foreignChange() throws {
        let server = try RedisServer()
        var options = options(server)
        options.pollInterval = .milliseconds(20)
        let store = try RedisStore(options)
        defer { store.close() }
        _ = try store.table()
        let signal = try Signal()
        store.watch(signal.fire)
        try RedisClient(server).put("sip_inbound_trunk", "ST_a", StoreSamples.inbound("ST_a").protobuf)
        try signal.wait()
        #expect(try store.table().inbound == [StoreSamples.inbound("ST_a")])
    }

    @Test("credentials and the number of the database are used")
    func credentials() throws {
        let server = try RedisServer("--user u on '>p w' '~*' '&*' +@all --requirepass secret")
        var options = options(server)
        (options.username, options.password, options.database) = ("u", "p w", 3)
        let store = try RedisStore(options)
        try store.apply(.putInbound(StoreSamples.inbound("ST_a")))
        store.close()
        (options.username, options.password) = ("", "secret")
        let other = try RedisStore(options)
        #expect(try other.table().inbound.count == 1)
        other.close()
        options.database = 0
        let empty = try RedisStore(options)
        #expect(try empty.table().inbound.isEmpty)
        empty.close()
    }

    @Test(
        "wrong credentials are an error that does not show them", arguments: [("", "wrong"), ("u", "wrong"), ("", "")])
    func wrongPassword(username: String, password: String) throws {
        let server = try RedisServer("--requirepass secret")
        var options = options(server)
        (options.username, options.password) = (username, password)
        let error = #expect(throws: StoreError.self) { _ = try RedisStore(options) }
        #expect(error?.reason == .wrongPassword(username: username))
        #expect(error.map { !"\($0)".contains("wrong") || "\($0)".contains("refuses") } == true)
    }

    @Test("a database that does not exist and a user without rights are refused")
    func refused() throws {
        let server = try RedisServer("--user u on '>p' '~sip_inbound_trunk' '&*' +@all")
        var options = options(server)
        options.database = 99
        guard case .refused = try reason({ _ = try RedisStore(options) }) else { return #expect(Bool(false)) }
        (options.database, options.username, options.password) = (0, "u", "p")
        let store = try RedisStore(options)
        defer { store.close() }
        guard case .refused(let detail) = try reason({ try store.apply(.putRule(StoreSamples.rule("SDR_a"))) }) else {
            return #expect(Bool(false))
        }
        #expect(detail.hasPrefix("NOPERM"))
    }

    @Test("what is not a hash, and a value that is no message, are named")
    func badContents() throws {
        let server = try RedisServer()
        let client = try RedisClient(server)
        let store = try RedisStore(options(server))
        defer { store.close() }
        try client.put("sip_dispatch_rule", "SDR_bad", [0x0a, 0xff])
        guard case .undecodable("SDR_bad", _) = try reason({ _ = try store.table() }) else {
            return #expect(Bool(false))
        }
        _ = try client.text("SET", "sip_outbound_trunk", "x")
        guard case .refused(let detail) = try reason({ _ = try store.table() }) else { return #expect(Bool(false)) }
        #expect(detail.hasPrefix("WRONGTYPE"))
        // The connection goes on.
        _ = try client.text("DEL", "sip_outbound_trunk")
        try store.apply(.deleteRule(RuleID("SDR_bad")))
        #expect(try store.table() == RoutingTable())
    }

    @Test("a replica takes no writes, a server out of memory none that need it")
    func noWrites() throws {
        let server = try RedisServer("--replicaof 127.0.0.1 1 --replica-serve-stale-data yes")
        let store = try RedisStore(options(server))
        defer { store.close() }
        #expect(try store.table() == RoutingTable())
        #expect(try reason { try store.apply(.putInbound(StoreSamples.inbound("ST_a"))) } == .readOnly)
        let small = try RedisServer("--maxmemory 1 --maxmemory-policy noeviction")
        let full = try RedisStore(options(small))
        defer { full.close() }
        #expect(try reason { try full.apply(.putInbound(StoreSamples.inbound("ST_a"))) } == .full)
    }

    @Test("a server that goes away is reported once, found again, and what changed meanwhile is told")
    func outage() throws {
        let server = try RedisServer()
        var options = options(server)
        options.pollInterval = .milliseconds(20)
        options.backOff = (.milliseconds(5), .milliseconds(20))
        let (away, back, changed, statuses) = (try Signal(), try Signal(), try Signal(), Answers())
        let store = try RedisStore(options) { status in
            switch status {
            case .away(let error):
                statuses.add("away \(error.reason.complaint.prefix(17))")
                away.fire()
            case .back:
                statuses.add("back")
                back.fire()
            }
        }
        defer { store.close() }
        try store.apply(.putInbound(StoreSamples.inbound("ST_a")))
        _ = try store.table()
        store.watch(changed.fire)
        for round in 0..<3 {
            try server.stop()
            try away.wait()
            guard case .unreachable = try reason({ _ = try store.table() }) else { return #expect(Bool(false)) }
            guard case .unreachable = try reason({ try store.apply(.deleteTrunk(TrunkID("ST_a"))) }) else {
                return #expect(Bool(false))
            }
            try server.start()
            try RedisClient(server).put("sip_dispatch_rule", "SDR_\(round)", StoreSamples.rule("SDR_\(round)").protobuf)
            try back.wait()
            try changed.wait()
            #expect(try store.table().inbound.map(\.id.description) == ["ST_a"])
            #expect(try store.table().rules.count == round + 1)
        }
        #expect(statuses.all == Array(repeating: ["away cannot be reached", "back"], count: 3).flatMap(\.self))
    }

    @Test(
        "a server that is not there, or whose name is not known, ends the start",
        arguments: ["127.0.0.1", "a..b.invalid"])
    func unreachable(host: String) throws {
        let server = try RedisServer()
        try server.stop()
        let options = RedisStore.Options(host: host, port: server.port)
        guard case .unreachable = try reason({ _ = try RedisStore(options) }) else { return #expect(Bool(false)) }
    }

    @Test("a store that is closed while the server is away ends")
    func closedWhileAway() throws {
        let server = try RedisServer()
        let away = try Signal()
        let store = try RedisStore(options(server)) { if case .away = $0 { away.fire() } }
        try server.stop()
        try away.wait()
        store.close()
        #expect(try reason { _ = try store.table() } == .closed)
    }
}
