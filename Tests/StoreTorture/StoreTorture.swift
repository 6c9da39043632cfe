internal import Core
internal import Glibc
internal import IO

/// Writes to a store until it is killed, and says on stdout what was acknowledged: `t N` for a trunk, `r N STATE` for a call
/// record. For the test that kills it.
///
///     StoreTorture PATH RUN
@main
struct StoreTorture {
    /// Calls whose writes may be under way at once.
    private static let window = 24

    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { exit(2) }
        do {
            try write(to: try SQLiteStore(path: arguments[1]), run: arguments[2])
        } catch {
            say("failed \(error)")
            exit(5)
        }
    }

    private static func write(to store: SQLiteStore, run: String) throws {
        let begun = try StoreReply<[CallRecordID], StoreError>()
        store.begin(InstanceID(run), at: .seconds(1), begun.fill)
        _ = try begun.wait()
        say("begun")
        var underWay: [StoreReply<Void, StoreError>] = []
        for number in 0..<1_000_000 {
            let last = try StoreReply<Void, StoreError>()
            call(number, run, store, last)
            underWay.append(last)
            if underWay.count > window { try underWay.removeFirst().wait() }
        }
    }

    /// A trunk, and a call that rings, is answered, and ends unless its number is divisible by three.
    private static func call(_ number: Int, _ run: String, _ store: SQLiteStore, _ last: StoreReply<Void, StoreError>) {
        var trunk = InboundTrunk()
        (trunk.id, trunk.name) = (TrunkID("ST_\(run)_\(number)"), "number \(number)")
        store.apply([.putInbound(trunk)]) { acknowledge($0, "t \(number)") }
        var record = CallRecord(
            id: CallRecordID("SCL_\(run)_\(number)"), direction: .inbound, createdAt: .seconds(number),
            instance: InstanceID(run))
        for state in CallRecord.State.allCases where state != .ended || !number.isMultiple(of: 3) {
            record.state = state
            if state == .ended { (record.endReason, record.endedAt) = (.init(.remoteHangup), .seconds(number + 1)) }
            store.append(record) { acknowledge($0, "r \(number) \(state.rawValue)") }
        }
        // Reads go in between, as in life; the answer to the last request is the answer to all before it.
        store.load { last.fill($0.map { _ in }) }
    }

    private static func acknowledge(_ result: Result<Void, StoreError>, _ text: String) {
        switch result {
        case .success: say(text)
        case .failure(let error): say("failed \(error)")
        }
    }

    /// One write, at once: what was said is in the pipe even when the next instruction is never reached.
    private static func say(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = unsafe Glibc.write(STDOUT_FILENO, bytes, bytes.count)
    }
}
