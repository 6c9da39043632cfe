import Core
import Media
import Support
import Testing

@testable import IO

/// The media of two workers, and of a third whose calls are the telephones at the other end, over real sockets but on a clock of its
/// own: nothing waits.
final class DriverRig {
    /// A call of worker 0 or 1, and its telephone, which speaks one frequency.
    struct Call {
        let key: CallKey
        let phone: CallKey
    }

    /// Frequencies that telephones speak and prompts have, in hertz.
    static let frequencies = [425, 500, 700, 900, 1100]
    private static let phoneWorker = 2

    let shared: StackShared
    let drivers: [MediaDriver]
    /// What legs reported, by the driver's index, but neither rooms nor figures.
    private(set) var notices: [MediaDriver.Notice] = []
    /// What telephones heard, by frequency.
    private let events: Mailbox<StackEvent>
    /// In the past, so that every packet arrives at the instant of the tick that reads it.
    private(set) var now = SystemClock.now() - .seconds(3600)
    private var keys: UInt64 = 0
    private var ports: [CallKey: UInt16] = [:]

    init() throws {
        let events = try Mailbox<StackEvent>()
        self.events = events
        let shared = StackShared(
            ports: try RTPPortAllocator(range: 30_000...31_999), files: try FileThread(), workers: 3,
            decide: { _, _ in .refuse(486, "") }, report: { events.post($0) }, settle: {})
        self.shared = shared
        var configuration = StackConfiguration()
        configuration.workers = 3
        drivers = try (0..<3).map { try MediaDriver(index: $0, on: EventLoop(), shared, configuration) }
        for driver in drivers { driver.onNotices = { [unowned self, unowned driver] in take(driver) } }
    }

    private func take(_ driver: MediaDriver) {
        let taken = driver.notices
        driver.notices.removeAll()
        for notice in taken {
            switch notice {
            case .join(let room, let key, let toRoom, let fromRoom):
                drivers[room.home].joinRemote(room, key, toRoom: toRoom, fromRoom: fromRoom, at: now)
            case .leave(let room, let key): drivers[room.home].leaveRemote(room, key)
            default: notices.append(notice)
            }
        }
    }

    /// Opens the leg of a call that is not answered yet, and its telephone.
    func open(on worker: Int, _ program: LegProgram, speaks frequency: Int) throws -> Call {
        keys += 1
        let call = Call(
            key: CallKey(worker: UInt8(worker), number: keys),
            phone: CallKey(worker: UInt8(Self.phoneWorker), number: keys))
        var phone = LegProgram()
        phone.audio = .tone(Double(frequency))
        for (key, program) in [(call.key, program), (call.phone, phone)] {
            let pair = try shared.ports.open(on: .loopback, at: now)
            ports[key] = pair.rtp.localAddress.port
            try drivers[Int(key.worker)].open(key, program, pair, at: now)
        }
        return call
    }

    /// Starts the media of both ends, as early media and answers do.
    func configure(_ call: Call, telephoneEvents: Bool = true) {
        for (key, other) in [(call.key, call.phone), (call.phone, call.key)] {
            let remote = ports[other].map { SocketAddress(.loopback, $0) }
            let plan = MediaPlan(
                codec: .pcmu, payloadTypeToSend: 0, payloadTypesToReceive: [0: .pcmu],
                telephoneEventToSend: telephoneEvents ? 101 : nil, telephoneEventToReceive: 101, remoteRTP: remote)
            drivers[Int(key.worker)].configure(key, plan, cname: [120], seed: key.number &* 0x1234_5678_9abc, at: now)
        }
    }

    /// Starts the media of a call whose peer sends nothing.
    func configure(_ call: Call, from remote: SocketAddress?) {
        let plan = MediaPlan(
            codec: .pcmu, payloadTypeToSend: 0, payloadTypesToReceive: [0: .pcmu], telephoneEventToSend: nil,
            telephoneEventToReceive: nil, remoteRTP: remote)
        drivers[Int(call.key.worker)].configure(call.key, plan, cname: [120], seed: 7, at: now)
    }

    func answer(_ call: Call) {
        for key in [call.key, call.phone] { drivers[Int(key.worker)].answered(key) }
    }

    /// A call that talks.
    func call(on worker: Int, _ program: LegProgram, speaks frequency: Int) throws -> Call {
        let call = try open(on: worker, program, speaks: frequency)
        configure(call)
        answer(call)
        return call
    }

    func hangUp(_ call: Call) {
        for key in [call.key, call.phone] { drivers[Int(key.worker)].close(key) }
    }

    func order(_ order: MediaOrder, on call: Call) { drivers[Int(call.key.worker)].obey(order, on: call.key, at: now) }

    /// Ticks every worker.
    func run(_ ticks: Int) {
        for _ in 0..<ticks {
            now = now + MediaDriver.interval
            for driver in drivers { driver.wake(at: now) }
        }
    }

    /// Which frequencies a telephone hears, once what was before has died away.
    func hears(_ call: Call) -> [Int] {
        run(30)
        var detectors = Self.frequencies.map { Goertzel(frequency: Double($0)) }
        for _ in 0..<25 {
            run(1)
            guard let leg = drivers[Self.phoneWorker].leg(call.phone) else { return [] }
            for index in detectors.indices { detectors[index].add(leg.received.span) }
        }
        return Self.frequencies.indices.filter { detectors[$0].takeAmplitude() > 2000 }.map { Self.frequencies[$0] }
    }

    /// Digits that came to an end of a call, in order.
    func digits(at key: CallKey) -> String {
        notices.compactMap { if case .digit(key, let digit, _) = $0 { "\(digit)" } else { nil } }.joined()
    }

    /// How often a call's prompt was played to its end.
    func promptsPlayed(_ call: Call) -> Int {
        notices.count { if case .promptPlayed(call.key) = $0 { true } else { false } }
    }

    /// Calls that were given up because no audio came, and after how many seconds.
    var timeouts: [String] {
        notices.compactMap {
            if case .mediaTimeout(let key, let time) = $0 { "\(key) \(time.milliseconds / 1000)" } else { nil }
        }
    }

    /// What went wrong: of ticks and orders, and of files once their thread has done what it has to do.
    func faults() -> [String] {
        let isDone = try? Mailbox<Bool>()
        shared.files.finish { isDone?.post(true) }
        while isDone?.depth == 0 { _ = Polling.wait(isDone?.fd ?? 0, .readable, atMost: .seconds(1)) }
        var reported: [StackEvent] = []
        events.drain(into: &reported)
        let late = reported.compactMap { if case .fault(_, let text) = $0 { text } else { nil } }
        return notices.compactMap { if case .fault(_, let text) = $0 { text } else { nil } } + late
    }

    /// The rooms with their number of members.
    var rooms: [String] { shared.rooms.all.map { "\($0.room.name) \($0.members)" } }
}

extension LegProgram {
    init(_ audio: Audio, _ change: (inout Self) -> Void = { _ in }) {
        self.init()
        self.audio = audio
        change(&self)
    }
}
