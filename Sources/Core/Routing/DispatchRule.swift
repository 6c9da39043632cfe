/// Which room a call that a rule takes goes to (SIPDispatchRule).
package enum RoomChoice: Hashable, Sendable {
    /// One room for all.
    case direct(roomName: String)
    /// A room per caller: `PREFIX_CALLER`, and twelve random characters unless `noRandomness`.
    case individual(roomPrefix: String, noRandomness: Bool)
    /// A room per called number: `PREFIX_CALLED`, and twelve random characters if `randomize`.
    case callee(roomPrefix: String, randomize: Bool)
}

/// A rule that takes calls from trunks into rooms (SIPDispatchRuleInfo).
package struct DispatchRule: Hashable, Sendable {
    package var id = RuleID("")
    package var name = ""
    /// Of the participant.
    package var metadata = ""
    package var room = RoomChoice.direct(roomName: "")
    /// What the caller must enter; empty asks for nothing.
    package var pin = ""
    /// The trunks whose calls it takes; empty takes those of every trunk.
    package var trunkIDs: [TrunkID] = []
    /// Calling numbers it takes (`inbound_numbers`); empty takes every one.
    package var callers: [String] = []
    /// Called numbers it takes (`numbers`); empty takes every one.
    package var numbers: [String] = []
    /// Keeps the caller's number out of identity, name and attributes.
    package var hidePhoneNumber = false
    /// Of the participant.
    package var attributes: [String: String] = [:]
    package var roomPreset = ""
    /// RoomConfiguration, as it came; used where joining creates the room.
    package var roomConfig: RoomConfiguration?
    package var krispEnabled = false
    package var media: MediaPolicy?
    /// Since 1970.
    package var createdAt: Duration?
    package var updatedAt: Duration?

    package init() {}
}

/// Whether an agent that failed is started again; the raw value is the number on the wire (JobRestartPolicy).
package enum RestartPolicy: Int32, Hashable, Sendable, CaseIterable {
    case onFailure = 0
    case never = 1
}

/// An agent that is sent to a new room (RoomAgentDispatch).
package struct AgentDispatch: Hashable, Sendable {
    package var agentName = ""
    package var metadata = ""
    package var restartPolicy = RestartPolicy.onFailure
    package var deployment = ""
    package var attributes: [String: String] = [:]

    package init() {}
}

/// How a room is made when the first participant joins (RoomConfiguration).
package struct RoomConfiguration: Hashable, Sendable {
    package var name = ""
    /// In seconds; 0 for the server's default.
    package var emptyTimeout: UInt32 = 0
    /// In seconds; 0 for the server's default.
    package var departureTimeout: UInt32 = 0
    package var maxParticipants: UInt32 = 0
    /// What is recorded (RoomEgress), in protobuf's binary format, kept as it came: only the media server reads it.
    package var egress: [UInt8]?
    package var minPlayoutDelay: UInt32 = 0
    package var maxPlayoutDelay: UInt32 = 0
    package var syncStreams = false
    package var agents: [AgentDispatch] = []
    package var metadata = ""
    package var tags: [String: String] = [:]

    package init() {}
}
