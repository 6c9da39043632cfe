/// What servers of one state directory say to each other: one packet on a Unix socket that keeps packets apart.
///
/// The two may be of different releases, so a layout stays: fields are added at the end, what follows the known ones is ignored,
/// and so is a packet of an unknown kind.
package enum HandoverPacket: Hashable, Sendable {
    /// The first packet in each direction: who is there.
    case hello(FellowServer)
    /// Where the sender stands now.
    case state(FellowServer.State)
    /// The sender has heard of a state `leaving` and sends nothing more.
    case farewell
    /// The receiver shall drain, as by a signal.
    case drain
    /// A message from the network, with the servers that are asked after this one. The local end of its flow is the receiver's own.
    case message([UInt8], Flow, way: [ServerNumber])
    /// Bytes for a connection of the receiver.
    case send([UInt8], connection: UInt64)
    /// Asks for a `pong`, so that a process that hangs is found out.
    case ping
    case pong

    /// More servers than this are not asked.
    static let longestWay = 16

    private enum Kind: UInt8 { case hello = 1, state, farewell, drain, message, send, ping, pong }

    // MARK: writing

    package var bytes: [UInt8] {
        var out: [UInt8] = []
        switch self {
        case .hello(let server):
            out.append(Kind.hello.rawValue)
            out.append(big: UInt64(server.number.rawValue), 4)
            out.append(big: UInt64(UInt32(bitPattern: server.pid)), 4)
            out.append(big: UInt64(bitPattern: server.startedAt.nanoseconds), 8)
            out.append(server.state.rawValue)
            out.append(server.listen)
        case .state(let state): out += [Kind.state.rawValue, state.rawValue]
        case .farewell: out.append(Kind.farewell.rawValue)
        case .drain: out.append(Kind.drain.rawValue)
        case .ping: out.append(Kind.ping.rawValue)
        case .pong: out.append(Kind.pong.rawValue)
        case .message(let message, let flow, let way):
            out.reserveCapacity(message.count + 64)
            out += [Kind.message.rawValue, UInt8(min(way.count, Self.longestWay))]
            // The last takes the message, so it stays.
            for number in way.prefix(Self.longestWay - 1) + way.dropFirst(Self.longestWay - 1).suffix(1) {
                out.append(big: UInt64(number.rawValue), 4)
            }
            out.append(flow.transport.rawValue)
            out.append(big: flow.connection, 8)
            out.append(flow.remote)
            out += message
        case .send(let message, let connection):
            out.append(Kind.send.rawValue)
            out.append(big: connection, 8)
            out += message
        }
        return out
    }

    // MARK: reading

    /// Reads a packet; nil for what cannot be read, an unknown kind included.
    package init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let kind = reader.byte().flatMap({ Kind(rawValue: $0) }) else { return nil }
        switch kind {
        case .hello:
            guard let server = reader.server() else { return nil }
            self = .hello(server)
        case .state:
            guard let state = reader.byte().flatMap({ FellowServer.State(rawValue: $0) }) else { return nil }
            self = .state(state)
        case .farewell: self = .farewell
        case .drain: self = .drain
        case .ping: self = .ping
        case .pong: self = .pong
        case .message:
            guard let way = reader.way(), let flow = reader.flow() else { return nil }
            self = .message(reader.rest, flow, way: way)
        case .send:
            guard let connection = reader.number(8) else { return nil }
            self = .send(reader.rest, connection: connection)
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        var rest: [UInt8] { Array(bytes[index...]) }

        mutating func number(_ count: Int) -> UInt64? {
            guard count <= bytes.count - index else { return nil }
            defer { index += count }
            return bytes[index..<index + count].reduce(0) { $0 << 8 | UInt64($1) }
        }

        mutating func byte() -> UInt8? { number(1).map { UInt8(truncatingIfNeeded: $0) } }

        mutating func address() -> SocketAddress? {
            guard let high = number(8), let low = number(8), let port = number(2) else { return nil }
            return SocketAddress(IPAddress(high: high, low: low), UInt16(truncatingIfNeeded: port))
        }

        mutating func server() -> FellowServer? {
            guard let number = number(4), let pid = self.number(4), let start = self.number(8),
                let state = byte().flatMap({ FellowServer.State(rawValue: $0) }), let listen = address()
            else { return nil }
            return FellowServer(
                ServerNumber(number), pid: Int32(truncatingIfNeeded: pid),
                startedAt: Instant(nanoseconds: Int64(bitPattern: start)), state: state, listen: listen)
        }

        mutating func way() -> [ServerNumber]? {
            guard let count = byte(), count <= HandoverPacket.longestWay else { return nil }
            var way: [ServerNumber] = []
            for _ in 0..<count {
                guard let number = number(4) else { return nil }
                way.append(ServerNumber(number))
            }
            return way
        }

        mutating func flow() -> Flow? {
            guard let transport = byte().flatMap({ Transport(rawValue: $0) }), let connection = number(8),
                let remote = address()
            else { return nil }
            return Flow(transport, local: SocketAddress(.anyIPv4, 0), remote: remote, connection: connection)
        }
    }
}

extension [UInt8] {
    /// Appends the low `count` bytes of a number, the highest first.
    fileprivate mutating func append(big number: UInt64, _ count: Int) {
        for place in (0..<count).reversed() { append(UInt8(truncatingIfNeeded: number >> UInt64(place * 8))) }
    }

    fileprivate mutating func append(_ address: SocketAddress) {
        append(big: address.ip.high, 8)
        append(big: address.ip.low, 8)
        append(big: UInt64(address.port), 2)
    }
}
