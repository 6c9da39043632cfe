/// Where a rule leads and what it asks for (SIPDispatchRule).
struct RuleTarget: Hashable, ProtobufMessage {
    var room: RoomChoice?
    var pin = ""

    static let schema = MessageSchema<Self>([
        .optional(1, "dispatch_rule_direct", \.direct, of: "rule"),
        .optional(2, "dispatch_rule_individual", \.individual, of: "rule"),
        .optional(3, "dispatch_rule_callee", \.callee, of: "rule"),
    ])

    private var direct: DirectRule? {
        get {
            guard case .direct(let roomName)? = room else { return nil }
            return DirectRule(roomName: roomName, pin: pin)
        }
        set { if let new = newValue { (room, pin) = (.direct(roomName: new.roomName), new.pin) } }
    }

    private var individual: IndividualRule? {
        get {
            guard case .individual(let prefix, let noRandomness)? = room else { return nil }
            return IndividualRule(roomPrefix: prefix, pin: pin, noRandomness: noRandomness)
        }
        set {
            guard let new = newValue else { return }
            (room, pin) = (.individual(roomPrefix: new.roomPrefix, noRandomness: new.noRandomness), new.pin)
        }
    }

    private var callee: CalleeRule? {
        get {
            guard case .callee(let prefix, let randomize)? = room else { return nil }
            return CalleeRule(roomPrefix: prefix, pin: pin, randomize: randomize)
        }
        set {
            guard let new = newValue else { return }
            (room, pin) = (.callee(roomPrefix: new.roomPrefix, randomize: new.randomize), new.pin)
        }
    }
}

/// SIPDispatchRuleDirect.
private struct DirectRule: ProtobufMessage {
    var roomName = ""
    var pin = ""

    static let schema = MessageSchema<Self>([.field(1, "room_name", \.roomName), .field(2, "pin", \.pin)])
}

/// SIPDispatchRuleIndividual.
private struct IndividualRule: ProtobufMessage {
    var roomPrefix = ""
    var pin = ""
    var noRandomness = false

    static let schema = MessageSchema<Self>([
        .field(1, "room_prefix", \.roomPrefix),
        .field(2, "pin", \.pin),
        .field(3, "no_randomness", \.noRandomness),
    ])
}

/// SIPDispatchRuleCallee.
private struct CalleeRule: ProtobufMessage {
    var roomPrefix = ""
    var pin = ""
    var randomize = false

    static let schema = MessageSchema<Self>([
        .field(1, "room_prefix", \.roomPrefix),
        .field(2, "pin", \.pin),
        .field(3, "randomize", \.randomize),
    ])
}

extension DispatchRule: ProtobufMessage {
    package static let schema = MessageSchema<Self>([
        .field(1, "sip_dispatch_rule_id", \.id),
        .message(2, "rule", \.target),
        .list(3, "trunk_ids", \.trunkIDs),
        .field(4, "hide_phone_number", \.hidePhoneNumber),
        .field(5, "name", \.name),
        .field(6, "metadata", \.metadata),
        .list(7, "inbound_numbers", \.callers),
        .map(8, "attributes", \.attributes),
        .field(9, "room_preset", \.roomPreset),
        .message(10, "room_config", \.roomConfig),
        .field(11, "krisp_enabled", \.krispEnabled),
        .optional(12, "media_encryption", \.legacyEncryption),
        .list(13, "numbers", \.numbers),
        .timestamp(14, "created_at", \.createdAt),
        .timestamp(15, "updated_at", \.updatedAt),
        .message(16, "media", \.media),
    ])
}

extension DispatchRule {
    /// `room` and `pin` as the wire has them. A direct rule without a room, which leads nowhere, stands for none.
    var target: RuleTarget? {
        get { room == .direct(roomName: "") && pin.isEmpty ? nil : RuleTarget(room: room, pin: pin) }
        set {
            guard let new = newValue else { return }
            room = new.room ?? room
            pin = new.pin
        }
    }

    /// Read, never written; there DISABLE is the same as nothing.
    fileprivate var legacyEncryption: MediaEncryption? {
        get { nil }
        set { media.fold(newValue == .disable ? nil : newValue) }
    }
}

extension AgentDispatch: ProtobufMessage {
    package static let schema = MessageSchema<Self>([
        .field(1, "agent_name", \.agentName),
        .field(2, "metadata", \.metadata),
        .field(3, "restart_policy", \.restartPolicy),
        .field(4, "deployment", \.deployment),
        .map(5, "attributes", \.attributes),
    ])
}

extension RoomConfiguration: ProtobufMessage {
    package static let schema = MessageSchema<Self>([
        .field(1, "name", \.name),
        .field(2, "empty_timeout", \.emptyTimeout),
        .field(3, "departure_timeout", \.departureTimeout),
        .field(4, "max_participants", \.maxParticipants),
        .opaque(5, "egress", \.egress),
        .field(7, "min_playout_delay", \.minPlayoutDelay),
        .field(8, "max_playout_delay", \.maxPlayoutDelay),
        .field(9, "sync_streams", \.syncStreams),
        .list(10, "agents", \.agents),
        .field(11, "metadata", \.metadata),
        .map(12, "tags", \.tags),
    ])
}
