internal import Core
internal import Media

/// One worker: a thread with its own sockets, user agent and media tick. A call lives on one worker from INVITE to BYE (DESIGN 4).
///
/// Decides nothing: bytes go into the user agent, its outputs are performed here.
final class StackWorker: DeadlineOwner {
    /// What other threads may ask of a worker.
    enum Order: Sendable {
        /// A message that another worker received and this one owns.
        case message(Message, Flow)
        /// Bytes for a connection of this worker.
        case send([UInt8], Flow)
        case sendFailed(Flow)
        case dial(OutgoingCall, Flow, LegProgram, reply: @Sendable (Result<DialledCall, IOError>) -> Void)
        case answer(CallKey)
        case decide(CallKey, IncomingCall, IncomingDecision)
        case hangUp(CallKey, CallEnd, headers: [(name: String, value: String)])
        case hold(CallKey, Bool)
        case hangUpAll(CallEnd)
        case media(CallKey, MediaOrder)
        case join(RoomDirectory.Room, CallKey, toRoom: FrameRing, fromRoom: FrameRing)
        case leave(RoomDirectory.Room, CallKey)
        case use(UserAgent.Rules)
        case drain
        /// Who shares our address now.
        case fellowship(Fellowship)
        /// A message of the network that another server handed over.
        case handed(Message, Flow, way: [ServerNumber])
        case stop
    }

    let index: Int
    let configuration: StackConfiguration
    let loop: EventLoop
    let shared: StackShared
    let udp: UDPSocket
    let driver: MediaDriver
    var agent: UserAgent
    var outputs: [UserAgent.Output] = []
    var programs: [CallKey: LegProgram] = [:]
    /// With what the callers that ring will be answered.
    var answers: [CallKey: (media: OfferAnswer, headers: [(name: String, value: String)])] = [:]
    private(set) lazy var connections = Connections(worker: self)
    private var inbox: Inbox<Order>?
    private var listener: TCPListener?
    private var ids: IDSource
    /// Our address as each peer sees it, when the socket is bound to all: asking the kernel costs four system calls.
    private var localAddresses: [IPAddress: IPAddress] = [:]
    private static let localAddressLimit = 4096
    private let cname: [UInt8]
    /// INVITEs as they came.
    private var invites = 0
    private var notices = NoticeLimit()
    private var turnedAway = NoticeLimit(RefusalJournal.known)
    private var isPerforming = false
    /// Whether something was reported or decided that `settle` has not been called for.
    private var isUnsettled = false
    /// The servers that share our address; nil while this one is alone.
    private(set) var fellowship: Fellowship?

    init(index: Int, _ configuration: StackConfiguration, listen: SocketAddress, _ shared: StackShared) throws(IOError)
    {
        (self.index, self.configuration, self.shared) = (index, configuration, shared)
        loop = try EventLoop()
        udp = try UDPSocket(
            bind: listen, reusePort: configuration.workers > 1 || configuration.sharesPort, receiveBuffer: 4 << 20)
        driver = try MediaDriver(index: index, on: loop, shared, configuration)
        var random = SystemRandom()
        let number = UInt8(truncatingIfNeeded: index)
        var agentConfiguration = configuration.agent
        agentConfiguration.worker = number
        agent = UserAgent(
            agentConfiguration,
            ids: IDSource(worker: number, server: configuration.handover?.number, seed: (random.next(), random.next())))
        ids = IDSource(worker: number, seed: (random.next(), random.next()))
        cname = Array(String(random.next(), radix: 36).utf8)
    }

    /// Puts everything on the loop. Returns where other threads post.
    func open() throws(IOError) -> Mailbox<Order> {
        try udp.attach(to: loop, batch: DatagramBatch(), self)
        udp.onRefusal = { [unowned self] address, _ in
            transportFailed(Flow(.udp, local: local(towards: address), remote: address))
        }
        let limits = TCPConnection.Limits(idleTimeout: configuration.connectionIdle)
        listener = try TCPListener(
            bind: udp.localAddress, reusePort: configuration.workers > 1 || configuration.sharesPort, limits: limits)
        try listener?.attach(to: loop, connections)
        let inbox = try Inbox(on: loop) { [unowned self] (order: Order, now) in obey(order, at: now) }
        self.inbox = inbox
        loop.add(deadlines: self)
        loop.add(deadlines: driver)
        driver.onNotices = { [unowned self] in performNotices() }
        return inbox.mailbox
    }

    /// Our address as a peer must see it.
    func local(towards remote: SocketAddress) -> SocketAddress {
        let bound = udp.localAddress
        if let advertised = configuration.advertised { return SocketAddress(advertised, bound.port) }
        guard bound.ip.isUnspecified else { return bound }
        if let known = localAddresses[remote.ip] { return SocketAddress(known, bound.port) }
        let found = LocalAddress.towards(remote) ?? .loopback
        if localAddresses.count >= Self.localAddressLimit { localAddresses.removeAll(keepingCapacity: true) }
        localAddresses[remote.ip] = found
        return SocketAddress(found, bound.port)
    }

    /// What was to go out on `flow` did not.
    func transportFailed(_ flow: Flow) { agent.transportFailed(flow, at: SystemClock.now(), into: &outputs) }

    /// Notes a message that is no legal SIP. For the log only: anybody can send any number of them.
    func logMalformed(_ flow: Flow, _ status: Int, _ reason: String) {
        log?.log(.debug, "sip.malformed", ["peer": .of(flow), "status": .count(status), "reason": .text(reason)])
    }

    var log: LogSink? { configuration.log }

    /// Who shares our address has changed. New connections are left to a server that takes our place: those that wait to be accepted
    /// are taken in first.
    private func use(_ fellowship: Fellowship, at now: Instant) {
        self.fellowship = fellowship.others.isEmpty ? nil : fellowship
        guard fellowship.isRelieved, let listener else { return }
        listener.ready(.readable, at: now)
        listener.detach()
        self.listener = nil
    }

    // MARK: time

    var deadline: Instant? { agent.deadline }

    func wake(at now: Instant) {
        agent.advance(to: now, into: &outputs)
        perform(at: now)
    }

    // MARK: orders

    private func obey(_ order: Order, at now: Instant) {
        switch order {
        case .message(let message, let flow):
            if keeps(message, flow) { agent.receive(message, on: flow, at: now, into: &outputs) }
        case .send(let bytes, let flow): connections.send(bytes, on: flow)
        case .sendFailed(let flow): agent.transportFailed(flow, at: now, into: &outputs)
        case .dial(let call, let flow, let program, let reply): reply(dial(call, flow, program, at: now))
        case .answer(let key): answer(key, at: now)
        case .decide(let key, let call, let decision): carryOut(decision, key, call, at: now)
        case .hangUp(let key, let end, let headers):
            agent.hangUp(key, end, headers: headers, at: now, into: &outputs)
        case .hold(let key, let isHeld): agent.hold(key, isHeld, at: now, into: &outputs)
        case .hangUpAll(let end): agent.hangUpAll(end, at: now, into: &outputs)
        case .media(let key, let order): obey(order, on: key, at: now)
        case .join(let room, let key, let toRoom, let fromRoom):
            driver.joinRemote(room, key, toRoom: toRoom, fromRoom: fromRoom, at: now)
        case .leave(let room, let key): driver.leaveRemote(room, key)
        case .use(let rules): agent.rules = rules
        case .drain:
            agent.isDraining = true
            if let fellowship { use(fellowship.draining, at: now) }
        case .fellowship(let fellowship): use(fellowship, at: now)
        case .handed(let message, let flow, let way): take(message, flow, way: way, at: now)
        case .stop: return loop.stop()
        }
        perform(at: now)
    }

    /// An order for a call that has ended meanwhile is none; only a question has an answer.
    private func obey(_ order: MediaOrder, on key: CallKey, at now: Instant) {
        if programs[key] != nil {
            driver.obey(order, on: key, at: now)
            if !driver.notices.isEmpty { performNotices() }
        } else if case .statistics(let reply) = order {
            reply(nil)
        }
    }

    private func dial(
        _ call: OutgoingCall, _ flow: Flow, _ program: LegProgram, at now: Instant
    ) -> Result<DialledCall, IOError> {
        var flow = flow
        flow.local = local(towards: flow.remote)
        do {
            let opened = try open(program, towards: flow, at: now)
            let key = agent.dial(call, opened.media, on: flow, at: now, into: &outputs)
            programs[key] = program
            if let ports = opened.ports { try driver.open(key, program, ports, at: now) }
            return .success(DialledCall(key: key, callID: agent.callID(of: key) ?? CallID("")))
        } catch {
            return .failure(error)
        }
    }

    private func report(_ event: StackEvent) {
        shared.report(event)
        isUnsettled = true
    }

    // MARK: performing

    /// Performs every output of the user agent, in order, those that performing brings included.
    func perform(at now: Instant) {
        guard !isPerforming else { return }
        isPerforming = true
        defer { isPerforming = false }
        while !outputs.isEmpty {
            let batch = outputs
            outputs.removeAll(keepingCapacity: true)
            for output in batch { perform(output, at: now) }
        }
        udp.flush()
        if isUnsettled { shared.settle() }
        isUnsettled = false
        publish()
    }

    /// Shows what was counted since the last time to whoever scrapes metrics.
    private func publish() {
        let (counters, transactions, connections) = (agent.counters, agent.transactionCount, connections.count)
        shared.boards[index].update { metrics in
            metrics.inviteRequestsRaw = invites
            metrics.sip = WorkerMetrics.SIPCounts(counters)
            metrics.callsTerminationFailures = agent.terminationFailures
            (metrics.transactionsActive, metrics.connectionsActive) = (transactions, connections)
        }
    }

    private func perform(_ output: UserAgent.Output, at now: Instant) {
        switch output {
        case .send(let bytes, let flow): send(bytes, flow)
        case .incoming(let key, let call): decide(key, call, at: now)
        case .progress(let key, let progress):
            if case .answered = progress {
                driver.answered(key)
                if let size = agent.answerSize(of: key) {
                    shared.boards[index].update { $0.answerSize.observe(Double(size)) }
                }
            }
            report(.progress(key, progress))
        case .response(let key, let message): report(.response(key, message))
        case .media(let key, let plan):
            driver.configure(key, plan, cname: cname, seed: ids.next(), at: now)
            report(.media(key, plan))
        case .acknowledged(let key): driver.acknowledged(key)
        case .ended(let key, let end):
            let statistics = driver.statistics(of: key, at: now)
            log?.log(
                .info, "call.ended",
                ["call": .of(key), "reason": .text(end.reason.rawValue), "text": .text(end.sentence)])
            driver.close(key)
            programs[key] = nil
            answers[key] = nil
            report(.ended(key, end, statistics))
        case .refused(let key, let flow, let status, let reason):
            // What the owner decided about a call it has counted itself.
            if key == nil { shared.boards[index].update { $0.refused.add(.status(status)) } }
            tell(of: flow, status, reason, at: now)
        case .turnedAway(let call, let status, let reason):
            if turnedAway.admit(at: now) != nil { report(.turnedAway(call, status, reason)) }
        case .malformed(let flow, let status, let reason): logMalformed(flow, status, reason)
        }
    }

    private func send(_ bytes: [UInt8], _ flow: Flow) {
        log?.log(.trace, "sip.sent", ["peer": .of(flow), "message": .message(bytes)])
        switch flow.transport {
        case .udp: udp.queue(bytes, to: flow.remote)
        case .tcp: sendTCP(bytes, flow)
        case .tls, .ws, .wss: transportFailed(flow)
        }
    }

    /// Tells of a request that was refused, but not of every one of a flood.
    private func tell(of flow: Flow, _ status: Int, _ reason: String, at now: Instant) {
        guard let leftOut = notices.admit(at: now) else { return }
        if leftOut > 0 { log?.log(.warning, "sip.refused.more", ["count": .count(leftOut)]) }
        log?.log(.info, "sip.refused", ["peer": .of(flow), "status": .count(status), "reason": .text(reason)])
        report(.refused(flow, status, reason))
    }

    private func decide(_ key: CallKey, _ call: IncomingCall, at now: Instant) {
        let decision = shared.decide(key, call)
        isUnsettled = true
        switch decision {
        case .silence(let reason):
            agent.ignore(key)
            return tell(of: call.source, 0, reason, at: now)
        case .dismiss(let status, let reason, let headers):
            agent.dismiss(key, status, headers: headers, into: &outputs)
            return tell(of: call.source, status, reason, at: now)
        case .refuse, .answer, .ring, .later:
            log?.log(
                .info, "call.incoming", ["call": .of(key), "peer": .of(call.source), "to": .text(call.requestURI)])
            report(.incoming(key, call))
        }
        carryOut(decision, key, call, at: now)
    }

    /// Does what was decided about a call that was reported.
    private func carryOut(_ decision: IncomingDecision, _ key: CallKey, _ call: IncomingCall, at now: Instant) {
        guard agent.state(of: key) == .incoming else { return }
        switch decision {
        case .silence(let reason):
            agent.ignore(key)
            tell(of: call.source, 0, reason, at: now)
            report(.ended(key, CallEnd(.rejected, reason), nil))
        case .refuse(let status, let reason, let headers), .dismiss(let status, let reason, let headers):
            // Behind a 180 the INVITE does not come again: only a transaction brings the response there.
            agent.reject(
                key, CallEnd(.rejected, status: status, reason), headers: headers, at: now, into: &outputs)
        case .answer(let program, let headers, let limits):
            guard prepare(program, key, call, headers, limits, at: now) != nil else { return }
            answer(key, at: now)
        case .ring(let program, let interval, let headers, let limits):
            guard let media = prepare(program, key, call, headers, limits, at: now) else { return }
            agent.ring(key, every: interval, for: media, at: now, into: &outputs)
        case .later(let interval):
            if let interval { agent.ring(key, every: interval, at: now, into: &outputs) }
        }
    }

    /// Opens the media of a call and keeps what it is to be answered with; nil when that fails, and the call is refused.
    private func prepare(
        _ program: LegProgram, _ key: CallKey, _ call: IncomingCall, _ headers: [(name: String, value: String)],
        _ limits: Call.Limits?, at now: Instant
    ) -> OfferAnswer? {
        if let limits { agent.limit(key, limits, at: now, into: &outputs) }
        do {
            let opened = try open(program, towards: call.source, at: now)
            programs[key] = program
            if let ports = opened.ports { try driver.open(key, program, ports, at: now) }
            answers[key] = (opened.media, headers)
            return opened.media
        } catch {
            agent.reject(key, CallEnd(.localFailure, status: 503, "\(error)"), at: now, into: &outputs)
            return nil
        }
    }

    private func answer(_ key: CallKey, at now: Instant) {
        guard let answer = answers.removeValue(forKey: key) else { return }
        agent.accept(key, answer.media, headers: answer.headers, at: now, into: &outputs)
    }

    /// The ports of a call and its side of the offer and answer.
    private func open(
        _ program: LegProgram, towards flow: Flow, at now: Instant
    ) throws(IOError) -> (ports: RTPPorts?, media: OfferAnswer) {
        let address = configuration.advertisedMedia ?? local(towards: flow.remote).ip
        var ports: RTPPorts?
        if program.hasMedia { ports = try shared.ports.open(on: udp.localAddress.ip, at: now) }
        var local = LocalMedia(address: address, port: ports?.rtp.localAddress.port ?? 9, codecs: program.codecs)
        if !program.hasMedia { local.direction = Core.MediaDirection.inactive }
        return (ports, OfferAnswer(local: local, sessionID: ids.next() >> 2, sessionName: "sipctl"))
    }

    private func performNotices() {
        let now = SystemClock.now()
        let notices = driver.notices
        driver.notices.removeAll(keepingCapacity: true)
        for notice in notices { perform(notice, at: now) }
        perform(at: now)
    }

    private func perform(_ notice: MediaDriver.Notice, at now: Instant) {
        switch notice {
        case .digit(let key, let digit, let duration): report(.digit(key, digit, duration))
        case .playedOut(let key): report(.playedOut(key))
        case .promptPlayed(let key): report(.promptPlayed(key))
        case .lingered(let key):
            agent.hangUp(key, CallEnd(.localHangup, "everything was played"), at: now, into: &outputs)
        case .mediaTimeout(let key, let time):
            let end = CallEnd(.mediaTimeout, "no audio came for \(time.milliseconds / 1000) s")
            agent.hangUp(key, end, at: now, into: &outputs)
        case .failed(let key, let sentence):
            agent.hangUp(key, CallEnd(.localFailure, sentence), at: now, into: &outputs)
        case .fault(let key, let sentence):
            log?.log(.warning, "call.fault", ["call": .of(key), "text": .text(sentence)])
            report(.fault(key, sentence))
        case .statistics(let key, let statistics): report(.statistics(key, statistics))
        case .join(let room, let key, let toRoom, let fromRoom):
            shared.post(.join(room, key, toRoom: toRoom, fromRoom: fromRoom), to: room.home)
        case .leave(let room, let key): shared.post(.leave(room, key), to: room.home)
        }
    }
}

extension StackWorker: DatagramReceiver {
    func receive(_ batch: DatagramBatch, on socket: UDPSocket, at now: Instant) {
        for index in 0..<batch.count {
            let source = batch.source(index)
            let flow = Flow(.udp, local: local(towards: source), remote: source)
            receive(batch.bytes(index), on: flow, at: now)
        }
        perform(at: now)
    }

    /// Whether a datagram is looked at, by who sent it. What is too much is dropped: an answer would be one more packet for a source that
    /// may be forged.
    private func admits(_ bytes: [UInt8], from flow: Flow, at now: Instant) -> Bool {
        guard let admits = configuration.admits, let kind = LimitedRequest(start: bytes.span) else { return true }
        switch admits(kind, flow.remote.ip, now) {
        case .pass: return true
        case .drop: return false
        case .refuse(let after):
            refuseUnseen(bytes, flow, after, at: now)
            return false
        }
    }

    /// 503 without state to who sends too much; once in a while, as the limits say.
    private func refuseUnseen(_ bytes: [UInt8], _ flow: Flow, _ after: Duration, at now: Instant) {
        guard let message = try? Message(parsing: bytes, framing: .datagram) else { return }
        agent.refuseUnseen(message, on: flow, retryAfter: after, into: &outputs)
        perform(at: now)
    }

    /// Parses what came and brings it to the worker that owns it.
    func receive(_ bytes: [UInt8], on flow: Flow, framing: Framing? = nil, at now: Instant) {
        if LimitedRequest(start: bytes.span) == .invite { invites += 1 }
        if flow.transport == .udp, isNoise(datagram: bytes) || !admits(bytes, from: flow, at: now) { return }
        log?.log(.trace, "sip.received", ["peer": .of(flow), "message": .message(bytes)])
        do {
            let message = try Message(
                parsing: bytes, framing: framing ?? (flow.transport == .udp ? .datagram : .stream))
            let owner = WorkerRouting.worker(for: message, of: configuration.workers)
            if owner == index {
                if keeps(message, flow) { agent.receive(message, on: flow, at: now, into: &outputs) }
            } else {
                shared.post(.message(message, flow), to: owner)
            }
        } catch {
            logMalformed(flow, 0, "not SIP: \(error.sentence) (byte \(error.offset))")
        }
    }
}

extension WorkerMetrics.SIPCounts {
    init(_ counters: Endpoint.Counters) {
        self.init()
        (requestsReceived, requestsSent) = (counters.requestsReceived, counters.requestsSent)
        (responsesReceived, strayResponses) = (counters.responsesReceived, counters.strayResponses)
        (malformed, unacknowledged) = (counters.malformed, counters.unacknowledged)
    }
}
