/// Which items of a list are wanted (Pagination).
package struct Pagination: Hashable, ProtobufMessage {
    /// The last id of the page before.
    package var afterID = ""
    /// 0 for the default.
    package var limit: Int32 = 0

    package init() {}

    package static let schema = MessageSchema<Self>([
        .field(1, "after_id", \.afterID),
        .field(2, "limit", \.limit),
    ])
}

/// CreateSIPInboundTrunkRequest and CreateSIPOutboundTrunkRequest; also GetSIP…TrunkResponse.
package struct TrunkEnvelope<Trunk: ProtobufMessage>: ProtobufMessage {
    package var trunk: Trunk?

    package init() {}

    package init(_ trunk: Trunk) { self.trunk = trunk }

    package static var schema: MessageSchema<Self> { MessageSchema([.message(1, "trunk", \.trunk)]) }
}

/// Something that the service keeps: its id and its updates.
package protocol ServiceObject: ProtobufMessage {
    associatedtype ID: ProtobufValue & Hashable & CustomStringConvertible
    associatedtype Update: ProtobufMessage
    var id: ID { get set }
    static var idName: String { get }
}

extension InboundTrunk: ServiceObject {
    package typealias Update = SIPInboundTrunkUpdate
    package static let idName = "sip_trunk_id"
}

extension OutboundTrunk: ServiceObject {
    package typealias Update = SIPOutboundTrunkUpdate
    package static let idName = "sip_trunk_id"
}

extension DispatchRule: ServiceObject {
    package typealias Update = SIPDispatchRuleUpdate
    package static let idName = "sip_dispatch_rule_id"
}

/// UpdateSIPInboundTrunkRequest, UpdateSIPOutboundTrunkRequest and UpdateSIPDispatchRuleRequest.
package struct UpdateRequest<Object: ServiceObject>: ProtobufMessage {
    package enum Action: Sendable {
        case replace(Object)
        case update(Object.Update)
    }

    package var id: Object.ID = Object().id
    package var action: Action?

    package init() {}

    package init(_ id: Object.ID, _ action: Action) { (self.id, self.action) = (id, action) }

    package static var schema: MessageSchema<Self> {
        MessageSchema([
            .field(1, Object.idName, \.id),
            .optional(2, "replace", \.replace, of: "action"),
            .optional(3, "update", \.update, of: "action"),
        ])
    }

    private var replace: Object? {
        get { if case .replace(let object)? = action { object } else { nil } }
        set { if let newValue { action = .replace(newValue) } }
    }

    private var update: Object.Update? {
        get { if case .update(let update)? = action { update } else { nil } }
        set { if let newValue { action = .update(newValue) } }
    }
}

/// GetSIPInboundTrunkRequest, DeleteSIPTrunkRequest, DeleteSIPDispatchRuleRequest: an id and nothing else.
package struct IDRequest<Object: ServiceObject>: ProtobufMessage {
    package var id: Object.ID = Object().id

    package init() {}

    package init(_ id: Object.ID) { self.id = id }

    package static var schema: MessageSchema<Self> { MessageSchema([.field(1, Object.idName, \.id)]) }
}

/// ListSIPInboundTrunkRequest and ListSIPOutboundTrunkRequest.
package struct ListTrunksRequest: Hashable, ProtobufMessage {
    package var trunkIDs: [TrunkID] = []
    package var numbers: [String] = []
    package var page: Pagination?

    package init() {}

    package static let schema = MessageSchema<Self>([
        .list(1, "trunk_ids", \.trunkIDs),
        .list(2, "numbers", \.numbers),
        .message(3, "page", \.page),
    ])
}

/// ListSIPTrunkRequest.
package struct ListLegacyTrunksRequest: Hashable, ProtobufMessage {
    package var page: Pagination?

    package init() {}

    package static let schema = MessageSchema<Self>([.message(1, "page", \.page)])
}

/// ListSIPDispatchRuleRequest.
package struct ListRulesRequest: Hashable, ProtobufMessage {
    package var ruleIDs: [RuleID] = []
    package var trunkIDs: [TrunkID] = []
    package var page: Pagination?

    package init() {}

    package static let schema = MessageSchema<Self>([
        .list(1, "dispatch_rule_ids", \.ruleIDs),
        .list(2, "trunk_ids", \.trunkIDs),
        .message(3, "page", \.page),
    ])
}

/// The response to every list method.
package struct ListResponse<Item: ProtobufMessage>: ProtobufMessage {
    package var items: [Item] = []

    package init() {}

    package init(_ items: [Item]) { self.items = items }

    package static var schema: MessageSchema<Self> { MessageSchema([.list(1, "items", \.items)]) }
}

/// CreateSIPDispatchRuleRequest. The flat fields are the old form, used where `dispatch_rule` is absent.
package struct CreateRuleRequest: Hashable, ProtobufMessage {
    package var dispatchRule: DispatchRule?
    /// What the flat fields say; nil when none of them is there.
    private var flat: DispatchRule?

    package init() {}

    package init(_ rule: DispatchRule) { dispatchRule = rule }

    /// The rule of either form.
    package var rule: DispatchRule? { dispatchRule ?? flat }

    package static let schema = MessageSchema<Self>([
        .message(1, "rule", \.flatTarget),
        .list(2, "trunk_ids", \.flatRule.trunkIDs),
        .field(3, "hide_phone_number", \.flatRule.hidePhoneNumber),
        .field(4, "name", \.flatRule.name),
        .field(5, "metadata", \.flatRule.metadata),
        .list(6, "inbound_numbers", \.flatRule.callers),
        .map(7, "attributes", \.flatRule.attributes),
        .field(8, "room_preset", \.flatRule.roomPreset),
        .message(9, "room_config", \.flatRule.roomConfig),
        .message(10, "dispatch_rule", \.dispatchRule),
    ])

    private var flatRule: DispatchRule {
        get { flat ?? DispatchRule() }
        set { flat = newValue }
    }

    private var flatTarget: RuleTarget? {
        get { flatRule.target }
        set { flatRule.target = newValue }
    }
}
