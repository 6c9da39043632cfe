import Core
import Glibc
import IO

/// The questions of a store, for a test that waits for each answer.
extension RoutingStore {
    func table() throws -> RoutingTable {
        let reply = try StoreReply<RoutingTable, StoreError>()
        load(reply.fill)
        return try reply.wait()
    }

    func apply(_ changes: RoutingChange...) throws { try apply(changes) }

    func apply(_ changes: [RoutingChange]) throws {
        let reply = try StoreReply<Void, StoreError>()
        apply(changes, reply.fill)
        try reply.wait()
    }
}

extension CallRecordStore {
    func begin(_ instance: String, at now: Int) throws -> [String] {
        let reply = try StoreReply<[CallRecordID], StoreError>()
        begin(InstanceID(instance), at: .seconds(now), reply.fill)
        return try reply.wait().map(\.description)
    }

    func append(_ records: CallRecord...) throws {
        for record in records {
            let reply = try StoreReply<Void, StoreError>()
            append(record, reply.fill)
            try reply.wait()
        }
    }

    func record(_ id: String) throws -> CallRecord {
        let reply = try StoreReply<CallRecord, StoreError>()
        record(CallRecordID(id), reply.fill)
        return try reply.wait()
    }

    func list(_ change: (inout CallRecordQuery) -> Void = { _ in }) throws -> CallRecordPage {
        var query = CallRecordQuery()
        change(&query)
        let reply = try StoreReply<CallRecordPage, StoreError>()
        list(query, reply.fill)
        return try reply.wait()
    }

    func prune(_ limits: CallRecordLimits, at now: Int, batch: Int = 100) throws -> Int {
        let reply = try StoreReply<Int, StoreError>()
        prune(to: limits, at: .seconds(now), batch: batch, reply.fill)
        return try reply.wait()
    }

    func changes(after position: CallRecordPosition, limit: Int = 100) throws -> CallRecordChanges {
        let reply = try StoreReply<CallRecordChanges, StoreError>()
        changes(after: position, limit: limit, reply.fill)
        return try reply.wait()
    }
}

/// Counts what happens and lets a test wait for it.
final class Signal: Sendable {
    private let mailbox: Mailbox<Bool>

    init() throws { mailbox = try Mailbox() }

    func fire() { mailbox.post(true) }

    var isFired: Bool { mailbox.depth > 0 }

    /// Waits until it was fired since the last call; throws when that takes too long.
    func wait() throws {
        var letters: [Bool] = []
        let end = limit()
        while letters.isEmpty {
            guard SystemClock.now() < end else { throw TimedOut() }
            var entry = pollfd(fd: mailbox.fd, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&entry, 1, 1000)
            mailbox.drain(into: &letters)
        }
    }
}
