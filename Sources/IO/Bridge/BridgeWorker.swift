internal import Core

/// The bridge's own thread: keeps the calls, answers the control socket, writes the records. What it hears comes by mailbox,
/// the news of one call in their order. Audio and SIP stay with the stack's workers.
final class BridgeWorker: DeadlineOwner {
    /// What it is told and asked.
    enum Input: Sendable {
        case started(SIPStack, BridgeDoor)
        case door(BridgeDoor.News)
        case event(StackEvent)
        case request(HTTPRequest, HTTPResponder, ControlAction)
        case use(BridgeSettings)
        /// Something else changed trunks or rules.
        case tableChanged
        case loaded(Result<RoutingTable, StoreError>)
        case applied(SIPService.Reply, APIEncoding, Result<Void, StoreError>, HTTPResponder)
        case begun(Result<[CallRecordID], StoreError>)
        case pruned(Result<Int, StoreError>)
        case recorded(RecordBacklog.Attempt, Result<Void, StoreError>)
        case resolved(PlacedCall, Result<[IPAddress], IOError>)
        case dialled(PlacedCall, Result<DialledCall, IOError>)
        case scrape(@Sendable ([UInt8]) -> Void)
        case drain(Duration?)
        /// Another server takes the place of this one.
        case replaced
        case hangUpAll(CallEnd)
        case stop
    }

    struct Stores: Sendable {
        let routing: any RoutingStore
        let records: any CallRecordStore
    }

    private(set) var settings: BridgeSettings
    let stores: Stores
    let notify: @Sendable (BridgeNotice) -> Void
    private let loop: EventLoop
    private var inbox: Inbox<Input>?
    let lookup: AddressLookup

    var stack: SIPStack?
    var door: BridgeDoor?
    var table = RoutingTable()
    var calls: [CallKey: LiveCall] = [:]
    var keys: [String: CallKey] = [:]
    /// Which callers wait for company.
    var lobby = Lobby()
    /// Calls that came before trunks and rules were read.
    var undecided: [CallKey: IncomingCall] = [:]
    /// Which refused calls get a record.
    var journal = RefusalJournal()
    /// The records that the store has not taken yet.
    var backlog = RecordBacklog()
    /// Whether the loop ends with the store's next answer.
    private(set) var isLeaving = false
    var ids: IDSource
    var random = SystemRandom()
    let instance: InstanceID
    let startedAt = BridgeWorker.wallTime
    /// Deadlines of PIN entry, by call.
    var pinDeadlines = DeadlineQueue<CallKey>()
    /// Set while nothing new is taken.
    var draining: Draining?
    /// Who follows the calls, and who follows the records.
    var listeners: [HTTPStream] = []
    var recordListeners: [HTTPStream] = []
    var metrics = WorkerMetrics()
    /// When metrics were read last, and the CPU time until then.
    var lastScrape = (time: SystemClock.now(), cpu: SystemClock.processCPU())
    private var hasToldOfStore = false
    private var watchdog: Instant?
    private var isLoaded: Result<Void, StoreError>?
    private var housekeeping: Instant
    private var toldUnrecorded = 0
    private var toldLost = 0
    private var toldRivals: Set<RuleRivals> = []
    /// Whether there is room for new calls, and when that is measured next.
    var load = LoadGuard()
    var measured = (at: SystemClock.now(), cpu: SystemClock.processCPU())
    var measuresNext: Instant?
    var shortage: Shortage?

    struct Draining {
        var deadline: Instant?
        var cut = 0
        var isOver = false
    }

    init(
        _ settings: BridgeSettings, _ stores: Stores, _ notify: @escaping @Sendable (BridgeNotice) -> Void
    ) throws(IOError) {
        (self.settings, self.stores, self.notify) = (settings, stores, notify)
        load.policy = settings.load
        metrics.trunks = TrunkSeriesTable(limit: settings.metrics.values)
        loop = try EventLoop()
        lookup = try AddressLookup()
        housekeeping = SystemClock.now() + .seconds(60)
        ids = IDSource(worker: 0, seed: (random.next(), random.next()))
        instance = InstanceID("I_" + AdmissionContext.suffix(from: (random.next(), random.next())))
        inbox = try Inbox(on: loop, busyPause: .milliseconds(5)) { [unowned self] (input: Input, now) in
            take(input, at: now)
        }
        loop.add(deadlines: self)
    }

    var mailbox: Mailbox<Input> {
        guard let inbox else { preconditionFailure("the inbox is made by init") }
        return inbox.mailbox
    }

    func run() {
        let mailbox = mailbox
        stores.records.begin(instance, at: Self.wallTime) { mailbox.post(.begun($0)) }
        stores.routing.watch { mailbox.post(.tableChanged) }
        reload()
        loop.run()
    }

    /// The wall clock, since 1970.
    static var wallTime: Duration {
        let (seconds, nanoseconds) = SystemClock.wallClock()
        return .seconds(seconds) + .nanoseconds(Int64(nanoseconds))
    }

    // MARK: time

    var deadline: Instant? {
        earliest(
            earliest(pinDeadlines.earliest, earliest(housekeeping, measuresNext)),
            earliest(draining?.deadline, watchdog))
    }

    func wake(at now: Instant) {
        if let due = watchdog, due <= now { beat(at: now) }
        if let due = measuresNext, due <= now { measure(at: now) }
        while let key = pinDeadlines.popDue(at: now) { movePIN(key, at: now) { $0.advance(to: now, into: &$1) } }
        if let due = draining?.deadline, due <= now { cut() }
        if housekeeping <= now {
            housekeeping = now + .seconds(60)
            keepHouse()
        }
    }

    /// What is to be done once a minute.
    private func keepHouse() {
        prune()
        retryRecord()
        if case .failure = isLoaded { reload() }
        let all = journal.unrecorded + (door?.unrecorded ?? 0)
        let unrecorded = all - toldUnrecorded
        toldUnrecorded = all
        if unrecorded > 0 {
            notify(.warning("\(unrecorded) refused calls of the last minute have no record: there were too many"))
        }
        let lost = backlog.lost - toldLost
        toldLost = backlog.lost
        if lost > 0 {
            notify(.warning("\(lost) call records of the last minute are lost: too many wait to be written"))
        }
    }

    /// How many records are forgotten in one transaction.
    private static let pruneBatch = 500

    private func prune() {
        guard !settings.recordLimits.isUnlimited else { return }
        let mailbox = mailbox
        stores.records.prune(to: settings.recordLimits, at: Self.wallTime, batch: Self.pruneBatch) {
            mailbox.post(.pruned($0))
        }
    }

    /// Says that this thread, through which every order goes, still turns.
    private func beat(at now: Instant) {
        settings.manager?.notify(.watchdog)
        watchdog = settings.manager?.watchdogInterval.map { now + $0 }
    }

    // MARK: news

    private func take(_ input: Input, at now: Instant) {
        switch input {
        case .started(let stack, let door):
            (self.stack, self.door) = (stack, door)
            tellDoor()
            settings.manager?.notify(.ready)
            beat(at: now)
            measure(at: now)
        case .door(.entered(let key, let call, let entry)): enter(key, call, entry, at: now)
        case .door(.turnedAway(let call, let away, let id)): turnAway(call, away, id, at: now)
        case .door(.undecided(let key, let call)): decideLater(key, call)
        case .door(.rivals(let rivals)): notify(.warning(rivals.sentence))
        case .event(let event): hear(event, at: now)
        case .request(let request, let responder, let action): answer(request, responder, action, at: now)
        case .use(let settings):
            self.settings = settings.keeping(self.settings)
            door?.use(settings)
            load.policy = settings.load
            tellRules()
            reload()
        case .tableChanged: reload()
        case .loaded(let result): use(result)
        case .applied(let reply, let encoding, let result, let responder): finish(reply, encoding, result, responder)
        case .begun(.success(let crashed)):
            if !crashed.isEmpty {
                notify(
                    .warning("\(crashed.count) calls of an earlier run were cut by a crash; their records are closed"))
            }
            prune()
        case .pruned(.success(let count)): if count == Self.pruneBatch { prune() }
        case .begun(.failure(let error)), .pruned(.failure(let error)): tell(error)
        case .recorded(let attempt, let result): settle(attempt, result)
        case .resolved(let placed, let result): dial(placed, result)
        case .dialled(let placed, let result): follow(placed, result, at: now)
        case .scrape(let done): done(metricsPage())
        case .drain(let deadline): drain(deadline, at: now)
        case .replaced: drain(settings.drainDeadline, at: now)
        case .hangUpAll(let end): stack?.hangUpAll(end)
        case .stop:
            for stream in listeners + recordListeners { stream.finish() }
            guard backlog.unwritten > 0 else { return stopLoop() }
            isLeaving = true
            retryRecord()
        }
    }

    func stopLoop() { loop.stop() }

    private func reload() {
        let mailbox = mailbox
        stores.routing.load { mailbox.post(.loaded($0)) }
    }

    private func use(_ result: Result<RoutingTable, StoreError>) {
        switch result {
        case .success(let table):
            hasToldOfStore = false
            self.table = table
            isLoaded = .success(())
            let rivals = table.ruleRivals
            for pair in rivals where !toldRivals.contains(pair) { notify(.warning(pair.sentence)) }
            toldRivals = Set(rivals)
        case .failure(let error):
            // What was read before stays in force.
            if isLoaded == nil { isLoaded = .failure(error) }
            tell(error)
        }
        tellDoor()
    }

    /// Opens the door with the trunks and rules that were read, or keeps it shut when they cannot be.
    private func tellDoor() {
        guard let door, let stack, let isLoaded else { return }
        switch isLoaded {
        case .success:
            door.use(table)
            announceServing()
        case .failure: door.fail()
        }
        for (key, call) in undecided.sorted(by: { $0.key.number < $1.key.number }) {
            stack.decide(key, call, door.decide(key, call))
        }
        undecided = [:]
        mailbox.wake()  // the door has posted its news quietly
    }

    /// Tells the other servers that new calls can be given to this one; with the first time, that it takes their place.
    private func announceServing() {
        settings.handover?.announce(.serving)
        if settings.replacesOthers { settings.handover?.replaceOthers() }
        settings.replacesOthers = false
    }

    /// A call came before trunks and rules were read.
    private func decideLater(_ key: CallKey, _ call: IncomingCall) {
        undecided[key] = call
        tellDoor()
    }

    /// Tells of a failure of the store once, until it works again.
    func tell(_ error: StoreError) {
        if hasToldOfStore { return }
        hasToldOfStore = true
        notify(.storeFailed(error))
    }

    // MARK: draining

    private func drain(_ deadline: Duration?, at now: Instant) {
        if draining == nil {
            settings.handover?.announce(.draining)
            stack?.drain()
            draining = Draining()
            settings.manager?.notify(.stopping)
            notify(.draining(calls: calls.count))
            // Nobody comes any more: another server may have company for them.
            for key in lobby.waiting {
                hangUp(key, CallEnd(.shutdown, status: 503, "the server takes no new calls because it is draining"))
            }
        }
        if let deadline { draining?.deadline = now + deadline }
        finishDraining()
    }

    /// The deadline of draining: the calls that are left are ended.
    private func cut() {
        draining?.deadline = nil
        for key in calls.keys.sorted(by: { $0.description < $1.description }) {
            calls[key]?.isCut = true
            hangUp(key, CallEnd(.shutdown, status: 503, "the server shuts down"))
        }
    }

    /// Called when a call has ended while draining.
    func finishDraining() {
        guard let draining, !draining.isOver, calls.isEmpty else { return }
        self.draining?.isOver = true
        notify(.drained(cut: draining.cut))
    }
}
