import Core
import Glibc
import IO
import Testing

@Suite("SQLiteStore")
struct SQLiteStoreTests {
    let folder = ScratchFolder()
    var path: String { folder.file("s.db") }
    static let trunk = StoreSamples.inbound("ST_a")

    private func open(_ change: (inout SQLiteStore.Options) -> Void = { _ in }) throws -> SQLiteStore {
        var options = SQLiteStore.Options()
        change(&options)
        return try SQLiteStore(path: path, options: options)
    }

    /// A store with one trunk, closed again.
    private func prepare() throws {
        let store = try open()
        try store.apply(.putInbound(Self.trunk))
        store.close()
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    private func write(_ bytes: [UInt8], at offset: Int = 0) {
        let fd = unsafe Glibc.open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(fd) }
        unsafe pwrite(fd, bytes, bytes.count, off_t(offset))
    }

    private func reason(_ body: () throws -> Void) throws -> StoreError.Reason {
        let error = #expect(throws: StoreError.self) { try body() }
        #expect(error?.store == path)
        return try #require(error?.reason)
    }

    // MARK: Files

    @Test("folders are made for their owner alone, and so are the file and its journals")
    func modes() throws {
        let store = try SQLiteStore(path: "\(folder.path)/a/b/s.db")
        try store.apply(.putInbound(Self.trunk))
        for name in ["a", "a/b"] { #expect(mode(folder.file(name)) == 0o700) }
        for name in ["s.db", "s.db-wal", "s.db-shm"] { #expect(mode(folder.file("a/b/\(name)")) == 0o600) }
        _ = try store.begin("RUN_a", at: 1)
        #expect(mode(folder.file("a/b/s.db-instances")) == 0o600)
        store.close()
        for name in ["a/b/s.db", "a/b/s.db-instances"] { unsafe unlink(folder.file(name)) }
        for name in ["a/b", "a"] { unsafe rmdir(folder.file(name)) }
    }

    @Test("the file keeps a write-ahead log, and says whose it is and in which layout")
    func journal() throws {
        let store = try open()
        defer { store.close() }
        #expect(try RawDatabase(path).run("PRAGMA journal_mode") == ["wal"])
        #expect(try RawDatabase(path).run("PRAGMA application_id") == ["\(StoreSchema.applicationID)"])
        #expect(try RawDatabase(path).run("PRAGMA user_version") == ["\(StoreSchema.known)"])
    }

    @Test("values are the API's protobuf messages, with id and name beside them")
    func layout() throws {
        try prepare()
        let row = try RawDatabase(path).run("SELECT id, name, lower(hex(value)) FROM inbound_trunk")
        let hex = Self.trunk.protobuf.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(row == ["ST_a||\(hex)"])
    }

    // MARK: What can be wrong with a file

    @Test("a file that is no database stays as it is")
    func garbage() throws {
        let bytes = [UInt8](repeating: 0x5a, count: 8192)
        write(bytes)
        guard case .corrupt = try reason({ _ = try open() }) else { return #expect(Bool(false)) }
        #expect(FileText.bytes(path) == bytes)
    }

    @Test(
        "damage anywhere in the file is an error, never a crash or an empty table",
        arguments: [4096, 8192, 12_288, 20_480])
    func damage(offset: Int) throws {
        let store = try open()
        try store.apply((0..<500).map { .putInbound(StoreSamples.inbound("ST_\($0)")) })
        store.close()
        write([UInt8](repeating: 0xff, count: 4096), at: offset)
        do {
            let store = try open()
            defer { store.close() }
            // A page of another table is not looked at; what is read is right.
            #expect(try store.table().inbound.count == 500)
        } catch let error as StoreError {
            guard case .corrupt = error.reason else { throw error }
        }
    }

    @Test("a file that was cut short is an error", arguments: [1, 100, 4096, 9000])
    func cut(length: Int) throws {
        let store = try open()
        try store.apply((0..<500).map { .putInbound(StoreSamples.inbound("ST_\($0)")) })
        store.close()
        unsafe truncate(path, off_t(length))
        let reason = try reason {
            let store = try open()
            defer { store.close() }
            _ = try store.table()
        }
        guard case .corrupt = reason else { return #expect(reason == .foreign) }
    }

    @Test("one object that cannot be read is named")
    func undecodable() throws {
        try prepare()
        try RawDatabase(path).run("INSERT INTO dispatch_rule VALUES ('SDR_bad', '', x'0aff')")
        let store = try open()
        defer { store.close() }
        guard case .undecodable("SDR_bad", _) = try reason({ _ = try store.table() }) else {
            return #expect(Bool(false))
        }
        // It can be deleted or replaced, and the rest was never in danger.
        try store.apply(.deleteRule(RuleID("SDR_bad")))
        #expect(try store.table() == RoutingTable(inbound: [Self.trunk]))
    }

    @Test(
        "a database of another program stays as it is",
        arguments: [
            "CREATE TABLE theirs(a)", "PRAGMA application_id = 7", "PRAGMA user_version = 3",
        ])
    func foreign(sql: String) throws {
        try RawDatabase(path).run("CREATE TABLE t(a)")
        try RawDatabase(path).run(sql)
        let before = FileText.bytes(path)
        #expect(try reason { _ = try open() } == .foreign)
        #expect(FileText.bytes(path) == before)
    }

    // MARK: Schemas

    private static let next = StoreSchema.known + 1

    private func open(adding statements: String...) throws -> SQLiteStore {
        try SQLiteStore(
            path: path, options: .init(), migrations: StoreSchema.migrations + [SchemaMigration(Self.next, statements)])
    }

    @Test("a store of a later version is refused and keeps what it has; that version reads it again")
    func newer() throws {
        let later = try open(adding: "CREATE TABLE later(a) STRICT".replacing("(a)", with: "(a TEXT)"))
        try later.apply(.putInbound(Self.trunk))
        later.close()
        #expect(try reason { _ = try open() } == .newerSchema(found: Self.next, known: StoreSchema.known))
        let again = try open(adding: "nothing that is done twice")
        defer { again.close() }
        #expect(try again.table() == RoutingTable(inbound: [Self.trunk]))
    }

    @Test("an older store is brought up to date with all that it has")
    func older() throws {
        try prepare()
        let store = try open(adding: "ALTER TABLE inbound_trunk ADD COLUMN later TEXT NOT NULL DEFAULT 'x'")
        defer { store.close() }
        #expect(try RawDatabase(path).run("SELECT id, later FROM inbound_trunk") == ["ST_a|x"])
        #expect(try RawDatabase(path).run("PRAGMA user_version") == ["\(Self.next)"])
    }

    @Test("a step that fails leaves the store as it was")
    func failingStep() throws {
        try prepare()
        guard case .failed = try reason({ _ = try open(adding: "DROP TABLE inbound_trunk", "nonsense") }) else {
            return #expect(Bool(false))
        }
        let store = try open()
        defer { store.close() }
        #expect(try store.table() == RoutingTable(inbound: [Self.trunk]))
    }

    @Test("two openings of a new file at once both work")
    func bothNew() throws {
        for round in 0..<10 {
            let path = folder.file("new\(round).db")
            let replies = try (0..<4).map { _ in try StoreReply<SQLiteStore, StoreError>() }
            let threads = try replies.map { reply in
                try WorkerThread(name: "opens") {
                    do throws(StoreError) {
                        reply.fill(.success(try SQLiteStore(path: path)))
                    } catch {
                        reply.fill(.failure(error))
                    }
                }
            }
            let stores = try replies.map { try $0.wait() }
            for store in stores { try store.apply(.putInbound(Self.trunk)) }
            for store in stores { store.close() }
            for thread in threads { thread.join() }
        }
    }

    // MARK: Rights, locks and room

    @Test("a store that another process holds is locked for as long, and then goes on")
    func locked() throws {
        try prepare()
        let store = try open { $0.busyTimeout = .milliseconds(20) }
        defer { store.close() }
        let other = try RawDatabase(path)
        try other.run("BEGIN IMMEDIATE")
        #expect(try reason { try store.apply(.putRule(StoreSamples.rule("SDR_a"))) } == .locked)
        // Reading needs no lock of theirs.
        #expect(try store.table() == RoutingTable(inbound: [Self.trunk]))
        try other.run("ROLLBACK")
        try store.apply(.putRule(StoreSamples.rule("SDR_a")))
        #expect(try store.table().rules.count == 1)
    }

    @Test("a store that another process holds for itself alone cannot be opened")
    func exclusive() throws {
        try prepare()
        let other = try RawDatabase(path)
        try other.run("PRAGMA locking_mode = EXCLUSIVE")
        try other.run("BEGIN EXCLUSIVE")
        #expect(try reason { _ = try open { $0.busyTimeout = .milliseconds(20) } } == .locked)
    }

    @Test("a file that may not be written is refused")
    func readOnly() throws {
        try prepare()
        unsafe chmod(path, 0o444)
        unsafe chmod(folder.path, 0o555)
        defer { unsafe chmod(folder.path, 0o700) }
        #expect(try reason { _ = try asOrdinaryUser { try open() } } == .readOnly)
    }

    @Test("a file that may not be opened is refused")
    func forbidden() throws {
        try prepare()
        unsafe chmod(path, 0)
        unsafe chmod(folder.path, 0o755)
        guard case .forbidden = try reason({ _ = try asOrdinaryUser { try open() } }) else {
            return #expect(Bool(false))
        }
    }

    @Test("a folder that may not be made is refused, and so is a path through a file")
    func noFolder() throws {
        unsafe chmod(folder.path, 0o555)
        defer { unsafe chmod(folder.path, 0o700) }
        let error = #expect(throws: StoreError.self) {
            _ = try asOrdinaryUser { try SQLiteStore(path: "\(folder.path)/a/s.db") }
        }
        guard case .forbidden = error?.reason else { return #expect(Bool(false)) }
        write([1])
        #expect(throws: StoreError.self) { _ = try SQLiteStore(path: "\(path)/a/s.db") }
    }

    @Test("a full disk refuses what does not fit and loses nothing; there is room again after deleting")
    func full() throws {
        let store = try open { $0.pageLimit = 40 }
        defer { store.close() }
        var stored = 0
        var last: StoreError?
        while last == nil {
            do {
                try store.apply(.putInbound(StoreSamples.inbound("ST_\(1000 + stored)")))
                stored += 1
            } catch {
                last = error as? StoreError
            }
        }
        #expect(last?.reason == .full && stored > 10)
        #expect(try store.table().inbound.count == stored)
        try store.apply((0..<stored / 2).map { .deleteTrunk(TrunkID("ST_\(1000 + $0)")) })
        try store.apply(.putInbound(Self.trunk))
        #expect(try RawDatabase(path).run("PRAGMA integrity_check") == ["ok"])
    }

    // MARK: Writing together

    @Test("a write that fails does not spoil those that are committed with it")
    func oneBadWrite() throws {
        let holder = try open()
        defer { holder.close() }
        _ = try holder.begin("RUN_a", at: 1)
        let store = try open { $0.commitInterval = .milliseconds(200) }
        defer { store.close() }
        let other = try RawDatabase(path)
        try other.run("BEGIN IMMEDIATE")  // While this lasts the requests gather.
        let replies = try (0..<3).map { _ in try StoreReply<Void, StoreError>() }
        let bad = try StoreReply<[CallRecordID], StoreError>()
        store.append(StoreSamples.ringing("SCL_0"), replies[0].fill)
        store.append(StoreSamples.ringing("SCL_1"), replies[1].fill)
        store.begin(InstanceID("RUN_a"), at: .seconds(2), bad.fill)
        store.append(StoreSamples.ringing("SCL_2"), replies[2].fill)
        try other.run("ROLLBACK")
        for reply in replies { try reply.wait() }
        guard case .failed = try reason({ _ = try bad.wait() }) else { return #expect(Bool(false)) }
        #expect(try store.list().records.count == 3)
        // Each change has a number of its own.
        let numbers = try RawDatabase(path).run("SELECT change FROM call_record ORDER BY change")
        #expect(numbers == ["1", "2", "3"])
    }

    @Test("records that arrive while the disk is busy share a commit")
    func groupCommit() throws {
        let store = try open()
        defer { store.close() }
        let replies = try (0..<2000).map { _ in try StoreReply<Void, StoreError>() }
        for (number, reply) in replies.enumerated() {
            store.append(StoreSamples.record("SCL_\(number % 500)"), reply.fill)
        }
        for reply in replies { try reply.wait() }
        #expect(try store.list { $0.limit = 1000 }.records.count == 500)
        #expect(store.commits < 200)
    }

    @Test("a queue that is full refuses, and does what it took")
    func overloaded() throws {
        let store = try open { ($0.queueLimit, $0.busyTimeout) = (4, .seconds(5)) }
        defer { store.close() }
        let other = try RawDatabase(path)
        try other.run("BEGIN IMMEDIATE")
        let answers = Answers()
        var replies: [StoreReply<Void, StoreError>] = []
        for number in 0..<20 {
            let reply = try StoreReply<Void, StoreError>()
            store.append(StoreSamples.ringing("SCL_\(number)")) { result in
                if case .failure(let error) = result { answers.add("\(error.reason)") }
                reply.fill(result)
            }
            replies.append(reply)
        }
        try other.run("ROLLBACK")
        for reply in replies { try? reply.wait() }
        #expect(!answers.all.isEmpty && Set(answers.all) == ["overloaded"])
        #expect(try store.list().records.count == 20 - answers.all.count)
    }

    // MARK: Several processes

    @Test("records of another opening are seen and told")
    func recordsOfOthers() throws {
        let (watching, writing) = (try open { $0.pollInterval = .milliseconds(10) }, try open())
        defer {
            watching.close()
            writing.close()
        }
        let (records, routing) = (try Signal(), try Signal())
        watching.watchRecords(records.fire)
        watching.watch(routing.fire)
        try writing.append(StoreSamples.ringing("SCL_a"))
        try records.wait()
        #expect(try watching.record("SCL_a") == StoreSamples.ringing("SCL_a"))
        // Calls are no news for routing.
        #expect(!routing.isFired)
        try writing.apply(.putInbound(Self.trunk))
        try routing.wait()
        #expect(!records.isFired)
    }

    @Test("a change between two of ours is told too")
    func between() throws {
        let (watching, writing) = (try open { $0.pollInterval = .seconds(3600) }, try open())
        defer {
            watching.close()
            writing.close()
        }
        let signal = try Signal()
        watching.watch(signal.fire)
        try watching.apply(.putInbound(Self.trunk))
        try writing.apply(.putOutbound(StoreSamples.outbound("ST_b")))
        try watching.apply(.putRule(StoreSamples.rule("SDR_a")))
        try signal.wait()
    }

    @Test("a server's open calls are closed by another only after it is gone")
    func twoServers() throws {
        let (first, second) = (try open(), try open())
        defer { second.close() }
        _ = try first.begin("RUN_a", at: 1)
        try first.append(StoreSamples.ringing("SCL_a", at: 1, instance: "RUN_a"))
        #expect(try second.begin("RUN_b", at: 2) == [])
        #expect(try second.record("SCL_a").state == .ringing)
        first.close()
        #expect(try second.begin("RUN_b", at: 3) == ["SCL_a"])
        #expect(try second.record("SCL_a").endReason == .crashed)
    }

    @Test("a store that is let go of by its own answer ends all the same")
    func releasedInAnswer() throws {
        let done = try Signal()
        try open().load { _ in done.fire() }
        try done.wait()
    }
}
