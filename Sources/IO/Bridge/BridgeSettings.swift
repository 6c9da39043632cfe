package import Core

/// How a bridge runs: what is decided about calls, and where people and programs talk to it.
package struct BridgeSettings: Sendable {
    package var gate = InboundGate.Policy()
    package var pin = PINCollector.Limits()
    /// Whether the demonstration destinations take calls as long as there is neither an inbound trunk nor a rule.
    package var demonstrates = false
    /// What is offered and accepted where no policy says otherwise, in order of preference.
    package var codecs: [AudioCodec] = AudioCodec.supported
    /// Where every call is recorded, one WAV file each; nil for nowhere.
    package var recordingDirectory: String?
    package var limits: Call.Limits = {
        var limits = Call.Limits()
        // What LiveKit's bridge does: 486 to a caller for whom nobody came, and no call of more than a day.
        (limits.noAnswerStatus, limits.duration) = (486, .seconds(86_400))
        return limits
    }()
    /// How often a caller who waits gets 180 again.
    package var ringingInterval = Duration.seconds(1)
    /// When a caller whom a rule takes to a room is answered.
    package var roomAnswer = LocalRoomAnswer.joined
    package var recordLimits = CallRecordLimits()
    package var rules = UserAgent.Rules()
    /// Labels of every metric, and how many values a label that peers influence may take.
    package var metrics = (labels: [String: String](), values: TrunkSeriesTable.defaultLimit)
    /// How the RTP of calls is treated.
    package var media = MediaRules()
    /// When there is no room for new calls.
    package var load = LoadGuard.Policy()
    /// How many calls may run; nil for any number.
    package var maximumCalls: Int?
    /// Under which hidden numbers are hashed. Secret.
    package var numberKey: [UInt8] = []
    /// The path of the control socket; nil for none.
    package var controlSocket: String?
    /// What status answers.
    package var version = ""

    /// The bond with other servers of the state directory; the bridge ends it.
    package var handover: Handover?
    /// Whether other servers on the same address are to drain as soon as this one takes calls.
    package var replacesOthers = false
    /// How long calls may go on when another server takes the place of this one; nil for as long as they last.
    package var drainDeadline: Duration?

    /// Told at the start, while it drains, and that it lives.
    package var manager: ServiceManager?

    package init() {}
}

/// What became of reading the configuration anew.
package enum ReloadOutcome: Sendable {
    case done(ReloadReport)
    /// Nothing was changed, for this reason: a sentence with file and line.
    case refused(String)
}

/// What a bridge tells the one who runs it, beside the events of its stack.
package enum BridgeNotice: Sendable {
    /// Nothing new is taken any more; so many calls go on.
    case draining(calls: Int)
    /// Another server takes what is new in place of this one, which drains. May come more than once.
    case relieved
    /// The last call of a draining bridge has ended; `cut` were ended at the deadline.
    case drained(cut: Int)
    /// The store could not be read or written; calls go on with what is known.
    case storeFailed(StoreError)
    /// The store takes no call records, for this reason: they are kept and written later; nil when all are written.
    case recordsWait(StoreError?)
    /// New calls get 503 from now on, for this reason; nil when they are taken again.
    case shortage(Shortage?)
    /// One sentence for the operator.
    case warning(String)
    /// The configuration is to be read anew; the answer goes to who asked.
    case reloadAsked(@Sendable (ReloadOutcome) -> Void)
}

extension BridgeSettings {
    /// These settings with what a bridge is opened with and keeps.
    func keeping(_ opened: BridgeSettings) -> BridgeSettings {
        var settings = self
        (settings.numberKey, settings.controlSocket) = (opened.numberKey, opened.controlSocket)
        settings.metrics = opened.metrics
        (settings.manager, settings.version) = (opened.manager, opened.version)
        (settings.handover, settings.replacesOthers) = (opened.handover, opened.replacesOthers)
        return settings
    }
}
