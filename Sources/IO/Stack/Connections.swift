internal import Core

/// The TCP connections of one worker: found by number and by peer, framed into SIP messages (RFC 3261 §18).
///
/// Numbers carry the worker's index in their top byte, so that another worker can tell whose connection a flow names.
final class Connections: TCPListenerOwner, TCPConnectionOwner {
    private struct Entry {
        let connection: TCPConnection
        let flow: Flow
        var framer = StreamFramer()
    }

    private unowned let worker: StackWorker
    private var entries: [UInt64: Entry] = [:]
    private var numbers: [ObjectIdentifier: UInt64] = [:]
    private var byPeer: [SocketAddress: UInt64] = [:]
    private var next: UInt64 = 1

    init(worker: StackWorker) { self.worker = worker }

    /// Connections that are open.
    var count: Int { entries.count }

    /// The worker that owns the connection with this number.
    static func worker(of connection: UInt64) -> Int { Int(connection >> 56) }

    /// Sends on the connection that the flow names, else on any to its peer, else on a new one (RFC 3261 §18.1.1, §18.2.2).
    func send(_ bytes: [UInt8], on flow: Flow) {
        if let entry = entries[flow.connection] ?? byPeer[flow.remote].flatMap({ entries[$0] }) {
            if !entry.connection.send(bytes) { worker.transportFailed(flow) }
            return
        }
        do {
            let limits = TCPConnection.Limits(idleTimeout: worker.configuration.connectionIdle)
            let connection = try connect(to: flow.remote, limits)
            insert(connection, from: flow.local)
            try connection.start(self)
            connection.send(bytes)
        } catch {
            worker.transportFailed(flow)
        }
    }

    /// A connection from one of the ports to dial from, each in its turn; from the kernel's choice where there are none.
    private func connect(to remote: SocketAddress, _ limits: TCPConnection.Limits) throws(IOError) -> TCPConnection {
        guard let ports = worker.configuration.dialPorts else {
            return try TCPConnection(to: remote, on: worker.loop, limits: limits)
        }
        let any: IPAddress = remote.ip.isIPv4 ? .anyIPv4 : .anyIPv6
        let bound = worker.udp.localAddress.ip
        for step in 0..<ports.count {
            let port = ports.lowerBound + UInt16((Int(next) + step) % ports.count)
            let local = SocketAddress(bound.isIPv4 == remote.ip.isIPv4 ? bound : any, port)
            do throws(IOError) {
                return try TCPConnection(to: remote, from: local, on: worker.loop, limits: limits)
            } catch {
                guard error.name == "EADDRINUSE" || error.name == "EADDRNOTAVAIL" else { throw error }
            }
        }
        throw IOError("connect to tcp", "\(remote)", because: "every port of tcp.dial_port is in use")
    }

    private func insert(_ connection: TCPConnection, from local: SocketAddress) {
        let number = UInt64(worker.index) << 56 | next
        next += 1
        let flow = Flow(.tcp, local: local, remote: connection.remoteAddress, connection: number)
        entries[number] = Entry(connection: connection, flow: flow)
        numbers[ObjectIdentifier(connection)] = number
        byPeer[connection.remoteAddress] = number
    }

    // MARK: what happens on connections

    func accepted(_ connection: TCPConnection, at now: Instant) {
        insert(connection, from: worker.local(towards: connection.remoteAddress))
        do {
            try connection.start(self)
        } catch {
            forget(connection)
        }
    }

    func receive(_ bytes: Span<UInt8>, on connection: TCPConnection, at now: Instant) {
        guard let number = numbers[ObjectIdentifier(connection)], let flow = entries[number]?.flow else { return }
        entries[number]?.framer.append(Array(copying: bytes))
        var hasFramed = false
        do {
            while let frame = try entries[number]?.framer.next() {
                hasFramed = true
                switch frame {
                case .message(let bytes): worker.receive(bytes, on: flow, at: now)
                case .keepAlivePing: connection.send([0x0d, 0x0a])  // RFC 5626 §4.4.1
                case .pong: break
                }
            }
        } catch {
            // Where the next message begins is unknown: nothing more can be read (RFC 3261 §18.3).
            worker.logMalformed(flow, 0, "connection closed: \(error.sentence)")
            // What can be read of the message gets its 400. Behind another message its beginning is not known here.
            if !hasFramed { worker.receive(Array(copying: bytes), on: flow, framing: .datagram, at: now) }
            worker.perform(at: now)
            connection.finish()
        }
        worker.perform(at: now)
    }

    func closed(_ connection: TCPConnection, _ reason: TCPConnection.CloseReason, at now: Instant) {
        guard let flow = forget(connection) else { return }
        switch reason {
        case .local, .finished, .idle: break
        case .backlogged, .connectTimedOut, .failed: worker.transportFailed(flow)
        }
        worker.perform(at: now)
    }

    @discardableResult
    private func forget(_ connection: TCPConnection) -> Flow? {
        guard let number = numbers.removeValue(forKey: ObjectIdentifier(connection)),
            let entry = entries.removeValue(forKey: number)
        else { return nil }
        if byPeer[entry.flow.remote] == number { byPeer[entry.flow.remote] = nil }
        return entry.flow
    }
}

extension Array where Element == UInt8 {
    /// A copy of the bytes of a span.
    init(copying span: Span<UInt8>) {
        self.init()
        reserveCapacity(span.count)
        for index in span.indices { append(span[index]) }
    }
}
