/// A live call as the control socket and the commands show it.
package struct CallSnapshot: Hashable, Sendable {
    /// `SCL_` and twelve letters or digits.
    package var id = ""
    /// The worker and number by which event lines name the call.
    package var key = CallKey(worker: 0, number: 0)
    package var direction = CallDirection.inbound
    package var state = Call.State.incoming
    /// As LiveKit names it: dialing, ringing, automation, active, hangup.
    package var status = ""
    package var sipCallID = ""
    package var from = ""
    package var to = ""
    /// The peer's address.
    package var source = ""
    package var trunkID = ""
    package var ruleID = ""
    package var room = ""
    package var identity = ""
    package var name = ""
    package var metadata = ""
    package var attributes: [String: String] = [:]
    /// Since 1970.
    package var startedAt: Duration = .zero
    /// Since 1970; nil before the answer.
    package var answeredAt: Duration?
    package var codec = ""
    /// Held by us.
    package var isHeldHere = false
    /// Held by the peer.
    package var isHeldThere = false
    /// The status with which the peer refused our last order to hold or resume; nil when it agreed.
    package var holdRefused: Int?
    /// Why the call ended, as its record says; nil while it lives.
    package var endReason: String?
    /// The SIP status that ended the call.
    package var endStatus: Int?
    /// The end in one sentence for people; empty until then.
    package var endText = ""
    /// The file that the call is being recorded to; nil when it is not.
    package var recording: String?

    package init() {}
}

/// A local room as the control socket and the commands show it.
package struct RoomSnapshot: Hashable, Sendable {
    package var name = ""
    /// Its phone calls, in order of their ids.
    package var calls: [CallSnapshot] = []

    package init() {}
}
