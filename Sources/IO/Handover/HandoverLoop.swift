internal import Core
import CLinux
import Glibc

/// The thread of a `Handover`: knows the other servers, passes packets to and from them, and says when they come and go.
///
/// A server that starts connects to every one that is there, so any two have one connection, and its end tells of the end
/// of the other, however it ends: nothing is watched, and nothing from the network causes a look into the directory.
final class HandoverLoop: DescriptorOwner, DeadlineOwner {
    enum Order: Sendable {
        case subscribe(@Sendable (HandoverNews) -> Void)
        case send(HandoverPacket, to: ServerNumber)
        case replaceOthers
        case state(FellowServer.State)
        /// The address, once its port is known.
        case listens(SocketAddress)
        case leave(done: @Sendable () -> Void)
        case stop
    }

    /// How long a start waits for the others to say who they are.
    private static let introduction = Duration.seconds(1)
    /// How long a server that ends waits for what is still on its way to it.
    private static let leaveTaking = Duration.milliseconds(300)

    let loop: EventLoop
    /// Where the links read into: the longest packet, a message of 64 KiB with what goes before it, fits.
    var buffer = [UInt8](repeating: 0, count: 96 << 10)
    private let directory: String
    private let listener: Descriptor
    private var door: EventLoop.Registration?
    private(set) var own: FellowServer
    private var links: [HandoverLink] = []
    private var subscribers: [@Sendable (HandoverNews) -> Void] = []
    private let show: @Sendable (Fellowship) -> Void
    private var inbox: Inbox<Order>?
    private var leaving: (due: Instant, done: @Sendable () -> Void)?

    /// - Parameter show: hears who is there, whenever that changes.
    init(
        _ own: FellowServer, in directory: String, _ show: @escaping @Sendable (Fellowship) -> Void
    ) throws(IOError) {
        (self.own, self.directory, self.show) = (own, directory, show)
        loop = try EventLoop()
        listener = try HandoverSocket.listen(own.number, in: directory)
        inbox = try Inbox(on: loop) { [unowned self] (order: Order, now) in obey(order, at: now) }
        door = try loop.add(listener.raw, .readable, self)
        loop.add(deadlines: self)
        let now = SystemClock.now()
        for number in HandoverSocket.numbers(in: directory) where number != own.number { connect(number, at: now) }
    }

    var mailbox: Mailbox<Order> {
        guard let inbox else { preconditionFailure("the inbox is made by init") }
        return inbox.mailbox
    }

    /// Waits until every server that is there has said who it is; one that hangs is not waited for.
    func introduce() {
        let end = SystemClock.now() + Self.introduction
        while links.contains(where: { $0.fellow == nil }), SystemClock.now() < end { loop.turn(until: end) }
        show(fellowship)
    }

    /// Passes packets until the order to stop; then the file goes.
    func run() {
        loop.run()
        unsafe _ = unlink("\(directory)/\(HandoverSocket.name(own.number))")
        if let door { loop.remove(door) }
        for link in links { link.close() }
        links.removeAll()
        inbox?.close()
        loop.remove(deadlines: self)
    }

    private var fellowship: Fellowship { Fellowship(own, others) }

    /// The others that are there; two connections to one server count once.
    private var others: [FellowServer] {
        var known: Set<ServerNumber> = [own.number]
        return links.compactMap(\.fellow).filter { known.insert($0.number).inserted }
    }

    // MARK: connections

    private func connect(_ number: ServerNumber, at now: Instant) {
        guard let socket = HandoverSocket.connect(number, in: directory) else { return }
        greet(socket, at: now)
    }

    private func greet(_ socket: consuming Descriptor, at now: Instant) {
        guard let link = try? HandoverLink(socket, self, at: now) else { return }
        links.append(link)
        link.send(.hello(own), at: now)
    }

    func ready(_ events: IOEvents, at now: Instant) {
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let fd = sipctl_accept4(listener.raw, nil, nil, flags)
        if fd >= 0 { greet(Descriptor(owning: fd), at: now) }
    }

    /// A connection has ended, or its server hangs. One that only hung has missed our news, so it is looked for once more.
    func lost(_ link: HandoverLink, at now: Instant) {
        link.close()
        links.removeAll { $0 === link }
        if let fellow = link.fellow {
            changed()
            if fellow.state != .leaving, leaving == nil { connect(fellow.number, at: now) }
        }
        finishLeaving()
    }

    // MARK: packets

    func receive(_ packet: HandoverPacket, from link: HandoverLink, at now: Instant) {
        switch packet {
        case .hello(let fellow):
            link.fellow = fellow
            changed()
        case .state(let state):
            link.fellow?.state = state
            changed()
            if state == .leaving { link.prepareFarewell(at: now) }
        case .farewell:
            link.close()
            links.removeAll { $0 === link }
            finishLeaving()
        case .drain: tell(.drain)
        case .message(let bytes, let flow, let way): tell(.message(bytes, flow, way: way))
        case .send(let bytes, let connection): tell(.send(bytes, connection: connection))
        case .ping: link.send(.pong, at: now)
        case .pong: break  // it was heard, which is all
        }
    }

    private func changed() {
        show(fellowship)
        tell(.fellowship(fellowship))
    }

    private func tell(_ news: HandoverNews) { for subscriber in subscribers { subscriber(news) } }

    private func obey(_ order: Order, at now: Instant) {
        switch order {
        case .subscribe(let subscriber):
            subscribers.append(subscriber)
            subscriber(.fellowship(fellowship))
        case .send(let packet, let number): send(packet, to: number, at: now)
        case .replaceOthers:
            for link in links where link.fellow?.listen == own.listen { link.send(.drain, at: now) }
        case .state(let state):
            guard state > own.state else { return }
            own.state = state
            for link in links { link.send(.state(state), at: now) }
            changed()
        case .listens(let address):
            guard address != own.listen else { return }
            own.listen = address
            for link in links { link.send(.hello(own), at: now) }
            changed()
        case .leave(let done):
            own.state = .leaving
            for link in links { link.send(.state(.leaving), at: now) }
            leaving = (now + Self.leaveTaking, done)
            finishLeaving()
        case .stop: loop.stop()
        }
    }

    /// Sends to a server. What was for one that has gone meanwhile comes back, as what nobody there knew.
    private func send(_ packet: HandoverPacket, to number: ServerNumber, at now: Instant) {
        if let link = links.last(where: { $0.fellow?.number == number }) { return link.send(packet, at: now) }
        if case .message(let bytes, let flow, let way) = packet { tell(.message(bytes, flow, way: way)) }
    }

    // MARK: leaving

    var deadline: Instant? { leaving?.due }

    func wake(at now: Instant) {
        guard let due = leaving?.due, due <= now else { return }
        for link in links { link.close() }
        links.removeAll()
        finishLeaving()
    }

    private func finishLeaving() {
        guard let leaving, links.isEmpty else { return }
        self.leaving = nil
        leaving.done()
    }
}
