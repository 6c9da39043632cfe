/// Names one transaction of an endpoint; never reused while the process lives. The low two bits tell the kind.
package struct TransactionID: Hashable, Sendable {
    enum Kind: UInt64 { case inviteServer, nonInviteServer, inviteClient, nonInviteClient }

    let rawValue: UInt64

    init(_ number: UInt64, _ kind: Kind) { rawValue = number << 2 | kind.rawValue }

    var kind: Kind {
        switch rawValue & 3 {
        case 0: .inviteServer
        case 1: .nonInviteServer
        case 2: .inviteClient
        default: .nonInviteClient
        }
    }
}

/// What the four machines have in common for the table that keeps them.
protocol TransactionMachine {
    var deadline: Instant? { get }
    var isTerminated: Bool { get }
    /// Whether a response may still have to be made from the request alone.
    var mayNeedRequest: Bool { get }
}

extension TransactionMachine {
    var mayNeedRequest: Bool { false }
}

extension InviteServerTransaction: TransactionMachine {
    var mayNeedRequest: Bool { isPending }
}
extension NonInviteServerTransaction: TransactionMachine {}
extension InviteClientTransaction: TransactionMachine {}
extension NonInviteClientTransaction: TransactionMachine {}

/// The live transactions of one kind, found by id and by what a message carries (RFC 3261 §17.1.3, §17.2.3).
struct TransactionTable<Machine: TransactionMachine> {
    struct Entry {
        var machine: Machine
        let key: TransactionKey
        /// Where this side's messages go.
        var flow: Flow
        /// The dialog user that hears of it; nil when the endpoint answers on its own.
        var user: CallKey?
        /// The request and its top Via as responses carry it, as long as a 100 (Trying) may have to be made from them.
        var pending: (message: Message, via: [UInt8])?
        /// The tag in To of the responses to an INVITE that had none; nil where no call was made of it.
        var toTag: Tag?
    }

    private var entries: [TransactionID: Entry] = [:]
    private var index: [TransactionKey: TransactionID] = [:]

    var count: Int { entries.count }

    func id(for key: TransactionKey) -> TransactionID? { index[key] }

    mutating func insert(_ id: TransactionID, _ entry: Entry) {
        entries[id] = entry
        index[entry.key] = id
    }

    mutating func remove(_ id: TransactionID) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        if index[entry.key] == id { index[entry.key] = nil }
    }

    /// The transactions whose messages take `flow`. One that began before its connection was opened names neither the
    /// connection nor its local port.
    func ids(on flow: Flow) -> [TransactionID] {
        entries.filter { entry in
            let own = entry.value.flow
            let isOpened = own.connection != 0 || flow.transport == .udp
            return isOpened ? own == flow : own.transport == flow.transport && own.remote == flow.remote
        }
        .map(\.key).sorted { $0.rawValue < $1.rawValue }
    }

    /// Notes the tag that responses carry.
    mutating func setToTag(_ tag: Tag, of id: TransactionID) { entries[id]?.toTag = tag }

    subscript(id: TransactionID) -> Entry? { entries[id] }

    /// Gives the machine a stimulus where it lies; does nothing when the transaction has ended.
    mutating func move(_ id: TransactionID, _ stimulus: (inout Machine) -> Void) {
        guard let slot = entries.index(forKey: id) else { return }
        stimulus(&entries.values[slot].machine)
        if !entries.values[slot].machine.mayNeedRequest { entries.values[slot].pending = nil }
    }
}
