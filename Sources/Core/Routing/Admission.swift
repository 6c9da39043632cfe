/// What a decision needs beside facts and table; nothing here is made by Core itself.
package struct AdmissionContext: Hashable, Sendable {
    /// The id of the call, `SCL_…`: attribute `sip.callID`.
    package var callID: String
    /// Random characters at the end of the names of rooms and of identities without a number: see `suffix(from:)`.
    package var suffix: String
    /// The key under which hidden numbers are hashed. Secret, and the same for all calls, so that a caller keeps its identity.
    package var numberKey: [UInt8]
    /// Added to those of the rule.
    package var attributes: [String: String]

    package init(callID: String, suffix: String, numberKey: [UInt8], attributes: [String: String] = [:]) {
        (self.callID, self.suffix, self.numberKey, self.attributes) = (callID, suffix, numberKey, attributes)
    }

    /// Twelve letters and digits from 128 random bits.
    package static func suffix(from bits: (UInt64, UInt64)) -> String {
        let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        var text: [UInt8] = []
        for var rest in [bits.0, bits.1] {
            for _ in 0..<6 {
                text.append(letters[Int(rest % 62)])
                rest /= 62
            }
        }
        return text.text
    }
}

/// A call that a rule takes: the room, and as whom the caller enters it (EvaluateSIPDispatchRulesResponse).
package struct Admission: Hashable, Sendable {
    /// Nil when the call was let in without a trunk.
    package var trunk: TrunkID?
    package var rule: RuleID
    package var room: RoomName
    package var identity: ParticipantIdentity
    package var name: String
    package var metadata: String
    /// Of the rule, of the request, of the call, and of the headers of the INVITE; the later win.
    package var attributes: [String: String]
    package var roomPreset: String
    /// Used where joining creates the room.
    package var roomConfig: RoomConfiguration?
    /// Added to the 200 (OK).
    package var headers: [String: String]
    /// Attribute → header of 200, BYE and REFER: see `HeaderMapping`.
    package var attributesToHeaders: [String: String]
    /// Nil for the configured time.
    package var ringingTimeout: Duration?
    /// Nil for the configured time.
    package var maxCallDuration: Duration?
    package var krispEnabled: Bool
    package var media: MediaPolicy
    /// Whether the caller's number stays out of what the room and its webhooks see.
    package var isNumberHidden: Bool

    init(_ rule: DispatchRule, _ facts: CallFacts, _ trunk: InboundTrunk?, _ context: AdmissionContext) {
        let caller = CallerName(facts, hidden: rule.hidePhoneNumber, context)
        self.trunk = trunk?.id
        self.rule = rule.id
        room = rule.roomName(facts, caller, context)
        identity = caller.identity
        name = caller.name
        metadata = rule.metadata
        attributes = Self.attributes(rule, facts, trunk, context)
        roomPreset = rule.roomPreset
        roomConfig = rule.roomConfig
        headers = trunk?.headers ?? [:]
        attributesToHeaders = trunk?.attributesToHeaders ?? [:]
        ringingTimeout = trunk?.ringingTimeout
        maxCallDuration = trunk?.maxCallDuration
        krispEnabled = rule.krispEnabled || trunk?.krispEnabled ?? false
        media = (rule.media ?? MediaPolicy()).over(trunk?.media)
        isNumberHidden = rule.hidePhoneNumber
    }

    private static func attributes(
        _ rule: DispatchRule, _ facts: CallFacts, _ trunk: InboundTrunk?, _ context: AdmissionContext
    ) -> [String: String] {
        var attributes = rule.attributes.merging(context.attributes) { $1 }
        attributes["sip.callID"] = context.callID
        attributes["sip.trunkID"] = trunk?.id.description ?? ""
        attributes["sip.ruleID"] = rule.id.description
        if !rule.hidePhoneNumber {
            attributes["sip.phoneNumber"] = facts.caller
            attributes["sip.hostname"] = facts.fromHost
            attributes["sip.trunkPhoneNumber"] = facts.called
        }
        let mapped = HeaderMapping.attributes(
            from: facts.headers, include: trunk?.includeHeaders ?? .none, named: trunk?.headersToAttributes ?? [:],
            hiding: rule.hidePhoneNumber ? facts.caller : nil)
        attributes.merge(mapped) { $1 }
        attributes["sip.callIDFull"] = facts.callID.description
        attributes["sip.callTag"] = facts.fromTag.description
        return attributes
    }
}

extension MediaPolicy {
    /// This policy where it says something, the lower one elsewhere: rule over trunk, request over trunk.
    ///
    /// A list of codecs and a time-out replace. Encryption replaces unless it is `disable`: what the lower policy requires
    /// must not be lost by a default.
    package func over(_ lower: MediaPolicy?) -> MediaPolicy {
        guard var merged = lower else { return self }
        if !codecs.isEmpty {
            (merged.codecs, merged.onlyListedCodecs) = (codecs, onlyListedCodecs)
        } else if onlyListedCodecs {
            merged.onlyListedCodecs = true
        }
        if let mediaTimeout { merged.mediaTimeout = mediaTimeout }
        if let encryption, encryption != .disable || merged.encryption == nil { merged.encryption = encryption }
        return merged
    }
}

extension RuleDecision {
    /// The decision that a selection of a rule means for a call.
    init(_ selection: RuleSelection, _ facts: CallFacts, _ trunk: InboundTrunk?, _ context: AdmissionContext) {
        switch selection {
        case .take(let rule): self = .accept(Admission(rule, facts, trunk, context))
        case .requestPIN(let rule):
            self = .requestPIN(
                PINRequest(
                    rule: rule.id, headers: trunk?.headers ?? [:],
                    media: (rule.media ?? MediaPolicy()).over(trunk?.media), maxCallDuration: trunk?.maxCallDuration))
        case .wrongPIN: self = .wrongPIN
        case .refuse(let refusal): self = .refuse(refusal)
        }
    }
}
