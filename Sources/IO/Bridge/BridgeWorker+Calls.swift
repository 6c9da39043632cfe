internal import Core

/// The calls: how they come in, what happens to them, and what is remembered of them.
extension BridgeWorker {
    /// A call was let in by the door; more news of it follows.
    func enter(_ key: CallKey, _ call: IncomingCall, _ entry: BridgeDoor.Entry, at now: Instant) {
        let callID = call.invite.callID ?? CallID("")
        let (from, to, source) = (call.from, call.requestURI, "\(call.source)")
        let id: String
        switch entry {
        case .demonstration: id = "SCL_" + AdmissionContext.suffix(from: (random.next(), random.next()))
        case .admitted(_, let given, _), .pin(_, _, _, let given): id = given
        }
        var waits = false
        var live = open(key, id, .inbound)
        live.snapshot.sipCallID = callID.description
        (live.snapshot.from, live.snapshot.to, live.snapshot.source) = (from, to, source)
        (live.record.callID, live.record.from, live.record.to) = (callID, from, to)
        live.record.source = source
        switch entry {
        case .demonstration(let destination):
            if case .room(let name) = destination { live.snapshot.room = name }
            live.snapshot.identity = "sip_\(CallFacts(caller: call.invite, from: call.source).caller)"
            live.record.room = live.snapshot.room
        case .admitted(let admission, _, let rings):
            live.admit(admission)
            waits = rings
        case .pin(let request, let trunk, let hasOpenRoom, _):
            (live.snapshot.trunkID, live.record.trunkID) = (trunk.description, trunk)
            live.snapshot.ruleID = request.rule.description
            live.record.ruleID = request.rule
            live.incoming = call
            var outputs: [PINCollector.Output] = []
            live.pin = PINCollector(hasOpenRoom: hasOpenRoom, limits: settings.pin, at: now, into: &outputs)
            live.pendingPIN = outputs
        }
        calls[key] = live
        keys[id] = key
        countStart(live)
        remember(live)
        publish(live.snapshot)
        join(key, live.snapshot.room, waits: waits)
    }

    /// A refusal of the stack, before anything was decided about the call.
    private func admission(_ status: Int, _ reason: String) -> TurnedAway {
        guard status == 503 else { return TurnedAway(status, "bad-request", reason, isStranger: true) }
        guard draining != nil else { return TurnedAway(status, "overloaded", reason, isStranger: true) }
        let refusal = CallRefusal.draining(.zero)
        return TurnedAway(status, refusal.label, refusal.sentence, isStranger: true)
    }

    /// A call was refused: its record says why.
    func turnAway(_ call: IncomingCall, _ away: TurnedAway, _ id: String, at now: Instant) {
        let facts = CallFacts(call.invite, from: call.source)
        let time = Self.wallTime
        var record = CallRecord(id: CallRecordID(id), direction: .inbound, createdAt: time, instance: instance)
        (record.state, record.endedAt, record.endReason) = (.ended, time, away.reason)
        (record.endSentence, record.sipStatus, record.trunkID) = (away.sentence, away.status, away.trunk)
        (record.callID, record.from, record.to) = (facts.callID, call.from, call.requestURI)
        record.source = "\(call.source)"
        remember(record)
    }

    /// A call comes to a room; whoever rang there for want of company is answered.
    func join(_ key: CallKey, _ room: String, waits: Bool = false) {
        guard !room.isEmpty else { return }
        for accompanied in lobby.enter(room, key, waits: waits) { stack?.answer(accompanied) }
    }

    /// A call with what is known of every one.
    func open(_ key: CallKey, _ id: String, _ direction: CallDirection) -> LiveCall {
        let now = Self.wallTime
        var snapshot = CallSnapshot()
        (snapshot.id, snapshot.key, snapshot.direction, snapshot.startedAt) = (id, key, direction, now)
        snapshot.state = direction == .inbound ? .incoming : .dialing
        snapshot.status = direction == .inbound ? "ringing" : "dialing"
        let record = CallRecord(id: CallRecordID(id), direction: direction, createdAt: now, instance: instance)
        return LiveCall(snapshot: snapshot, record: record)
    }

    /// Whether an event is any news here. The door tells of calls; the rest is for the console.
    static func hears(_ event: StackEvent) -> Bool {
        switch event {
        case .incoming, .refused, .playedOut, .drained, .fault: false
        case .turnedAway, .progress, .response, .media, .digit, .promptPlayed, .statistics, .ended: true
        }
    }

    /// News from the stack.
    func hear(_ event: StackEvent, at now: Instant) {
        switch event {
        case .incoming, .refused, .playedOut, .drained, .fault: break
        case .turnedAway(let call, let status, let reason):
            let id = "SCL_" + AdmissionContext.suffix(from: (random.next(), random.next()))
            let away = admission(status, reason)
            if journal.records(away, at: now) { turnAway(call, away, id, at: now) }
        case .progress(let key, let progress): advance(key, progress, at: now)
        case .media(let key, let plan):
            countPlan(plan, of: key)
            change(key) { $0.agreed(plan) }
        case .response(let key, let message):
            guard let added = calls[key]?.plan?.attributes(of: message), !added.isEmpty else { return }
            change(key) { $0.snapshot.attributes.merge(added) { $1 } }
        case .digit(let key, let digit, _): press(digit, on: key, at: now)
        case .promptPlayed(let key): finishPrompt(key, at: now)
        case .statistics(let key, let statistics): calls[key]?.statistics = statistics
        case .ended(let key, let end, let statistics): close(key, end, statistics)
        }
    }

    private func advance(_ key: CallKey, _ progress: CallProgress, at now: Instant) {
        switch progress {
        case .ringing, .early:
            change(key) { live in
                live.snapshot.state = .ringing
                live.snapshot.status = "ringing"
            }
        case .answered:
            change(key) { $0.answer(at: Self.wallTime) }
            if let live = calls[key] {
                remember(live)
                countAnswer(live)
            }
            answered(key)
            startPIN(key, at: now)
        case .held: change(key) { $0.snapshot.isHeldThere = true }
        case .resumed: change(key) { $0.snapshot.isHeldThere = false }
        case .heldHere:
            change(key) { ($0.snapshot.isHeldHere, $0.snapshot.holdRefused) = (true, nil) }
            answerHoldOrders(key, nil)
        case .resumedHere:
            change(key) { ($0.snapshot.isHeldHere, $0.snapshot.holdRefused) = (false, nil) }
            answerHoldOrders(key, nil)
        case .holdRefused(let status):
            change(key) { $0.snapshot.holdRefused = status }
            answerHoldOrders(key, status)
        }
    }

    private func close(_ key: CallKey, _ end: CallEnd, _ statistics: LegStatistics?) {
        lobby.leave(key)
        undecided[key] = nil
        guard var live = calls.removeValue(forKey: key) else { return }
        keys[live.snapshot.id] = nil
        door?.forget(key)
        pinDeadlines.set(key, to: nil)
        live.close(end, statistics, at: Self.wallTime)
        remember(live)
        publish(live.snapshot)
        countEnd(live, end, statistics ?? live.statistics)
        ended(live, end)
        for order in live.holdOrders {
            order.responder.fail(.conflict, "call_ended", "the call has ended: \(end.sentence)")
        }
        if live.isCut { draining?.cut += 1 }
        finishDraining()
    }

    func change(_ key: CallKey, _ edit: (inout LiveCall) -> Void) {
        guard let index = calls.index(forKey: key) else { return }
        edit(&calls.values[index])
        publish(calls.values[index].snapshot)
    }

    /// Ends a call, with the headers that its attributes become.
    func hangUp(_ key: CallKey, _ end: CallEnd, headers: [(name: String, value: String)] = []) {
        guard let live = calls[key] else { return }
        let mapped = HeaderMapping.headers(from: live.snapshot.attributes, named: live.attributesToHeaders)
        stack?.hangUp(key, end, headers: mapped.map { ($0.name, $0.value) } + headers)
    }

    /// The live calls in order of their ids.
    var snapshots: [CallSnapshot] { calls.values.map(\.snapshot).sorted { $0.id < $1.id } }
}

extension LiveCall {
    /// The call is taken into a room.
    mutating func admit(_ admission: Admission) {
        attributesToHeaders = admission.attributesToHeaders
        snapshot.trunkID = admission.trunk?.description ?? ""
        snapshot.ruleID = admission.rule.description
        snapshot.room = admission.room.description
        (snapshot.identity, snapshot.name) = (admission.identity.description, admission.name)
        (snapshot.metadata, snapshot.attributes) = (admission.metadata, admission.attributes)
        (record.trunkID, record.ruleID) = (admission.trunk, admission.rule)
        (record.room, record.participantIdentity) = (snapshot.room, snapshot.identity)
        setStatus(snapshot.status)
    }

    mutating func answer(at now: Duration) {
        (snapshot.state, snapshot.answeredAt) = (.answered, now)
        (record.state, record.startedAt) = (.active, now)
        setStatus("active")
    }

    mutating func agreed(_ plan: MediaPlan) {
        snapshot.codec = "\(plan.codec.name)/\(plan.codec.clockRate)"
        payloadTypes = (plan.payloadTypeToSend, plan.payloadTypesToReceive.first { $0.value == plan.codec }?.key)
        record.quality.codec = snapshot.codec
    }

    /// LiveKit's word for where the call stands; an attribute, too.
    mutating func setStatus(_ status: String) {
        snapshot.status = status
        snapshot.attributes["sip.callStatus"] = status
    }

    mutating func close(_ end: CallEnd, _ last: LegStatistics?, at now: Duration) {
        setStatus("hangup")
        snapshot.state = .ended
        (record.state, record.endedAt) = (.ended, now)
        (record.endReason, record.endSentence) = (endReason ?? .init(end.reason), end.sentence)
        (snapshot.endReason, snapshot.endText) = (record.endReason?.rawValue, end.sentence)
        snapshot.endStatus = end.status
        record.sipStatus = end.status
        guard let last = last ?? statistics else { return }
        record.quality.packetsSent = Int64(clamping: last.packetsSent)
        record.quality.packetsReceived = Int64(clamping: last.packetsReceived)
        record.quality.packetsLost = last.packetsLost
        record.quality.jitter = .nanoseconds(Int64(last.jitterMs * 1_000_000))
    }
}
