internal import Core

/// The thread of an `HTTPServer`: its loop, listeners and connections.
final class HTTPServerLoop {
    let loop: EventLoop
    let limits: HTTPServer.Limits
    private(set) var addresses: [HTTPServer.Address] = []
    private var doors: [HTTPDoor] = []
    private var connections: [UInt64: HTTPServerConnection] = [:]
    private var lastConnection: UInt64 = 0
    private var inbox: Inbox<HTTPServerOrder>?
    /// When the remaining connections are cut; nil while serving.
    private var stopDeadline: Instant?

    var mailbox: Mailbox<HTTPServerOrder> {
        guard let inbox else { preconditionFailure("the box is opened by init") }
        return inbox.mailbox
    }

    init(_ listeners: [HTTPServer.Listener], _ limits: HTTPServer.Limits) throws(IOError) {
        (loop, self.limits) = (try EventLoop(), limits)
        inbox = try Inbox(on: loop) { [unowned self] order, now in perform(order, at: now) }
        do throws(IOError) {
            for listener in listeners {
                let door = try HTTPDoor(listener, self)
                doors.append(door)
                addresses.append(door.address)
            }
        } catch {
            letGo()
            throw error
        }
        loop.add(deadlines: self)
    }

    /// Serves until the stop is complete.
    func run() {
        loop.run()
        loop.remove(deadlines: self)
        letGo()
        // The last turn reports the connections closed, which lets them go.
        loop.turn(until: .zero)
    }

    /// Takes everything off the loop, which would keep it alive.
    private func letGo() {
        for door in doors { door.close() }
        doors.removeAll()
        inbox?.close()
    }

    fileprivate func accepted(_ connection: TCPConnection, through door: HTTPDoor, at now: Instant) {
        // One that is dropped here closes.
        guard connections.count < limits.connections, stopDeadline == nil else { return }
        lastConnection += 1
        let served = HTTPServerConnection(lastConnection, connection, door.listener, self, at: now)
        guard (try? connection.start(served)) != nil else { return }
        connections[lastConnection] = served
    }

    func remove(_ id: UInt64) {
        connections[id] = nil
        if stopDeadline != nil, connections.isEmpty { loop.stop() }
    }

    private func perform(_ order: HTTPServerOrder, at now: Instant) {
        switch order {
        case .respond(let id, let response): connections[id.connection]?.respond(response, to: id.number, at: now)
        case .begin(let id, let status, let headers, let books):
            if let connection = connections[id.connection] {
                connection.begin(status, headers, books, to: id.number, at: now)
            } else {
                books.close()
            }
        case .chunk(let id, let bytes): connections[id.connection]?.send(bytes, to: id.number, at: now)
        case .end(let id): connections[id.connection]?.end(id.number, at: now)
        case .drop(let id): connections[id.connection]?.drop(id.number)
        case .watch(let id, let action):
            if let connection = connections[id.connection] { connection.watch(id.number, action) } else { action() }
        case .stop: stop(at: now)
        }
    }

    private func stop(at now: Instant) {
        stopDeadline = now + limits.timing.linger
        for door in doors { door.close() }
        doors.removeAll()
        for connection in connections.values { connection.stop(at: now) }
        if connections.isEmpty { loop.stop() }
    }
}

extension HTTPServerLoop: DeadlineOwner {
    var deadline: Instant? { stopDeadline }

    func wake(at now: Instant) {
        guard let stopDeadline, stopDeadline <= now else { return }
        for connection in connections.values { connection.cut() }
        loop.stop()
    }
}

/// One listener of a server.
private final class HTTPDoor: TCPListenerOwner {
    let listener: HTTPServer.Listener
    let address: HTTPServer.Address
    private unowned let server: HTTPServerLoop
    private let tcp: TCPListener?
    private let unix: UnixListener?

    init(_ listener: HTTPServer.Listener, _ server: HTTPServerLoop) throws(IOError) {
        (self.listener, self.server) = (listener, server)
        let limits = TCPConnection.Limits(queue: server.limits.responseQueue)
        switch listener.address {
        case .tcp(let address):
            let tcp = try TCPListener(bind: address, reusePort: listener.sharesPort, backlog: 128, limits: limits)
            (self.tcp, unix, self.address) = (tcp, nil, .tcp(tcp.localAddress))
            try tcp.attach(to: server.loop, self)
        case .unix(let path):
            let unix = try UnixListener(path: path, limits: limits)
            (tcp, self.unix, address) = (nil, unix, .unix(path))
            try unix.attach(to: server.loop, self)
        }
    }

    func accepted(_ connection: TCPConnection, at now: Instant) { server.accepted(connection, through: self, at: now) }

    func close() {
        tcp?.detach()
        unix?.detach()
    }
}
