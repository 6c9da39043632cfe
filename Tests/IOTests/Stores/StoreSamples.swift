import Core

/// Objects for the tests of stores, with every field set that a store has to keep.
enum StoreSamples {
    static func inbound(_ id: String, name: String = "", password: String = "s3cret") -> InboundTrunk {
        var trunk = InboundTrunk()
        (trunk.id, trunk.name, trunk.metadata) = (TrunkID(id), name, "{\"tenant\": 7}")
        (trunk.numbers, trunk.allowedNumbers) = (["+15550100", "+15550101"], ["+1666"])
        trunk.allowedAddresses = ["192.0.2.0/24", "2001:db8::1"]
        (trunk.authUsername, trunk.authPassword, trunk.authRealm) = ("user", password, "example.com")
        trunk.headers = ["X-A": "1", "X-Ü": "ä\u{0}ö"]
        trunk.headersToAttributes = ["X-Tenant": "tenant"]
        trunk.attributesToHeaders = ["tenant": "X-Tenant"]
        (trunk.includeHeaders, trunk.krispEnabled) = (.xHeaders, true)
        (trunk.ringingTimeout, trunk.maxCallDuration) = (.seconds(30), .milliseconds(3_600_500))
        var media = MediaPolicy()
        (media.onlyListedCodecs, media.codecs) = (true, [CodecChoice(name: "opus", rate: 48_000)])
        (media.encryption, media.mediaTimeout) = (.require, .seconds(15))
        trunk.media = media
        (trunk.createdAt, trunk.updatedAt) = (.seconds(1_700_000_000), .nanoseconds(1_700_000_001_000_000_002))
        return trunk
    }

    static func outbound(_ id: String, name: String = "") -> OutboundTrunk {
        var trunk = OutboundTrunk()
        (trunk.id, trunk.name, trunk.address, trunk.transport) = (TrunkID(id), name, "sip.example.com:5061", .tls)
        (trunk.numbers, trunk.authUsername, trunk.authPassword) = (["+15550199"], "u", "p")
        (trunk.destinationCountry, trunk.fromHost, trunk.includeHeaders) = ("DE", "example.org", .all)
        return trunk
    }

    static func rule(_ id: String, name: String = "", pin: String = "") -> DispatchRule {
        var rule = DispatchRule()
        (rule.id, rule.name, rule.pin) = (RuleID(id), name, pin)
        rule.room = .individual(roomPrefix: "call", noRandomness: true)
        (rule.trunkIDs, rule.numbers, rule.callers) = ([TrunkID("ST_a"), TrunkID("ST_b")], ["+1"], ["+2"])
        (rule.hidePhoneNumber, rule.attributes, rule.roomPreset) = (true, ["a": "b"], "preset")
        return rule
    }

    /// Everything that a call can have.
    static func record(_ id: String, at created: Int = 1000, instance: String = "RUN_a") -> CallRecord {
        var record = CallRecord(
            id: CallRecordID(id), direction: .outbound, createdAt: .seconds(created), instance: InstanceID(instance))
        record.callID = CallID([0x61, 0x40, 0xff, 0x00])
        (record.trunkID, record.ruleID) = (TrunkID("ST_a"), RuleID("SDR_a"))
        (record.room, record.participantIdentity) = ("room ☎", "sip_+15550100")
        (record.from, record.to, record.source) = ("+15550100", "sip:1001@example.com", "udp:192.0.2.1:5060")
        (record.state, record.startedAt, record.endedAt) = (.ended, .seconds(created + 3), .seconds(created + 60))
        (record.endReason, record.endSentence, record.sipStatus) = (.init(.busy), "the callee is busy", 486)
        record.quality.codec = "opus/48000"
        (record.quality.packetsSent, record.quality.packetsReceived) = (3000, 2990)
        (record.quality.packetsLost, record.quality.jitter) = (-1, .microseconds(1234))
        record.recordingPath = "/var/spool/a.wav"
        return record
    }

    /// A call that has just come in, with nothing known.
    static func ringing(_ id: String, at created: Int = 1000, instance: String = "RUN_a") -> CallRecord {
        CallRecord(
            id: CallRecordID(id), direction: .inbound, createdAt: .seconds(created), instance: InstanceID(instance))
    }
}
