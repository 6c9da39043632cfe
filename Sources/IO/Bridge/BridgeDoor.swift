internal import Core
internal import Synchronization

/// Where the workers of a stack ask what to do with a new call. Shared by them; what it lets in, the bridge's own thread hears of.
final class BridgeDoor: Sendable {
    /// How a call came in.
    enum Entry: Sendable {
        case demonstration(Destination)
        case admitted(Admission, id: String)
        case pin(PINRequest, TrunkID, hasOpenRoom: Bool, id: String)
    }

    private struct State {
        var gate: InboundGate
        var random = SystemRandom()
        var isOpenToAll: Bool
        var isReady: Bool
        var settings: BridgeSettings
    }

    private let state: Mutex<State>
    private let entered: @Sendable (CallKey, IncomingCall, Entry) -> Void

    /// `entered` is called on the worker's thread, before any other news of the call.
    init(_ settings: BridgeSettings, entered: @escaping @Sendable (CallKey, IncomingCall, Entry) -> Void) {
        self.entered = entered
        var random = SystemRandom()
        let gate = InboundGate(
            RoutingTable(), settings.gate, key: random.bytes(32), numberKey: settings.numberKey,
            seed: (random.next(), random.next()))
        state = Mutex(State(gate: gate, isOpenToAll: false, isReady: false, settings: settings))
    }

    /// Other settings, for calls that come from now on.
    func use(_ settings: BridgeSettings) {
        state.withLock { state in
            state.settings = settings
            state.gate.use(settings.gate.refusals)
        }
    }

    /// New trunks and rules.
    func use(_ table: RoutingTable) {
        state.withLock { state in
            state.gate.use(table)
            state.isReady = true
            state.isOpenToAll = state.settings.demonstrates && table.inbound.isEmpty && table.rules.isEmpty
        }
    }

    /// Whether to look at a datagram at all.
    func admits(_ kind: LimitedRequest, from source: IPAddress, at now: Instant) -> SourceLimits.Verdict {
        state.withLock { $0.isOpenToAll ? .pass : $0.gate.admits(kind, from: source, at: now) }
    }

    /// What to do with a new call. Does not block.
    func decide(_ key: CallKey, _ call: IncomingCall) -> IncomingDecision {
        let now = SystemClock.now()
        let id: String
        let verdict: InboundGate.Verdict?
        let settings: BridgeSettings
        (id, verdict, settings) = state.withLock { state in
            guard state.isReady else { return ("", state.gate.refuse(.storeUnavailable), state.settings) }
            let bits = (state.random.next(), state.random.next())
            let id = "SCL_" + AdmissionContext.suffix(from: (state.random.next(), state.random.next()))
            guard !state.isOpenToAll else { return (id, nil, state.settings) }
            let verdict = state.gate.decide(call.invite, from: call.source, callID: id, random: bits, at: now)
            return (id, verdict, state.settings)
        }
        guard let verdict else { return demonstrate(key, call, settings) }
        return perform(verdict, key, call, id, settings)
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

    private func demonstrate(_ key: CallKey, _ call: IncomingCall, _ settings: BridgeSettings) -> IncomingDecision {
        guard let destination = Destination(user: call.user) else {
            return .refuse(404, "the Request-URI \(call.requestURI) names no room", headers: [])
        }
        var program = settings.program(settings.codecs, key)
        switch destination {
        case .room(let name): program.audio = .room(name)
        case .echo: program.audio = .echo
        case .tone: program.audio = .tone(440)
        }
        entered(key, call, .demonstration(destination))
        return .answer(program, headers: [], limits: nil)
    }

    private func perform(
        _ verdict: InboundGate.Verdict, _ key: CallKey, _ call: IncomingCall, _ id: String, _ settings: BridgeSettings
    ) -> IncomingDecision {
        switch verdict {
        case .challenge(let values, let reason):
            return .refuse(407, reason, headers: values.map { (.proxyAuthenticate, $0.text) })
        case .refuse(let refusal, nil): return .silence(refusal.sentence)
        case .refuse(let refusal, let response?):
            return .refuse(response.status, refusal.sentence, headers: response.headers)
        case .admit(let admission):
            let codecs = admission.media.codecs(among: settings.codecs)
            guard !codecs.isEmpty else { return noCommonMedia() }
            var program = settings.program(codecs, key)
            program.audio = .room(admission.room.description)
            entered(key, call, .admitted(admission, id: id))
            let mapped = HeaderMapping.headers(from: admission.attributes, named: admission.attributesToHeaders)
            let headers = admission.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
            return .answer(
                program, headers: headers + mapped.map { (name: $0.name, value: $0.value) },
                limits: settings.limits(admission.ringingTimeout, admission.maxCallDuration))
        case .requestPIN(let request, let trunk, let hasOpenRoom):
            let codecs = request.media.codecs(among: settings.codecs)
            guard !codecs.isEmpty else { return noCommonMedia() }
            entered(key, call, .pin(request, trunk, hasOpenRoom: hasOpenRoom, id: id))
            return .answer(
                settings.program(codecs, key),
                headers: request.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
                limits: settings.limits(nil, request.maxCallDuration))
        }
    }

    private func noCommonMedia() -> IncomingDecision {
        .refuse(488, "the policy of the trunk and the rule leaves no codec that we have", headers: [])
    }
}

extension BridgeSettings {
    /// What a call begins with.
    fileprivate func program(_ codecs: [AudioCodec], _ key: CallKey) -> LegProgram {
        var program = LegProgram()
        program.codecs = codecs
        program.recording = recordingDirectory.map { "\($0)/call-\(key).wav" }
        return program
    }

    fileprivate func limits(_ ringing: Duration?, _ duration: Duration?) -> Call.Limits {
        var limits = limits
        if let ringing { limits.ringing = ringing }
        if let duration { limits.duration = duration }
        return limits
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
