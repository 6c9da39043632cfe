/// The SIP user agent of one worker: its endpoint, its dialogs and its calls (RFC 3261 §8, §12 to §15).
///
/// Contract: call `receive`, `advance` or an order, then perform every output in order, then call again. Every method may
/// change `deadline`. Calling `advance` early or twice does nothing.
package struct UserAgent {
    /// What the shell must do or tell.
    package enum Output {
        /// Send these bytes. Over a reliable transport with `connection` 0: on any connection to the peer, opened if there is none.
        case send([UInt8], Flow)
        /// A new call waits for `accept`, `ring` or `reject`.
        case incoming(CallKey, IncomingCall)
        case progress(CallKey, CallProgress)
        /// A provisional response above 100, or the 2xx, to the INVITE that began a call of ours; comes before what it means.
        case response(CallKey, Message)
        /// Start media for the call, or change it.
        case media(CallKey, MediaPlan)
        /// The peer has acknowledged our answer to its INVITE.
        case acknowledged(CallKey)
        /// The call is over and forgotten.
        case ended(CallKey, CallEnd)
        /// A well-formed request was refused with this status, and why; of a call where there is one.
        case refused(CallKey?, Flow, Int, String)
        /// The same, of an INVITE that would have begun a call.
        case turnedAway(IncomingCall, Int, String)
        /// A message broke the grammar and was answered with this status, or dropped (0); and why. Anybody can cause any number of
        /// these, so they are for the log only.
        case malformed(Flow, Int, String)
    }

    package struct Configuration: Sendable {
        package var worker: UInt8 = 0
        package var identity = Endpoint.Identity()
        package var limits = Call.Limits()
        /// New calls are answered with 503 above this number of live calls.
        package var maximumCalls = 50_000
        /// The user part of our Contact.
        package var user = "sipctl"
        package var rules = Rules()

        package init() {}
    }

    /// What may change while the user agent runs.
    package struct Rules: Hashable, Sendable {
        /// What Retry-After says with a 503 of ours, in whole seconds (RFC 3261 §20.33).
        package var retryAfter: Duration = .seconds(10)
        /// Whether an INVITE would be refused for want of room: OPTIONS is answered as one would be (RFC 3261 §11.2).
        package var isFull = false
        /// Whether our Contact stands in Record-Route of responses to an INVITE too: some peers send their requests nowhere else.
        package var addsRecordRoute = false

        package init() {}

        var retryAfterSeconds: String { "\(max(1, (retryAfter.milliseconds + 999) / 1000))" }
    }

    /// A call with what its messages need. A class, because it is touched many times for each message and never copied.
    final class Session {
        var call: Call
        let callID: CallID
        let localTag: Tag
        var flow: Flow
        var dialog: Dialog?
        /// The INVITE that waits for our final response.
        var inbound: Endpoint.ServerRequest?
        /// Our latest 2xx to an INVITE, until its ACK comes. A later INVITE that is refused does not end the wait.
        var unacknowledged: (cseq: UInt32, flow: Flow, retransmitter: TwoXXRetransmitter)?
        /// Why the INVITE is being refused, for people.
        var refusal: String?
        var outbound: Outbound?
        var reinvite: Reinvite?
        /// Answers challenges to any request of the dialog.
        var digest: DigestClient?
        /// The body of our last 2xx to an INVITE, and the CSeq number of that INVITE.
        var lastAnswer: (cseq: UInt32, body: [UInt8])?
        /// Header fields for the first 2xx of ours.
        var answerHeaders: [(name: String, value: String)] = []
        /// Header fields for our BYE, and the value of its Reason.
        var byeHeaders: [(name: String, value: String)] = []
        var byeReason: String?
        /// The ACKs of the latest 2xx, for retransmissions of these.
        var acks: [(cseq: UInt32, bytes: [UInt8], flow: Flow)] = []

        init(_ call: Call, callID: CallID, localTag: Tag, flow: Flow) {
            (self.call, self.callID, self.localTag, self.flow) = (call, callID, localTag, flow)
        }
    }

    /// What an INVITE of ours needs until it has its final response.
    struct Outbound {
        var call: OutgoingCall
        var transaction: TransactionID?
        var cseq: UInt32 = 1
        var offer: [UInt8] = []
        var authorizations: [DigestAuthorization] = []
        var cancelGate = CancelGate()
    }

    /// What two copies of one INVITE have in common.
    struct InviteID: Hashable {
        let callID: CallID
        let fromTag: Tag
        let cseq: UInt32

        /// Nil for a request of RFC 2543, which has no From tag.
        init?(_ message: Message) {
            guard let callID = message.callID, let tag = message.fromTag, let cseq = message.cseq else { return nil }
            (self.callID, fromTag, self.cseq) = (callID, tag, cseq.number)
        }
    }

    let configuration: Configuration
    var endpoint: Endpoint
    var sessions: [CallKey: Session] = [:]
    /// By our tag, which is never given twice.
    var dialogs: [Tag: CallKey] = [:]
    var inboundInvites: [TransactionID: CallKey] = [:]
    var deadlines = DeadlineQueue<CallKey>()
    /// Empty; lends its memory to each stimulus.
    private var spareOutputs: [Call.Output] = []
    /// INVITEs whose call is gone but whose peer has them, with the end of the wait for a final response.
    var orphans = DeadlineQueue<TransactionID>()
    var nextCall: UInt64 = 1
    /// No new calls: they get 503 with Retry-After.
    package var isDraining = false
    package var rules: Rules
    /// Calls whose BYE got no answer.
    package internal(set) var terminationFailures = PerDirection(0)

    package init(_ configuration: Configuration, ids: IDSource) {
        (self.configuration, rules) = (configuration, configuration.rules)
        endpoint = Endpoint(identity: configuration.identity, ids: ids)
    }

    package var deadline: Instant? {
        mutating get { earliest(endpoint.deadline, deadlines.earliest, orphans.earliest) }
    }
    package var callCount: Int { sessions.count }
    package var transactionCount: Int { endpoint.transactionCount }
    package var counters: Endpoint.Counters { endpoint.counters }

    /// The bytes of the description in our latest 2xx to an INVITE of the call; nil when there was none.
    package func answerSize(of key: CallKey) -> Int? { sessions[key]?.lastAnswer?.body.count }

    /// Whether the call still exists, and where it stands.
    package func state(of key: CallKey) -> Call.State? { sessions[key]?.call.state }

    /// The Call-ID of a call's dialog.
    package func callID(of key: CallKey) -> CallID? { sessions[key]?.callID }

    /// A parsed message from `flow`.
    package mutating func receive(_ message: Message, on flow: Flow, at now: Instant, into out: inout [Output]) {
        endpoint.receive(message, on: flow, at: now, into: &out)
        drain(at: now, into: &out)
    }

    /// The shell could not send on `flow`.
    package mutating func transportFailed(_ flow: Flow, at now: Instant, into out: inout [Output]) {
        endpoint.transportFailed(flow, at: now, into: &out)
        drain(at: now, into: &out)
    }

    /// Fires every timer that is due at `now`.
    package mutating func advance(to now: Instant, into out: inout [Output]) {
        endpoint.advance(to: now, into: &out)
        drain(at: now, into: &out)
        while let invite = orphans.popDue(at: now) {
            endpoint.moveInviteClient(invite, into: &out) { $0.abandon(into: &$1) }
        }
        while let key = deadlines.popDue(at: now) {
            advanceRetransmitter(key, at: now, into: &out)
            advanceCancelGate(key, at: now, into: &out)
            move(key, at: now, into: &out) { $0.advance(to: now, into: &$1) }
        }
    }

    // MARK: orders

    /// Places a call on `flow`. The outcome comes as outputs.
    package mutating func dial(
        _ outgoing: OutgoingCall, _ media: OfferAnswer, on flow: Flow, at now: Instant, into out: inout [Output]
    ) -> CallKey {
        let key = newKey()
        var outputs: [Call.Output] = []
        let call = Call(dialing: key, media, limits: outgoing.limits ?? configuration.limits, at: now, into: &outputs)
        let session = Session(call, callID: endpoint.ids.callID(), localTag: endpoint.ids.tag(), flow: flow)
        session.outbound = Outbound(call: outgoing)
        session.digest = outgoing.credentials.map { DigestClient($0) }
        dialogs[session.localTag] = key
        sessions[key] = session
        perform(outputs, of: key, at: now, into: &out)
        return key
    }

    /// Answers an incoming call with the media that the shell has opened for it. `headers` are added to the 200.
    package mutating func accept(
        _ key: CallKey, _ media: OfferAnswer, headers: [(name: String, value: String)] = [], at now: Instant,
        into out: inout [Output]
    ) {
        guard let session = sessions[key], session.call.state == .incoming else { return }
        session.answerHeaders = headers
        let offer = session.inbound?.message.sessionDescription ?? []
        move(key, at: now, into: &out) { $0.accept(media, offer: offer, at: now, into: &$1) }
    }

    /// Replaces the limits of a call: those of its trunk and rule. Ringing counts from the INVITE, the duration from the answer.
    package mutating func limit(_ key: CallKey, _ limits: Call.Limits, at now: Instant, into out: inout [Output]) {
        move(key, at: now, into: &out) { call, _ in call.limit(limits) }
    }

    /// Tells the caller that we ring: 180 now and, with an interval, again until the final response. With the `media` that is to
    /// answer it, a call whose offer has nothing in common with it is refused at once.
    package mutating func ring(
        _ key: CallKey, every interval: Duration? = nil, for media: OfferAnswer? = nil, at now: Instant,
        into out: inout [Output]
    ) {
        let offer = sessions[key]?.inbound?.message.sessionDescription ?? []
        move(key, at: now, into: &out) { $0.ring(every: interval, for: media, offer: offer, at: now, into: &$1) }
    }

    /// Refuses an incoming call; `end` says why, to the peer by its status and to people by its sentence. `headers` are added to
    /// the response: a challenge, a Warning, a Retry-After, which a 503 always has.
    package mutating func reject(
        _ key: CallKey, _ end: CallEnd, headers: [(HeaderName, String)] = [], at now: Instant,
        into out: inout [Output]
    ) {
        var headers = headers
        sessions[key]?.refusal = end.sentence
        if end.status == 503, !headers.contains(where: { $0.0 == .retryAfter }) {
            headers.append((.retryAfter, rules.retryAfterSeconds))
        }
        move(key, at: now, into: &out) { $0.reject(end.status ?? 480, end, extra: headers, into: &$1) }
    }

    /// Ends a call from this side: BYE, CANCEL or a refusal, as its state asks. `headers` are added to the BYE.
    package mutating func hangUp(
        _ key: CallKey, _ end: CallEnd, headers: [(name: String, value: String)] = [], at now: Instant,
        into out: inout [Output]
    ) {
        if sessions[key]?.call.state == .incoming { return reject(key, end, at: now, into: &out) }
        if let session = sessions[key], session.call.mayHangUp { session.byeHeaders = headers }
        move(key, at: now, into: &out) { $0.hangUp(end, at: now, into: &$1) }
    }

    /// Puts the peer of an answered call on hold, or takes it back (RFC 3264 §8.4). What comes of it is reported as progress; an
    /// order that comes while another is under way waits for it, and of several the last holds.
    package mutating func hold(_ key: CallKey, _ isHeld: Bool, at now: Instant, into out: inout [Output]) {
        move(key, at: now, into: &out) { $0.hold(isHeld, at: now, into: &$1) }
    }

    /// Ends every call from this side.
    package mutating func hangUpAll(_ end: CallEnd, at now: Instant, into out: inout [Output]) {
        for key in sessions.keys.sorted(by: { $0.number < $1.number }) { hangUp(key, end, at: now, into: &out) }
    }

    // MARK: driving the calls

    mutating func newKey() -> CallKey {
        defer { nextCall += 1 }
        return CallKey(worker: configuration.worker, number: nextCall)
    }

    /// Gives a call a stimulus where it lies and performs what it asks for.
    mutating func move(
        _ key: CallKey, at now: Instant, into out: inout [Output], _ stimulus: (inout Call, inout [Call.Output]) -> Void
    ) {
        guard let session = sessions[key] else { return }
        var outputs: [Call.Output] = []
        swap(&outputs, &spareOutputs)
        stimulus(&session.call, &outputs)
        perform(outputs, of: key, at: now, into: &out)
        outputs.removeAll(keepingCapacity: true)
        swap(&outputs, &spareOutputs)
    }

    private mutating func perform(
        _ outputs: [Call.Output], of key: CallKey, at now: Instant, into out: inout [Output]
    ) {
        for output in outputs {
            switch output {
            case .respond(let status, let body, let extra):
                respond(key, status, body: body, extra: extra, at: now, into: &out)
            case .invite(let body): sendInvite(key, body: body, at: now, into: &out)
            case .reinvite(let body): sendReinvite(key, body: body, at: now, into: &out)
            case .cancel: orderCancel(key, at: now, into: &out)
            case .ack: break  // sent where the 2xx was received, which knows its CSeq
            case .bye(let reason): sendBye(key, reason: reason, at: now, into: &out)
            case .media(let plan): out.append(.media(key, plan))
            case .progress(let progress): out.append(.progress(key, progress))
            case .ended(let end):
                leaveInvite(of: key, at: now, into: &out)
                forget(key)
                out.append(.ended(key, end))
            }
        }
        rearm(key)
    }

    mutating func rearm(_ key: CallKey) {
        guard let session = sessions[key] else { return deadlines.set(key, to: nil) }
        let signalling = earliest(
            session.unacknowledged?.retransmitter.deadline, session.cancelGate?.deadline)
        deadlines.set(key, to: earliest(session.call.deadline, signalling))
    }

    mutating func forget(_ key: CallKey) {
        guard let session = sessions.removeValue(forKey: key) else { return }
        dialogs[session.localTag] = nil
        closeInvite(of: session)
        deadlines.set(key, to: nil)
    }

    /// Forgets the INVITE of the peer that was open.
    mutating func closeInvite(of session: Session) {
        guard let request = session.inbound else { return }
        inboundInvites[request.transaction] = nil
        session.inbound = nil
    }

    /// Hands every indication of the endpoint to the dialog that it belongs to.
    private mutating func drain(at now: Instant, into out: inout [Output]) {
        while !endpoint.indications.isEmpty {
            let batch = endpoint.indications
            endpoint.indications.removeAll(keepingCapacity: true)
            for indication in batch {
                switch indication {
                case .request(let request): receive(request, at: now, into: &out)
                case .ack(let message): receiveAck(message, at: now, into: &out)
                case .cancelled(let invite):
                    guard let key = inboundInvites[invite] else { continue }
                    move(key, at: now, into: &out) { $0.receiveCancel(into: &$1) }
                case .moved(let transaction, let key, let flow):
                    if let session = sessions[key], session.outbound?.transaction == transaction { session.flow = flow }
                case .response(let message, let transaction, let key):
                    receiveResponse(message, transaction, key, at: now, into: &out)
                case .failed(let transaction, let key, let cause):
                    receiveFailure(transaction, key, cause, at: now, into: &out)
                }
            }
        }
    }
}
