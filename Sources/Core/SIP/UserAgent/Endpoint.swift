/// The transaction user's view of the wire (RFC 3261 §8, §17, §18): requests and responses in and out, each in its
/// transaction, with what can be refused without knowing a call already refused.
///
/// One per worker. Not a machine of calls: `UserAgent` is. `receive` and `advance` append to `out` what must be sent, and to
/// `indications` what the user agent must hear; the user agent drains the indications after each call.
package struct Endpoint {
    /// What the endpoint says of itself.
    package struct Identity: Sendable {
        /// The value of User-Agent and Server.
        package var product = "sipctl"
        package var timers = TransactionTimers.standard
        /// A larger request goes by TCP. 1300 bytes are what the standard allows while the MTU of the path is unknown
        /// (RFC 3261 §18.1.1).
        package var largestDatagram = 1300

        package init() {}
    }

    /// A request that has a server transaction, with all that its responses need.
    package struct ServerRequest: Sendable {
        package let message: Message
        package let transaction: TransactionID
        /// The flow that the request came on; requests back to the peer take it when the peer gives no better address.
        package let source: Flow
        /// The flow that responses take (RFC 3261 §18.2.2).
        package let responseFlow: Flow
        /// The top Via as responses carry it.
        let via: [UInt8]
    }

    /// What the user agent must hear.
    enum Indication {
        /// A request outside the ACK and CANCEL methods, in a new server transaction.
        case request(ServerRequest)
        /// An ACK that belongs to a 2xx, so to a dialog (RFC 3261 §13.2.2.4).
        case ack(Message)
        /// A CANCEL of an INVITE that has no final response; it is answered already.
        case cancelled(TransactionID)
        /// A response of a client transaction.
        case response(Message, TransactionID, CallKey?)
        /// An INVITE that was to go over TCP goes over UDP after all.
        case moved(TransactionID, CallKey, Flow)
        /// No final response came (Timer B or F), or the request could not be sent.
        case failed(TransactionID, CallKey?, FailureCause)
    }

    package enum FailureCause: Sendable { case timedOut, transport }

    /// The bound on server transactions; above it new requests are answered with 503 without state (DESIGN 9).
    static let maximumServerTransactions = 400_000

    package let identity: Identity
    package internal(set) var counters = Counters()
    var indications: [Indication] = []
    var ids: IDSource

    var inviteServers = TransactionTable<InviteServerTransaction>()
    var nonInviteServers = TransactionTable<NonInviteServerTransaction>()
    var inviteClients = TransactionTable<InviteClientTransaction>()
    var nonInviteClients = TransactionTable<NonInviteClientTransaction>()
    /// The INVITEs of client transactions, for the ACK of a failure and for CANCEL.
    var invitesSent: [TransactionID: Message] = [:]
    /// What to do when there is no TCP connection for a large request; gone with the first response.
    var fallbacks: [TransactionID: Fallback] = [:]
    /// The ACKs of 2xx that no call wants, by the tag of the dialog that each has ended.
    var unwantedAcks: [TransactionID: [Tag: (bytes: [UInt8], flow: Flow)]] = [:]
    /// The INVITEs of live server transactions that made calls, to recognise one that comes by two ways (RFC 3261 §8.2.2.2).
    private(set) var openInvites: Set<UserAgent.InviteID> = []
    private var inviteIDs: [TransactionID: UserAgent.InviteID] = [:]
    private var deadlines = DeadlineQueue<TransactionID>()
    private var nextNumber: UInt64 = 1
    /// Empty; they lend their memory to each stimulus.
    var spareInviteOutputs: [InviteServerTransaction.Output] = []
    var spareNonInviteOutputs: [NonInviteServerTransaction.Output] = []

    package init(identity: Identity, ids: IDSource) { (self.identity, self.ids) = (identity, ids) }

    /// When `advance` must next be called; nil when no timer is armed.
    package var deadline: Instant? { mutating get { deadlines.earliest } }

    /// Takes a parsed message from `flow`.
    package mutating func receive(
        _ message: Message, on flow: Flow, at now: Instant, into out: inout [UserAgent.Output]
    ) {
        if message.isRequest {
            receiveRequest(message, on: flow, at: now, into: &out)
        } else {
            receiveResponse(message, on: flow, at: now, into: &out)
        }
    }

    /// Fires every timer that is due at `now`.
    package mutating func advance(to now: Instant, into out: inout [UserAgent.Output]) {
        while let id = deadlines.popDue(at: now) {
            switch id.kind {
            case .inviteServer: moveInviteServer(id, into: &out) { $0.advance(to: now, into: &$1) }
            case .nonInviteServer: moveNonInviteServer(id, into: &out) { $0.advance(to: now, into: &$1) }
            case .inviteClient: moveInviteClient(id, into: &out) { $0.advance(to: now, into: &$1) }
            case .nonInviteClient: moveNonInviteClient(id, into: &out) { $0.advance(to: now, into: &$1) }
            }
        }
    }

    /// The shell could not send on a flow: every client transaction that waits there fails now (RFC 3261 §18.4).
    package mutating func transportFailed(_ flow: Flow, at now: Instant, into out: inout [UserAgent.Output]) {
        for id in inviteClients.ids(on: flow) where !fallBack(id, at: now, into: &out) {
            moveInviteClient(id, into: &out) { $0.transportError(at: now, into: &$1) }
        }
        for id in nonInviteClients.ids(on: flow) where !fallBack(id, at: now, into: &out) {
            moveNonInviteClient(id, into: &out) { $0.transportError(at: now, into: &$1) }
        }
    }

    /// The number of transactions alive, for leak checks.
    package var transactionCount: Int {
        inviteServers.count + nonInviteServers.count + inviteClients.count + nonInviteClients.count
    }

    /// Notes an INVITE for as long as its transaction lives.
    mutating func note(_ invite: UserAgent.InviteID, of id: TransactionID) {
        openInvites.insert(invite)
        inviteIDs[id] = invite
    }

    mutating func newID(_ kind: TransactionID.Kind) -> TransactionID {
        defer { nextNumber += 1 }
        return TransactionID(nextNumber, kind)
    }

    /// Rearms or removes a transaction after its machine has moved.
    mutating func settle(_ id: TransactionID, deadline: Instant?, isTerminated: Bool) {
        deadlines.set(id, to: isTerminated ? nil : deadline)
        guard isTerminated else { return }
        if !fallbacks.isEmpty { fallbacks[id] = nil }
        switch id.kind {
        case .inviteServer:
            inviteServers.remove(id)
            if let invite = inviteIDs.removeValue(forKey: id) { openInvites.remove(invite) }
        case .nonInviteServer: nonInviteServers.remove(id)
        case .inviteClient:
            inviteClients.remove(id)
            invitesSent[id] = nil
            unwantedAcks[id] = nil
        case .nonInviteClient: nonInviteClients.remove(id)
        }
    }
}
