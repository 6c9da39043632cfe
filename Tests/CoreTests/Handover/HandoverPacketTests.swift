import Core
import Testing

@Suite("Packets between the servers of one state directory")
struct HandoverPacketTests {
    private static let server = FellowServer(
        ServerNumber(0xabcdef), pid: 4711, startedAt: Instant(nanoseconds: 123_456_789_012), state: .draining,
        listen: SocketAddress(IPAddress(high: 0x2001_0db8_0000_0000, low: 1), 5060))
    private static let flow = Flow(
        .tcp, local: SocketAddress(.anyIPv4, 0), remote: SocketAddress(.loopback, 5062),
        connection: 0xff00_0001_0000_0002)
    private static let packets: [HandoverPacket] = [
        .hello(server), .state(.leaving), .farewell, .drain, .ping, .pong,
        .message(Array("BYE sip:a@b SIP/2.0\r\n".utf8), flow, way: [ServerNumber(1), ServerNumber(0xffffff)]),
        .message([], flow, way: []), .send([1, 2, 3], connection: 0xff00_0000_0400_0007),
    ]

    @Test("what is written is read", arguments: packets)
    func roundTrip(packet: HandoverPacket) { #expect(HandoverPacket(packet.bytes) == packet) }

    @Test("a packet that is cut is none, or a shorter message", arguments: packets)
    func cut(packet: HandoverPacket) {
        for count in 0..<packet.bytes.count {
            guard let read = HandoverPacket(Array(packet.bytes[..<count])) else { continue }
            switch (packet, read) {
            case (.message(let whole, let flow, let way), .message(let part, let readFlow, let readWay)):
                #expect(part.count < whole.count && whole.starts(with: part))
                #expect(readFlow == flow && readWay == way)
            case (.send(let whole, let connection), .send(let part, let readConnection)):
                #expect(part.count < whole.count && whole.starts(with: part))
                #expect(readConnection == connection)
            default: Issue.record("cut to \(count) bytes it reads as \(read)")
            }
        }
    }

    @Test("a hello of a later release has more fields; a packet of an unknown kind is ignored")
    func later() {
        #expect(HandoverPacket(HandoverPacket.hello(Self.server).bytes + [1, 2, 3]) == .hello(Self.server))
        #expect(HandoverPacket([200, 1, 2]) == nil)
    }

    @Test("of a way that is too long the last stays, who takes the message")
    func longWay() {
        let way = (1...40).map { ServerNumber(UInt64($0)) }
        guard case .message(_, _, let read) = HandoverPacket(HandoverPacket.message([], Self.flow, way: way).bytes)
        else {
            Issue.record("cannot be read")
            return
        }
        #expect(read == Array(way[..<15]) + [way[39]])
    }

    @Test(
        "a server's number is six hexadecimal digits",
        arguments: [
            ("000000", 0), ("00001f", 31), ("ffffff", 0xffffff), ("fffff", nil), ("fffffff", nil), ("FFFFFF", nil),
            ("00000g", nil),
        ] as [(String, UInt64?)])
    func number(text: String, value: UInt64?) {
        #expect(ServerNumber(text.utf8) == value.map { ServerNumber($0) })
        if let value { #expect(ServerNumber(value).description == text) }
    }

    @Test("a connection's number says whose it is, and is the old one there")
    func connection() throws {
        let server = ServerNumber(0x123456)
        let local: UInt64 = 3 << 56 | 77
        let handed = try #require(HandedConnection.number(of: local, at: server))
        #expect(HandedConnection.server(of: handed) == server)
        #expect(HandedConnection.local(handed) == local)
        #expect(
            HandedConnection.number(of: handed, at: ServerNumber(9)) == handed, "handed on, it stays the first one's")
        #expect(HandedConnection.server(of: local) == nil && HandedConnection.local(local) == local)
        #expect(HandedConnection.number(of: 0, at: server) == nil)
        #expect(HandedConnection.number(of: 3 << 56 | 1 << 26, at: server) == nil)
    }
}
