import Core
import Glibc
import IO
import Support
import Testing

@Suite("A store whose server is killed")
struct StoreKillTests {
    /// A server that writes, in a process of its own.
    private final class Victim: ChildProcessOwner {
        private var text: [UInt8] = []
        private(set) var lines = 0
        private(set) var status: ChildProcess.Status?

        func receive(_ bytes: Span<UInt8>, from child: ChildProcess, at now: Instant) {
            for index in bytes.indices {
                text.append(bytes[index])
                if bytes[index] == UInt8(ascii: "\n") { lines += 1 }
            }
        }
        func ended(_ child: ChildProcess, _ status: ChildProcess.Status, at now: Instant) { self.status = status }

        /// What it said, in words, whole lines only.
        var acknowledged: [[Substring]] {
            let whole = text.prefix(through: text.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
            return String(decoding: whole, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
        }
    }

    /// Beside the test bundle, where the package manager puts both.
    private static var program: String {
        CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/") + "/StoreTorture"
    }

    private let folder = ScratchFolder()
    private var path: String { folder.file("s.db") }

    /// Lets a server write until it has said `lines` lines, kills it, and returns what it had said.
    private func kill(_ run: String, after lines: Int) throws -> [[Substring]] {
        let (loop, victim) = (try EventLoop(), Victim())
        let child = try ChildProcess(command: "exec '\(Self.program)' '\(path)' '\(run)'", on: loop)
        try child.start(victim)
        try turn(loop) { victim.lines >= lines || victim.status != nil }
        Glibc.kill(child.pid, SIGKILL)
        try turn(loop) { victim.status != nil }
        #expect(victim.status == .signalled(SIGKILL))
        return victim.acknowledged
    }

    @Test("killed 50 times while it writes, it has kept every acknowledged write, and no call stays open")
    func killed() throws {
        var random = SeededRandom(seed: 20_240_917)
        var trunks: Set<TrunkID> = []
        var (records, crashed) = (0, 0)
        for round in 0..<50 {
            let run = "run\(round)"
            var states: [CallRecordID: CallRecord.State] = [:]
            for words in try kill(run, after: Int(random.next() % 300)) {
                switch (words[0], words.count) {
                case ("t", 2): trunks.insert(TrunkID("ST_\(run)_\(words[1])"))
                case ("r", 3):
                    states[CallRecordID("SCL_\(run)_\(words[1])")] = CallRecord.State(rawValue: String(words[2]))
                default: #expect(words == ["begun"])
                }
            }
            #expect(try RawDatabase(path).run("PRAGMA integrity_check") == ["ok"])
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            let closed = Set(try store.begin("check\(round)", at: 2_000_000).map { CallRecordID($0) })
            #expect(trunks.isSubset(of: Set(try store.table().inbound.map(\.id))))
            for (id, state) in states {
                let record = try store.record("\(id)")
                #expect(record.state == .ended)
                // What was not acknowledged may be there all the same; what was may not be missing.
                #expect(record.endReason == (closed.contains(id) ? .crashed : .init(.remoteHangup)))
                if state == .ended { #expect(!closed.contains(id)) }
            }
            #expect(try store.list { $0.states = [.ringing, .active] }.records.isEmpty)
            records += states.count
            crashed += closed.count
        }
        // The rounds were worth their name.
        #expect(trunks.count > 500 && records > 500 && crashed > 50)
    }
}
