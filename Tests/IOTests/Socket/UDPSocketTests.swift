import Core
import IO
import Testing

@Suite("UDPSocket")
struct UDPSocketTests {
    static let loopbacks = [IPAddress.loopback, IPAddress(high: 0, low: 1)]

    private func bind(_ ip: IPAddress = .loopback, timestamps: Bool = false) throws -> UDPSocket {
        try UDPSocket(bind: SocketAddress(ip, 0), receiveBuffer: 1 << 20, timestamps: timestamps)
    }

    /// Answers every datagram, with its first byte flipped.
    final class Echo: DatagramReceiver {
        func receive(_ batch: DatagramBatch, on socket: UDPSocket, at now: Instant) {
            for index in 0..<batch.count {
                batch.withMutableBytes(index) { $0[0] ^= 1 }
                batch.withBytes(index) { _ = socket.queue($0, to: batch.source(index)) }
            }
        }
    }

    final class Collector: DatagramReceiver {
        var received: [[UInt8]] = []
        var sources: Set<SocketAddress> = []
        func receive(_ batch: DatagramBatch, on socket: UDPSocket, at now: Instant) {
            for index in 0..<batch.count {
                received.append(batch.bytes(index))
                sources.insert(batch.source(index))
            }
        }
    }

    @Test("300 datagrams go there and back in order, batched", arguments: loopbacks)
    func echo(ip: IPAddress) throws {
        let loop = try EventLoop()
        let (server, client) = (try bind(ip), try bind(ip))
        let (echo, collector) = (Echo(), Collector())
        #expect(server.localAddress.ip == ip && server.localAddress.port != 0)
        try server.attach(to: loop, batch: DatagramBatch(slotSize: 2048), echo)
        try client.attach(to: loop, batch: DatagramBatch(slotSize: 2048), collector)
        let sent = (0..<300).map { [UInt8($0 & 0xfe), UInt8($0 >> 8)] + [UInt8](repeating: 7, count: $0) }
        for datagram in sent { #expect(client.queue(datagram, to: server.localAddress)) }
        #expect(client.flush())
        try turn(loop) { collector.received.count == sent.count }
        #expect(collector.received == sent.map { [$0[0] ^ 1] + $0[1...] })
        #expect(collector.sources == [server.localAddress])
        #expect(client.dropped == 0 && server.dropped == 0)
        server.detach()
        client.detach()
    }

    @Test("a datagram longer than its slot is cut")
    func truncation() throws {
        let (server, client) = (try bind(), try bind())
        let batch = DatagramBatch(capacity: 4, slotSize: 100)
        for size in [100, 101] { client.send([UInt8](repeating: 1, count: size), to: server.localAddress) }
        #expect(server.receiveBatch(into: batch) == 2)
        #expect((0..<2).map(batch.length) == [100, 100])
    }

    @Test("the kernel's timestamps lie between sending and reading, on our clock")
    func timestamps() throws {
        let (server, client) = (try bind(timestamps: true), try bind())
        let batch = DatagramBatch(capacity: 4, slotSize: 100)
        // Skewed readings of the two clocks: preemption between them. One good round in some is enough.
        let isGood = try (0..<20).contains { _ in
            let before = SystemClock.now()
            client.send([1], to: server.localAddress)
            let sent = SystemClock.now()
            try #require(server.receiveBatch(into: batch) == 1)
            let arrival = batch.arrival(0)
            return arrival >= before - .microseconds(50) && arrival <= sent + .microseconds(50)
        }
        #expect(isGood)
    }

    @Test("one datagram at a time, as for RTP")
    func single() throws {
        let (server, client) = (try bind(), try bind())
        #expect(client.send([1, 2, 3], to: server.localAddress))
        var buffer = [UInt8](repeating: 0, count: 16)
        var span = buffer.mutableSpan
        let received = server.receive(into: &span)
        #expect(received?.length == 3 && received?.source == client.localAddress)
        #expect(buffer[..<3] == [1, 2, 3])
        var again = buffer.mutableSpan
        let nothing = server.receive(into: &again)
        #expect(nothing == nil)
    }

    @Test("an address in use is named in one sentence")
    func addressInUse() throws {
        let first = try bind()
        let error = #expect(throws: IOError.self) { try UDPSocket(bind: first.localAddress) }
        #expect(error?.name == "EADDRINUSE")
        #expect(error?.description == "cannot bind udp \(first.localAddress): address already in use")
    }

    @Test("workers share a port with SO_REUSEPORT")
    func reusePort() throws {
        let first = try UDPSocket(bind: SocketAddress(.loopback, 0), reusePort: true)
        let second = try UDPSocket(bind: first.localAddress, reusePort: true)
        #expect(first.localAddress == second.localAddress)
    }

    @Test("what the kernel refuses is reported and does not hold up the rest")
    func refusal() throws {
        let (server, client) = (try bind(), try bind())
        var refused: [(SocketAddress, String)] = []
        client.onRefusal = { refused.append(($0, $1.name)) }
        let nowhere = SocketAddress(IPAddress(high: 0, low: 1), 9)  // IPv6 through an IPv4 socket
        client.queue([1], to: server.localAddress)
        client.queue([2], to: nowhere)
        client.queue([3], to: server.localAddress)
        #expect(client.flush())
        #expect(refused.map(\.0) == [nowhere])
        #expect(refused.map(\.1) == ["EAFNOSUPPORT"])
        #expect(client.dropped == 1)
        #expect(server.receiveBatch(into: DatagramBatch(capacity: 4, slotSize: 10)) == 2)
    }

    @Test("the queue is bounded in bytes, and a datagram that fits nowhere is dropped and counted")
    func bounded() throws {
        let server = try bind()
        let client = try UDPSocket(bind: SocketAddress(.loopback, 0), queueLimit: (slots: 2, bytes: 100))
        #expect(!client.queue([UInt8](repeating: 0, count: 101), to: server.localAddress))
        #expect(client.dropped == 1)
        for number in 0..<5 { #expect(client.queue([UInt8(number)], to: server.localAddress)) }
        client.flush()
        let batch = DatagramBatch(capacity: 8, slotSize: 10)
        #expect(server.receiveBatch(into: batch) == 5)
        #expect((0..<5).map { batch.bytes($0) } == (0..<5).map { [UInt8($0)] })
    }
}
