import Core
import IO
import Synchronization
import Testing

@Suite("Servers of one state directory know each other and pass messages")
struct HandoverTests {
    private static let address = SocketAddress(.loopback, 5060)

    /// What one server heard.
    private final class Ear: Sendable {
        let heard = Mutex<[HandoverNews]>([])
        let bell: Mailbox<Bool>

        init() throws { bell = try Mailbox() }

        func hear(_ news: HandoverNews) {
            heard.withLock { $0.append(news) }
            bell.post(true)
        }

        /// Waits for news of a kind.
        @discardableResult
        func wait<T>(_ pick: (HandoverNews) -> T?) throws -> T {
            let end = limit()
            while SystemClock.now() < end {
                if let found = heard.withLock({ $0 }).compactMap(pick).last { return found }
                WorkerThread.yield()
            }
            throw TimedOut()
        }
    }

    private static func states(_ fellowship: Fellowship) -> [FellowServer.State] { fellowship.others.map(\.state) }

    @Test("a newcomer meets who is there, states are told, and who leaves is gone")
    func meeting() throws {
        let folder = ScratchFolder()
        let old = try Handover(directory: folder.path, listen: Self.address)
        old.announce(.serving)
        let ear = try Ear()
        old.subscribe(ear.hear)
        #expect(old.fellowship.others.isEmpty)
        let new = try Handover(directory: folder.path, listen: Self.address)
        #expect(new.fellowship.others.map(\.number) == [old.number])
        new.announce(.serving)
        try ear.wait { if case .fellowship(let who) = $0, Self.states(who) == [.serving] { true } else { nil } }
        old.announce(.draining)
        old.announce(.serving)  // nobody goes back
        let second = try Ear()
        new.subscribe(second.hear)
        try second.wait { if case .fellowship(let who) = $0, Self.states(who) == [.draining] { true } else { nil } }
        old.leave()
        old.stop()
        try second.wait { if case .fellowship(let who) = $0, who.others.isEmpty { true } else { nil } }
        #expect(DirectoryListing.names(in: folder.path).count == 1)
        new.stop()
        #expect(DirectoryListing.names(in: folder.path).isEmpty)
    }

    @Test("a message arrives whole with its flow and its way, up to 64 KiB, in order")
    func messages() throws {
        let folder = ScratchFolder()
        let old = try Handover(directory: folder.path, listen: Self.address)
        let new = try Handover(directory: folder.path, listen: Self.address)
        defer {
            old.stop()
            new.stop()
        }
        let ear = try Ear()
        old.subscribe(ear.hear)
        // What comes before somebody listens is heard by nobody.
        try ear.wait { if case .fellowship = $0 { true } else { nil } }
        let flow = Flow(.udp, local: SocketAddress(.anyIPv4, 0), remote: SocketAddress(.loopback, 5099))
        let count = 500
        for number in 0..<count {
            let size = number == count - 1 ? 65_535 : 700
            new.hand(Array(repeating: UInt8(number & 255), count: size), flow, to: old.number, way: [new.number])
        }
        try ear.wait { if case .message(let bytes, _, _) = $0, bytes.count == 65_535 { true } else { nil } }
        let messages = ear.heard.withLock({ $0 }).compactMap { news in
            if case .message(let bytes, let flow, let way) = news { (bytes, flow, way) } else { nil }
        }
        #expect(messages.map { Int($0.0[0]) } == (0..<count).map { $0 & 255 })
        #expect(messages.allSatisfy { $0.1 == flow && $0.2 == [new.number] })
    }

    @Test("what was for a server that has gone comes back")
    func gone() throws {
        let folder = ScratchFolder()
        let old = try Handover(directory: folder.path, listen: Self.address)
        let new = try Handover(directory: folder.path, listen: Self.address)
        defer { new.stop() }
        old.stop()
        let ear = try Ear()
        new.subscribe(ear.hear)
        try ear.wait { if case .fellowship(let who) = $0, who.others.isEmpty { true } else { nil } }
        let flow = Flow(.udp, local: SocketAddress(.anyIPv4, 0), remote: SocketAddress(.loopback, 5099))
        new.hand([1], flow, to: old.number, way: [])
        try ear.wait { if case .message([1], flow, []) = $0 { true } else { nil } }
    }

    @Test("an order to drain reaches every other server")
    func replace() throws {
        let folder = ScratchFolder()
        let servers = try (0..<3).map { _ in try Handover(directory: folder.path, listen: Self.address) }
        let ears = try servers.map { server in
            let ear = try Ear()
            server.subscribe(ear.hear)
            return ear
        }
        for ear in ears {
            try ear.wait { if case .fellowship(let who) = $0, who.others.count == 2 { true } else { nil } }
        }
        servers[2].replaceOthers()
        for ear in ears[..<2] { try ear.wait { if case .drain = $0 { true } else { nil } } }
        for server in servers { server.stop() }
        #expect(!ears[2].heard.withLock({ $0 }).contains { if case .drain = $0 { true } else { false } })
    }

    @Test("the file of a server that was killed does not hinder the next")
    func stale() throws {
        let folder = ScratchFolder()
        let old = try Handover(directory: folder.path, listen: Self.address)
        let dead = "\(folder.path)/handover-00abcd.sock"
        try AtomicFile.write([], to: dead, mode: 0o600)
        let new = try Handover(directory: folder.path, listen: Self.address)
        #expect(new.fellowship.others.map(\.number) == [old.number])
        #expect(!DirectoryListing.names(in: folder.path).contains("handover-00abcd.sock"))
        old.stop()
        new.stop()
    }
}
