import Core
import IO
import Testing

@Suite("TCP")
struct TCPTests {
    /// Books of one side's connections.
    final class Side: TCPConnectionOwner, TCPListenerOwner {
        var connections: [TCPConnection] = []
        var received: [UInt8] = []
        var connectedCount = 0
        var peerFinishedCount = 0
        var closed: [TCPConnection.CloseReason] = []
        var echoes = false
        var accepts = true
        var finishesWithPeer = true

        func accepted(_ connection: TCPConnection, at now: Instant) {
            guard accepts, (try? connection.start(self)) != nil else { return }
            connections.append(connection)
        }
        func connected(_ connection: TCPConnection, at now: Instant) { connectedCount += 1 }
        func receive(_ bytes: Span<UInt8>, on connection: TCPConnection, at now: Instant) {
            if echoes { _ = connection.send(bytes) }
            for index in bytes.indices { received.append(bytes[index]) }
        }
        func peerFinished(_ connection: TCPConnection, at now: Instant) {
            peerFinishedCount += 1
            if finishesWithPeer { connection.finish() }
        }
        func closed(_ connection: TCPConnection, _ reason: TCPConnection.CloseReason, at now: Instant) {
            connections.removeAll { $0 === connection }
            closed.append(reason)
        }
    }

    private let loop: EventLoop
    private let server = Side()
    private let client = Side()

    init() throws { loop = try EventLoop() }

    private func listen(
        _ ip: IPAddress = .loopback, limits: TCPConnection.Limits = TCPConnection.Limits()
    ) throws -> TCPListener {
        let listener = try TCPListener(bind: SocketAddress(ip, 0), limits: limits)
        try listener.attach(to: loop, server)
        return listener
    }

    private func connect(
        to listener: TCPListener, limits: TCPConnection.Limits = TCPConnection.Limits()
    ) throws -> TCPConnection {
        let connection = try TCPConnection(to: listener.localAddress, on: loop, limits: limits)
        try connection.start(client)
        return connection
    }

    @Test(
        "a megabyte goes there and back whole, then both sides finish",
        arguments: [IPAddress.loopback, IPAddress(high: 0, low: 1)])
    func echo(ip: IPAddress) throws {
        server.echoes = true
        let listener = try listen(ip, limits: TCPConnection.Limits(queue: 1 << 21))
        let connection = try connect(to: listener, limits: TCPConnection.Limits(queue: 1 << 21))
        let sent = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(connection.send(sent))
        try turn(loop) { client.received.count == sent.count }
        #expect(client.received == sent)
        #expect(client.connectedCount == 1)
        #expect(connection.localAddress.port != 0)
        connection.finish()
        #expect(!connection.send([1]))
        try turn(loop) { client.closed.count == 1 && server.closed.count == 1 }
        #expect(client.closed == [.finished] && server.closed == [.finished])
        #expect(server.peerFinishedCount == 1)
        listener.detach()
    }

    @Test("half-closed: the side that finished still receives")
    func halfClose() throws {
        server.finishesWithPeer = false
        let listener = try listen()
        let connection = try connect(to: listener)
        connection.finish()
        try turn(loop) { server.peerFinishedCount == 1 }
        let accepted = try #require(server.connections.first)
        #expect(accepted.send([1, 2, 3]))
        try turn(loop) { client.received == [1, 2, 3] }
        accepted.finish()
        try turn(loop) { client.closed == [.finished] && server.closed == [.finished] }
        listener.detach()
    }

    @Test("a refused connection is reported from the loop with its address")
    func refused() throws {
        let address = try TCPListener(bind: SocketAddress(.loopback, 0)).localAddress
        let connection = try TCPConnection(to: address, on: loop)
        try connection.start(client)
        try turn(loop) { !client.closed.isEmpty }
        #expect(client.closed == [.failed(IOError("connect to tcp", "\(address)", code: 111))])
        guard case .failed(let error) = client.closed[0] else { return }
        #expect(error.description == "cannot connect to tcp \(address): connection refused")
    }

    @Test("no answer within the connect timeout")
    func connectTimeout() throws {
        // A full backlog leaves further SYNs unanswered.
        let listener = try TCPListener(bind: SocketAddress(.loopback, 0), backlog: 0)
        let first = try TCPConnection(to: listener.localAddress, on: loop)
        let fillers = try (0..<3).map { _ in try TCPConnection(to: listener.localAddress, on: loop) }
        let limits = TCPConnection.Limits(connectTimeout: .milliseconds(20))
        let last = try TCPConnection(to: listener.localAddress, on: loop, limits: limits)
        try last.start(client)
        try turn(loop) { !client.closed.isEmpty }
        #expect(client.closed == [.connectTimedOut])
        withExtendedLifetime((first, fillers)) {}
    }

    @Test("a silent peer is dropped after the idle timeout")
    func idle() throws {
        let listener = try listen(limits: TCPConnection.Limits(idleTimeout: .milliseconds(30)))
        let connection = try connect(to: listener)
        let begin = SystemClock.now()
        connection.send([1])
        try turn(loop) { server.closed.count == 1 }
        #expect(server.closed == [.idle])
        #expect(SystemClock.now() - begin >= .milliseconds(30))
        try turn(loop) { client.closed.count == 1 }
        listener.detach()
    }

    @Test("a peer that does not read ends the connection at the queue limit")
    func backlogged() throws {
        server.accepts = true
        let listener = try listen()
        let connection = try connect(to: listener, limits: TCPConnection.Limits(queue: 100_000))
        try turn(loop) { client.connectedCount == 1 && server.connections.count == 1 }
        // Nothing turns the loop here, so nobody reads: the kernel takes some megabytes, then the queue fills.
        let chunk = [UInt8](repeating: 0, count: 50_000)
        var rounds = 0
        while connection.send(chunk), rounds < 10_000 { rounds += 1 }
        #expect(rounds < 10_000)
        #expect(client.closed.isEmpty)  // reported by the loop, not from within send
        try turn(loop) { client.closed.count == 1 }
        #expect(client.closed == [.backlogged])
        listener.detach()
    }

    @Test("close reports local here and the end over there")
    func close() throws {
        let listener = try listen()
        let connection = try connect(to: listener)
        try turn(loop) { client.connectedCount == 1 && server.connections.count == 1 }
        connection.close()
        connection.close()
        try turn(loop) { client.closed.count == 1 && server.closed.count == 1 }
        #expect(client.closed == [.local] && server.closed == [.finished])
        listener.detach()
    }

    @Test("a connection that the listener's owner drops is closed")
    func dropped() throws {
        server.accepts = false
        let listener = try listen()
        let connection = try connect(to: listener)
        try turn(loop) { client.closed.count == 1 }
        #expect(client.connectedCount == 1)
        #expect(connection.queued == 0)
        listener.detach()
    }

    @Test("an address in use is named")
    func inUse() throws {
        let listener = try TCPListener(bind: SocketAddress(.loopback, 0))
        let error = #expect(throws: IOError.self) { try TCPListener(bind: listener.localAddress) }
        #expect(error?.description == "cannot listen on tcp \(listener.localAddress): address already in use")
    }
}
