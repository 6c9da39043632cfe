/// What is to change in a list (ListUpdate).
package struct ListUpdate: Hashable, ProtobufMessage {
    package var set: [String] = []
    package var add: [String] = []
    package var remove: [String] = []
    package var clear = false

    package init(set: [String] = [], add: [String] = [], remove: [String] = [], clear: Bool = false) {
        (self.set, self.add, self.remove, self.clear) = (set, add, remove, clear)
    }

    package init() { self.init(clear: false) }

    package static let schema = MessageSchema<Self>([
        .list(1, "set", \.set),
        .list(2, "add", \.add),
        .list(3, "remove", \.remove),
        .field(4, "clear", \.clear),
    ])
}

/// What is to change in a trunk; nil leaves a field as it is (SIPInboundTrunkUpdate).
package struct SIPInboundTrunkUpdate: Hashable, ProtobufMessage {
    package var numbers: ListUpdate?
    package var allowedAddresses: ListUpdate?
    package var allowedNumbers: ListUpdate?
    package var authUsername: String?
    package var authPassword: String?
    package var name: String?
    package var metadata: String?
    package var authRealm: String?
    package var media: MediaPolicy?

    package init() {}

    package static let schema = MessageSchema<Self>([
        .message(1, "numbers", \.numbers),
        .message(2, "allowed_addresses", \.allowedAddresses),
        .message(3, "allowed_numbers", \.allowedNumbers),
        .optional(4, "auth_username", \.authUsername),
        .optional(5, "auth_password", \.authPassword),
        .optional(6, "name", \.name),
        .optional(7, "metadata", \.metadata),
        .optional(8, "media_encryption", \.legacyEncryption),
        .optional(9, "auth_realm", \.authRealm),
        .message(10, "media", \.media),
    ])

    /// Read, never written.
    private var legacyEncryption: MediaEncryption? {
        get { nil }
        set { media.fold(newValue) }
    }
}

/// What is to change in a trunk; nil leaves a field as it is (SIPOutboundTrunkUpdate).
package struct SIPOutboundTrunkUpdate: Hashable, ProtobufMessage {
    package var address: String?
    package var transport: TrunkTransport?
    package var numbers: ListUpdate?
    package var authUsername: String?
    package var authPassword: String?
    package var name: String?
    package var metadata: String?
    package var destinationCountry: String?
    package var fromHost: String?
    package var media: MediaPolicy?

    package init() {}

    package static let schema = MessageSchema<Self>([
        .optional(1, "address", \.address),
        .optional(2, "transport", \.transport),
        .message(3, "numbers", \.numbers),
        .optional(4, "auth_username", \.authUsername),
        .optional(5, "auth_password", \.authPassword),
        .optional(6, "name", \.name),
        .optional(7, "metadata", \.metadata),
        .optional(8, "media_encryption", \.legacyEncryption),
        .optional(9, "destination_country", \.destinationCountry),
        .optional(10, "from_host", \.fromHost),
        .message(11, "media", \.media),
    ])

    private var legacyEncryption: MediaEncryption? {
        get { nil }
        set { media.fold(newValue) }
    }
}

/// What is to change in a rule; nil leaves a field as it is (SIPDispatchRuleUpdate).
package struct SIPDispatchRuleUpdate: Hashable, ProtobufMessage {
    package var trunkIDs: ListUpdate?
    var target: RuleTarget?
    package var name: String?
    package var metadata: String?
    /// Merged into those of the rule; an empty value deletes.
    package var attributes: [String: String] = [:]
    package var media: MediaPolicy?

    package init() {}

    package static let schema = MessageSchema<Self>([
        .message(1, "trunk_ids", \.trunkIDs),
        .message(2, "rule", \.target),
        .optional(3, "name", \.name),
        .optional(4, "metadata", \.metadata),
        .map(5, "attributes", \.attributes),
        .optional(6, "media_encryption", \.legacyEncryption),
        .message(7, "media", \.media),
    ])

    private var legacyEncryption: MediaEncryption? {
        get { nil }
        set { media.fold(newValue) }
    }
}
