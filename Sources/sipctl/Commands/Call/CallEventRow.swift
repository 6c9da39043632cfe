internal import Core
internal import IO
internal import Media

/// One line about a call: text for people, one JSON object with `--json` (docs/json.md).
struct CallEventRow: Row {
    let time: WallTime
    let event: StackEvent

    init(_ event: StackEvent, at time: WallTime = .now) { (self.event, self.time) = (event, time) }

    /// Whether the event is worth a line: figures are for the status line.
    var isShown: Bool {
        switch event {
        case .statistics, .promptPlayed, .turnedAway, .response, .drained: false
        case .incoming, .progress, .media, .digit, .playedOut, .fault, .ended, .refused: true
        }
    }

    var line: String { "\(time.clock) \(text)" }

    private var text: String {
        switch event {
        case .incoming(let key, let call):
            "call \(key) incoming from \(call.from) to \(call.requestURI) (\(call.source))"
        case .progress(let key, let progress): "call \(key) \(Self.text(progress))"
        case .media(let key, let plan): "call \(key) media \(Self.text(plan))"
        case .digit(let key, let digit, let duration): "call \(key) digit \(digit) (\(duration.milliseconds) ms)"
        case .playedOut(let key): "call \(key) played everything"
        case .fault(let key, let sentence): "call \(key) fault: \(sentence)"
        case .ended(let key, let end, let statistics):
            "call \(key) ended: \(end.sentence)" + (statistics.map { "; \(Self.text($0))" } ?? "")
        case .refused(let flow, let status, let reason):
            "refused \(status) to \(flow): \(reason)"
        case .statistics, .promptPlayed, .turnedAway, .response, .drained: ""
        }
    }

    private static func text(_ progress: CallProgress) -> String {
        switch progress {
        case .ringing(let status): "ringing (\(status))"
        case .early(let status): "early media (\(status))"
        case .answered: "answered"
        case .held: "held by the peer"
        case .resumed: "resumed"
        case .heldHere: "held here"
        case .resumedHere: "resumed here"
        case .holdRefused(let status): "hold or resume refused by the peer (\(status))"
        }
    }

    private static func text(_ plan: MediaPlan) -> String {
        let peer = plan.remoteRTP.map { "\($0)" } ?? "nowhere"
        return "\(plan.codec.name)/\(plan.codec.clockRate) \(plan.direction) with \(peer)"
    }

    private static func text(_ statistics: LegStatistics) -> String {
        let seconds = Double(statistics.durationMs) / 1000
        return "\(seconds) s, \(statistics.packetsSent) packets sent, \(statistics.packetsReceived) received, "
            + "\(statistics.packetsLost) lost"
    }

    func write(to json: inout JSONLine) {
        json.field("time", time.rfc3339)
        switch event {
        case .incoming(let key, let call):
            name("incoming", key, &json)
            json.field("call_id", call.invite.callID?.description ?? "")
            json.field("from", call.from)
            json.field("to", call.requestURI)
            json.field("peer", "\(call.source)")
        case .progress(let key, let progress): write(progress, key, &json)
        case .media(let key, let plan):
            name("media", key, &json)
            json.field("codec", plan.codec.name)
            json.field("clock_rate", plan.codec.clockRate)
            json.field("direction", "\(plan.direction)")
            json.field("ptime_ms", Int(plan.ptime.milliseconds))
            json.field("remote_rtp", plan.remoteRTP.map { "\($0)" })
        case .digit(let key, let digit, let duration):
            name("digit", key, &json)
            json.field("digit", "\(digit)")
            json.field("duration_ms", Int(duration.milliseconds))
        case .playedOut(let key): name("played_out", key, &json)
        case .fault(let key, let sentence):
            name("fault", key, &json)
            json.field("reason", sentence)
        case .ended(let key, let end, let statistics):
            name("ended", key, &json)
            json.field("reason", end.reason.rawValue)
            json.field("status", end.status)
            json.field("text", end.sentence)
            if let statistics { json.object("media") { Self.write(statistics, &$0) } }
        case .refused(let flow, let status, let reason):
            json.field("event", "refused")
            json.field("peer", "\(flow)")
            json.field("status", status)
            json.field("text", reason)
        case .statistics(let key, let statistics):
            name("statistics", key, &json)
            Self.write(statistics, &json)
        case .promptPlayed(let key): name("prompt_played", key, &json)
        case .turnedAway: json.field("event", "turned_away")
        case .response(let key, _): name("response", key, &json)
        case .drained: json.field("event", "drained")
        }
    }

    private func write(_ progress: CallProgress, _ key: CallKey, _ json: inout JSONLine) {
        switch progress {
        case .ringing(let status):
            name("ringing", key, &json)
            json.field("status", status)
        case .early(let status):
            name("early_media", key, &json)
            json.field("status", status)
        case .answered: name("answered", key, &json)
        case .held: name("held", key, &json)
        case .resumed: name("resumed", key, &json)
        case .heldHere: name("held_here", key, &json)
        case .resumedHere: name("resumed_here", key, &json)
        case .holdRefused(let status):
            name("hold_refused", key, &json)
            json.field("status", status)
        }
    }

    private func name(_ event: String, _ key: CallKey, _ json: inout JSONLine) {
        json.field("event", event)
        json.field("call", "\(key)")
    }

    private static func write(_ statistics: LegStatistics, _ json: inout JSONLine) {
        json.field("codec", statistics.codec)
        json.field("duration_ms", Int(statistics.durationMs))
        json.field("packets_sent", Int(statistics.packetsSent))
        json.field("packets_received", Int(statistics.packetsReceived))
        json.field("packets_lost", Int(statistics.packetsLost))
        json.field("packets_late", Int(statistics.packetsLate))
        json.field("packets_refused", Int(statistics.packetsRefused))
        json.field("jitter_ms", statistics.jitterMs.rounded(to: 2))
        json.field("rtt_ms", statistics.roundTripMs?.rounded(to: 2))
        json.field("level_in_dbov", statistics.levelInDBov.rounded(to: 1))
        json.field("level_out_dbov", statistics.levelOutDBov.rounded(to: 1))
    }
}

extension Double {
    /// The value with this many digits after the point.
    func rounded(to digits: Int) -> Double {
        let scale = digits == 1 ? 10.0 : 100.0
        return (self * scale).rounded() / scale
    }
}
