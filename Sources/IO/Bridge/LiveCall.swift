internal import Core

/// A call as the bridge's thread keeps it, from its entry to its end.
struct LiveCall {
    var snapshot: CallSnapshot
    var record: CallRecord
    /// The INVITE of a call whose caller is asked for a PIN.
    var incoming: IncomingCall?
    /// Asks for a PIN.
    var pin: PINCollector?
    /// What `pin` asked for before the answer.
    var pendingPIN: [PINCollector.Output] = []
    /// Which prompt plays.
    var prompt: PINPrompt?
    /// Of the trunk: attribute → header of BYE.
    var attributesToHeaders: [String: String] = [:]
    /// Of a call that was asked for over the API.
    var plan: ParticipantPlan?
    /// The same, as long as somebody waits for the answer.
    var placed: PlacedCall?
    /// Of the agreed codec, as sent and as received.
    var payloadTypes: (sent: UInt8, received: UInt8?)?
    /// The latest figures.
    var statistics: LegStatistics?
    /// What the record says in place of the reason that the stack has.
    var endReason: CallRecord.EndReason?
    /// Who waits to hear what came of a hold or its end: whether it was to be held, and whom to tell.
    var holdOrders: [(isHeld: Bool, responder: HTTPResponder)] = []
    /// Whether the deadline of draining ended it.
    var isCut = false
}
