internal import Core
internal import Synchronization

/// Where the workers of a stack ask what to do with a new call. Shared by them; what it lets in, the bridge's own thread hears of.
final class BridgeDoor: Sendable {
    /// How a call came in.
    enum Entry: Sendable {
        case demonstration(Destination)
        /// `waits`: it rings until somebody else is in the room.
        case admitted(Admission, id: String, waits: Bool)
        case pin(PINRequest, TrunkID, hasOpenRoom: Bool, id: String)
    }

    /// What the bridge hears of it: on the worker's thread, before any other news of the call.
    enum News: Sendable {
        case entered(CallKey, IncomingCall, Entry)
        /// The call was answered with a failure.
        case turnedAway(IncomingCall, TurnedAway, id: String)
        /// Trunks and rules have not been read yet: ask again with `decide` when they have.
        case undecided(CallKey, IncomingCall)
        case rivals(InboundGate.Rivals)
    }

    private enum Readiness { case reading, ready, failed }

    private struct State {
        var gate: InboundGate
        var random = SystemRandom()
        var isOpenToAll: Bool
        var readiness: Readiness
        var settings: BridgeSettings
        /// The calls that were let in and have not ended.
        var calls: Set<CallKey> = []
        /// Why there is no room for more, as last measured.
        var shortage: Shortage?
        var metrics = WorkerMetrics()
        var journal = RefusalJournal()

        /// The same with the number of calls, which is counted and not measured.
        var shortageNow: Shortage? {
            if let limit = settings.maximumCalls, calls.count >= limit { return .calls(calls.count) }
            return shortage
        }

        /// A decision about an INVITE took so long.
        mutating func count(_ verdict: InboundGate.Verdict?, taking time: Duration) {
            metrics.inviteRequests[.inbound] += 1
            metrics.checkDuration[.inbound].observe(time)
            metrics.observe(.inviteToDispatch, .inbound, time)
            switch verdict {
            case .challenge(_, _, _, let trunk): count(.unauthorized, trunk)
            case .refuse(let refusal, _, let trunk): count(refusal.metric, trunk)
            case .admit, .requestPIN, nil: break
            }
        }

        mutating func count(_ reason: MetricReason.Word, _ trunk: TrunkID?) {
            metrics.refused.add(.word(reason))
            metrics.trunks[metrics.trunks.slot(.inbound, trunk)].errors.add(.word(reason))
        }
    }

    private let state: Mutex<State>
    private let tell: @Sendable (News) -> Void

    init(_ settings: BridgeSettings, tell: @escaping @Sendable (News) -> Void) {
        self.tell = tell
        var random = SystemRandom()
        let gate = InboundGate(
            RoutingTable(), settings.gate, key: random.bytes(32), numberKey: settings.numberKey,
            seed: (random.next(), random.next()))
        state = Mutex(State(gate: gate, isOpenToAll: false, readiness: .reading, settings: settings))
    }

    /// Other settings, for calls that come from now on.
    func use(_ settings: BridgeSettings) {
        state.withLock { state in
            state.settings = settings
            state.gate.use(settings.gate)
        }
    }

    /// What was measured of the load.
    func use(_ shortage: Shortage?) { state.withLock { $0.shortage = shortage } }

    /// Why a new call would be refused for want of room, if it would.
    var shortage: Shortage? { state.withLock { $0.shortageNow } }

    /// A call that begins: one that was let in, or one that this server places.
    func note(_ key: CallKey) { state.withLock { _ = $0.calls.insert(key) } }

    /// A call has ended.
    func forget(_ key: CallKey) { state.withLock { _ = $0.calls.remove(key) } }

    /// New trunks and rules.
    func use(_ table: RoutingTable) {
        state.withLock { state in
            state.gate.use(table)
            state.readiness = .ready
            state.isOpenToAll = state.settings.demonstrates && table.inbound.isEmpty && table.rules.isEmpty
        }
    }

    /// Trunks and rules cannot be read: calls are refused until they can. Those that were read before stay in force.
    func fail() {
        state.withLock { if $0.readiness == .reading { $0.readiness = .failed } }
    }

    /// Whether to look at a datagram at all.
    func admits(_ kind: LimitedRequest, from source: IPAddress, at now: Instant) -> SourceLimits.Verdict {
        state.withLock { $0.isOpenToAll ? .pass : $0.gate.admits(kind, from: source, at: now) }
    }

    /// What to do with a new call. Does not block.
    func decide(_ key: CallKey, _ call: IncomingCall) -> IncomingDecision {
        let now = SystemClock.now()
        let (answer, settings): (Answer, BridgeSettings) = state.withLock { state in
            let bits = (state.random.next(), state.random.next())
            let id = "SCL_" + AdmissionContext.suffix(from: (state.random.next(), state.random.next()))
            let answer: Answer
            let shortage = state.shortageNow
            switch state.readiness {
            case .reading: answer = .later
            case .failed:
                let verdict = state.gate.refuse(.storeUnavailable)
                state.count(verdict, taking: .zero)
                answer = .verdict(verdict, id, nil)
            case .ready where state.isOpenToAll:
                let verdict = shortage.map { state.gate.refuse(.overloaded($0, state.settings.gate.retryAfter)) }
                state.count(verdict, taking: .zero)
                answer = verdict.map { .verdict($0, id, nil) } ?? .demonstration(id)
            case .ready:
                let verdict = state.gate.decide(
                    call.invite, from: call.source, callID: id, random: bits, short: shortage, at: now)
                state.count(verdict, taking: SystemClock.now() - now)
                answer = .verdict(verdict, id, state.gate.takeRivals())
            }
            return (answer, state.settings)
        }
        switch answer {
        case .later:
            tell(.undecided(key, call))
            return .later(every: settings.gate.refusals.strangers == .silence ? nil : settings.ringingInterval)
        case .demonstration(let id): return demonstrate(key, call, id, settings)
        case .verdict(let verdict, let id, let rivals):
            if let rivals { tell(.rivals(rivals)) }
            return perform(verdict, key, call, id, settings)
        }
    }

    private enum Answer {
        case later
        case demonstration(String)
        case verdict(InboundGate.Verdict, String, InboundGate.Rivals?)
    }

    /// How many refused calls got no record.
    var unrecorded: Int { state.withLock { $0.journal.unrecorded } }

    /// What was counted of those who came to the door.
    var metrics: WorkerMetrics {
        state.withLock { state in
            var metrics = state.metrics
            let counts = state.gate.limitCounts
            if counts.refused > 0 { metrics.refused.add(.word(.rateLimited), Int(clamping: counts.refused)) }
            if counts.dropped > 0 { metrics.refused.add(.word(.flood), Int(clamping: counts.dropped)) }
            return metrics
        }
    }

    /// Judges a PIN.
    func judge(
        _ attempt: PINAttempt, _ call: IncomingCall, id: String, at now: Instant
    ) -> (judgement: PINCollector.Judgement, admission: Admission?) {
        state.withLock { state in
            let bits = (state.random.next(), state.random.next())
            return state.gate.judge(attempt, of: call.invite, from: call.source, callID: id, random: bits, at: now)
        }
    }

    private func demonstrate(
        _ key: CallKey, _ call: IncomingCall, _ id: String, _ settings: BridgeSettings
    ) -> IncomingDecision {
        guard let destination = Destination(user: call.user) else {
            let sentence = "the Request-URI \(call.requestURI) names no room"
            return refuse(TurnedAway(404, "no-rule", sentence, isStranger: true), call, id)
        }
        var program = settings.program(settings.codecs, key)
        switch destination {
        case .room(let name): program.audio = .room(name)
        case .echo: program.audio = .echo
        case .tone: program.audio = .tone(440)
        }
        enter(key, call, .demonstration(destination), nil)
        return .answer(program, headers: [], limits: nil)
    }

    private func enter(_ key: CallKey, _ call: IncomingCall, _ entry: Entry, _ trunk: TrunkID?) {
        let offer = call.invite.body
        state.withLock { state in
            state.calls.insert(key)
            state.metrics.count(offer: offer, .inbound, MetricProvider(trunk: trunk))
        }
        tell(.entered(key, call, entry))
    }

    private func perform(
        _ verdict: InboundGate.Verdict, _ key: CallKey, _ call: IncomingCall, _ id: String, _ settings: BridgeSettings
    ) -> IncomingDecision {
        switch verdict {
        case .challenge(let values, let reason, let isFailure, let trunk):
            if isFailure {
                remember(TurnedAway(407, "bad-credentials", reason, trunk: trunk, isStranger: true), call, id)
            }
            return .dismiss(407, reason, headers: values.map { (.proxyAuthenticate, $0.text) })
        case .refuse(let refusal, nil, _): return .silence(refusal.sentence)
        case .refuse(let refusal, let response?, let trunk):
            return refuse(TurnedAway(refusal, response.status, trunk: trunk), call, id, headers: response.headers)
        case .admit(let admission):
            let codecs = admission.media.codecs(among: settings.codecs)
            guard !codecs.isEmpty, admission.media.encryption != .require else {
                return noCommonMedia(call, id, admission.trunk, admission.media)
            }
            var program = settings.program(codecs, key, admission.media)
            program.audio = .room(admission.room.description)
            let waits = settings.roomAnswer == .accompanied
            enter(key, call, .admitted(admission, id: id, waits: waits), admission.trunk)
            let mapped = HeaderMapping.headers(from: admission.attributes, named: admission.attributesToHeaders)
            let headers = admission.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
            let fields = headers + mapped.map { (name: $0.name, value: $0.value) }
            let limits = settings.limits(admission.ringingTimeout, admission.maxCallDuration)
            return waits
                ? .ring(program, every: settings.ringingInterval, headers: fields, limits: limits)
                : .answer(program, headers: fields, limits: limits)
        case .requestPIN(let request, let trunk, let hasOpenRoom):
            let codecs = request.media.codecs(among: settings.codecs)
            guard !codecs.isEmpty, request.media.encryption != .require else {
                return noCommonMedia(call, id, trunk, request.media)
            }
            enter(key, call, .pin(request, trunk, hasOpenRoom: hasOpenRoom, id: id), trunk)
            return .answer(
                settings.program(codecs, key, request.media),
                headers: request.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
                limits: settings.limits(nil, request.maxCallDuration))
        }
    }

    private func noCommonMedia(
        _ call: IncomingCall, _ id: String, _ trunk: TrunkID?, _ media: MediaPolicy
    ) -> IncomingDecision {
        state.withLock { $0.count(.noCommonCodec, trunk) }
        let sentence =
            media.encryption == .require
            ? "the trunk or the rule requires encryption, and this server has no SRTP yet"
            : "the policy of the trunk and the rule leaves no codec that we have"
        return refuse(TurnedAway(488, "no-common-media", sentence, trunk: trunk, isStranger: false), call, id)
    }

    /// Who has shown no right to call gets one response, of which nothing is kept.
    private func refuse(
        _ away: TurnedAway, _ call: IncomingCall, _ id: String, headers: [(HeaderName, String)] = []
    ) -> IncomingDecision {
        remember(away, call, id)
        guard away.isStranger else { return .refuse(away.status, away.sentence, headers: headers) }
        return .dismiss(away.status, away.sentence, headers: headers)
    }

    /// Has the bridge write a record, but not of every one of a flood.
    private func remember(_ away: TurnedAway, _ call: IncomingCall, _ id: String) {
        let now = SystemClock.now()
        guard state.withLock({ $0.journal.records(away, at: now) }) else { return }
        tell(.turnedAway(call, away, id: id))
    }
}

extension BridgeSettings {
    /// What a call begins with.
    fileprivate func program(_ codecs: [AudioCodec], _ key: CallKey, _ policy: MediaPolicy? = nil) -> LegProgram {
        var program = LegProgram()
        (program.codecs, program.rules) = (codecs, media.under(policy))
        program.recording = recordingDirectory.map { "\($0)/call-\(key).wav" }
        return program
    }

    fileprivate func limits(_ ringing: Duration?, _ duration: Duration?) -> Call.Limits {
        var limits = limits
        // As in protobuf, zero says nothing.
        if let ringing, ringing > .zero { limits.ringing = ringing }
        if let duration, duration > .zero { limits.duration = duration }
        return limits
    }
}

extension MediaRules {
    /// The rules with what the policy of a trunk and a rule says (livekit API SIPMediaConfig).
    func under(_ policy: MediaPolicy?) -> MediaRules {
        var rules = self
        // As in protobuf, zero says nothing.
        if let timeout = policy?.mediaTimeout, timeout > .zero { rules.timeout = timeout }
        return rules
    }
}

extension MediaPolicy {
    /// The codecs to offer and accept: the listed ones first, then the defaults unless only the listed ones may be used.
    func codecs(among supported: [AudioCodec]) -> [AudioCodec] {
        let listed = codecs.compactMap { choice in
            supported.first {
                $0.name.utf8.equalsIgnoringCase(choice.name.utf8)
                    && (choice.rate == 0 || Int(choice.rate) == $0.clockRate)
            }
        }
        return onlyListedCodecs ? listed : listed + supported.filter { !listed.contains($0) }
    }
}
