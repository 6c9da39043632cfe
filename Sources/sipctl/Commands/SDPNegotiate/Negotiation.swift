internal import Core

/// What was agreed, and our answer where we give one.
struct Negotiation: Row {
    /// Whose eyes the media is seen with.
    enum Role: String { case answerer, offerer }

    let role: Role
    let answer: [UInt8]?
    /// Nil: no media is active.
    let plan: MediaPlan?

    var line: String { lines.joined(separator: "; ") }

    /// The agreed media for people.
    var lines: [String] {
        guard let plan else { return ["no media: every m-line of the offer has port 0"] }
        let received = plan.payloadTypesToReceive.sorted { $0.key < $1.key }.map {
            "\(Self.name($0.value)) as \($0.key)"
        }
        return [
            "codec            \(Self.name(plan.codec)), sent as \(plan.payloadTypeToSend)",
            "received         \(received.joined(separator: ", "))",
            "direction        \(plan.direction.rawValue)",
            "packets          \(plan.ptime.milliseconds) ms",
            "telephone-event  \(Self.events(plan))",
            "RTP to           \(Self.target(plan))",
            "RTCP to          \(Self.rtcpTarget(plan))",
        ]
    }

    private static func name(_ codec: AudioCodec) -> String {
        "\(codec.name)/\(codec.clockRate)" + (codec.channels == 1 ? "" : "/\(codec.channels)")
    }

    private static func events(_ plan: MediaPlan) -> String {
        switch (plan.telephoneEventToSend, plan.telephoneEventToReceive) {
        case (let send?, let receive?): send == receive ? "\(send)" : "sent as \(send), received as \(receive)"
        case (let send?, nil): "sent as \(send)"
        case (nil, let receive?): "received as \(receive)"
        case (nil, nil): "none"
        }
    }

    private static func target(_ plan: MediaPlan) -> String {
        if let name = plan.remoteName { return "\(name.host.text):\(name.port), a name to resolve" }
        return plan.remoteRTP.map { "\($0)" } ?? "nowhere: the peer gave no address (hold)"
    }

    private static func rtcpTarget(_ plan: MediaPlan) -> String {
        if plan.rtcpMux { return "the same port" }
        if plan.remoteName != nil { return "known when the name is resolved" }
        return plan.remoteRTCP.map { "\($0)" } ?? "nowhere"
    }

    func write(to json: inout JSONLine) {
        json.field("role", role.rawValue)
        json.field("accepted", true)
        json.field("answer", answer?.text)
        guard let plan else {
            json.field("media", String?.none)
            return
        }
        json.object("media") { Self.write(plan, to: &$0) }
    }

    private static func write(_ plan: MediaPlan, to json: inout JSONLine) {
        json.field("codec", plan.codec.name)
        json.field("clock_rate", plan.codec.clockRate)
        json.field("channels", plan.codec.channels)
        json.field("payload_type_to_send", Int(plan.payloadTypeToSend))
        json.field("payload_types_to_receive") { writer in
            writer.beginArray()
            for (payloadType, codec) in plan.payloadTypesToReceive.sorted(by: { $0.key < $1.key }) {
                writer.beginObject()
                writer.key("payload_type")
                writer.number(payloadType)
                writer.key("codec")
                writer.string(codec.name)
                writer.key("clock_rate")
                writer.number(codec.clockRate)
                writer.endObject()
            }
            writer.endArray()
        }
        json.field("telephone_event_to_send", plan.telephoneEventToSend.map { Int($0) })
        json.field("telephone_event_to_receive", plan.telephoneEventToReceive.map { Int($0) })
        json.field("direction", plan.direction.rawValue)
        json.field("ptime_ms", Int(plan.ptime.milliseconds))
        json.field("remote_rtp", plan.remoteRTP.map { "\($0)" })
        json.field("remote_rtcp", plan.remoteRTCP.map { "\($0)" })
        json.field("remote_name", plan.remoteName.map { "\($0.host.text):\($0.port)" })
        json.field("rtcp_mux", plan.rtcpMux)
    }
}

/// A refused description for programs.
struct RefusedNegotiation: Row {
    let role: Negotiation.Role
    let file: String
    let refusal: OfferRefusal

    var line: String { refusal.sentence }

    func write(to json: inout JSONLine) {
        json.field("role", role.rawValue)
        json.field("accepted", false)
        json.field("file", file)
        json.field("status", refusal.status)
        json.field("warning_code", refusal.warningCode)
        json.field("reason", refusal.sentence)
    }
}
