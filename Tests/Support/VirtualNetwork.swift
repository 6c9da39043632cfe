package import Core

/// User agents on a virtual clock and a network with seeded loss, delay, reorder and duplication. Nothing waits: `run` jumps
/// from event to event.
package final class VirtualNetwork {
    package struct Conditions {
        package var loss = 0.0
        package var duplication = 0.0
        /// Each datagram takes a delay from this range, so that a wide range reorders.
        package var delay: ClosedRange<Int64> = 5...5

        package init(loss: Double = 0, duplication: Double = 0, delayMs: ClosedRange<Int64> = 5...5) {
            (self.loss, self.duplication, self.delay) = (loss, duplication, delayMs)
        }
    }

    /// One user agent with what happened to it.
    package final class Node {
        package let name: String
        package let address: SocketAddress
        package var agent: UserAgent
        /// What the node does with a new call; by default it answers.
        package var onIncoming: (Node, CallKey, IncomingCall, Instant) -> Void = { node, key, _, now in
            node.order { $0.accept(key, node.media(), at: now, into: &$1) }
        }
        package fileprivate(set) var progress: [CallKey: [CallProgress]] = [:]
        package fileprivate(set) var plans: [CallKey: [MediaPlan]] = [:]
        package fileprivate(set) var ends: [CallKey: CallEnd] = [:]
        package fileprivate(set) var incoming: [CallKey] = []
        package fileprivate(set) var refused: [(status: Int, reason: String)] = []
        /// The servers that share the address; nil for a node that has its own.
        package var fellowship: Fellowship?
        fileprivate var outputs: [UserAgent.Output] = []
        private var ports: UInt16 = 20_000

        fileprivate init(
            _ name: String, _ address: SocketAddress, _ configuration: UserAgent.Configuration,
            server: ServerNumber? = nil, seed: UInt64
        ) {
            (self.name, self.address) = (name, address)
            let ids = IDSource(worker: configuration.worker, server: server, seed: (seed, seed ^ 0x5555))
            agent = UserAgent(configuration, ids: ids)
        }

        /// Gives the agent an order; its outputs are performed by the network's next step.
        package func order(_ order: (inout UserAgent, inout [UserAgent.Output]) -> Void) { order(&agent, &outputs) }

        /// Fresh local media on the next port.
        package func media(_ codecs: [AudioCodec] = AudioCodec.supported) -> OfferAnswer {
            ports += 2
            return OfferAnswer(
                local: LocalMedia(address: address.ip, port: ports, codecs: codecs), sessionID: UInt64(ports),
                sessionName: "sipctl")
        }
    }

    private struct Packet {
        let due: Instant
        let order: UInt64
        let from: SocketAddress
        let to: SocketAddress
        let transport: Transport
        let bytes: [UInt8]
    }

    package private(set) var now = Instant.zero
    /// One line per message that arrived: `120 a>b INVITE` or `125 b>a 200 INVITE`, the time in milliseconds.
    package private(set) var ladder: [String] = []
    /// How often a server has given a message to another one.
    package private(set) var handedOver = 0
    /// Sees and may drop a message before it is sent: return false to lose it.
    package var filter: (_ from: String, _ to: String, Message) -> Bool = { _, _, _ in true }
    /// Which of the nodes that share an address gets a message from the network.
    package var receiver: (Message, [Node]) -> Node = { $1[0] }
    private var nodes: [Node] = []
    /// By IP address: a scripted peer hears what is sent to any of its ports.
    private var peers: [IPAddress: ScriptedPeer] = [:]
    private var packets: [Packet] = []
    private var random: SeededRandom
    private let conditions: Conditions
    private var sent: UInt64 = 0

    package init(seed: UInt64 = 1, _ conditions: Conditions = Conditions()) {
        (random, self.conditions) = (SeededRandom(seed: seed), conditions)
    }

    package func node(_ name: String, _ configuration: UserAgent.Configuration = .init()) -> Node {
        let node = Node(name, freshAddress(), configuration, seed: random.next())
        nodes.append(node)
        return node
    }

    /// Servers of one state directory on one address, the oldest first; all serve.
    package func servers(_ names: [String], _ configuration: UserAgent.Configuration = .init()) -> [Node] {
        let address = freshAddress()
        var known: [FellowServer] = []
        let made = names.map { name in
            let number = ServerNumber(random.next())
            let started = Instant.zero + .seconds(Int64(known.count))
            known.append(FellowServer(number, pid: 1, startedAt: started, state: .serving, listen: address))
            return Node(name, address, configuration, server: number, seed: random.next())
        }
        for (node, own) in zip(made, known) {
            node.fellowship = Fellowship(own, known.filter { $0.number != own.number })
        }
        nodes += made
        return made
    }

    /// Has a server drain, and tells the others.
    package func drain(_ node: Node) {
        node.agent.isDraining = true
        guard let draining = node.fellowship?.draining else { return }
        node.fellowship = draining
        for other in nodes where other !== node {
            guard let fellowship = other.fellowship else { continue }
            let rest = fellowship.others.filter { $0.number != draining.own.number }
            other.fellowship = Fellowship(fellowship.own, rest + [draining.own])
        }
    }

    private func freshAddress() -> SocketAddress {
        SocketAddress(IPAddress(v4: 0xc000_0201 + UInt32(nodes.count)), 5060)
    }

    /// A peer that says only what the test has it say.
    package func peer(_ name: String, _ transport: Transport = .udp) -> ScriptedPeer {
        let address = SocketAddress(IPAddress(v4: 0xc633_6401 + UInt32(peers.count)), 5060)
        let peer = ScriptedPeer(name, address, transport, on: self)
        peers[address.ip] = peer
        return peer
    }

    /// The flow from one node to another.
    package func flow(_ a: Node, _ b: Node, _ transport: Transport = .udp) -> Flow {
        Flow(transport, local: a.address, remote: b.address)
    }

    /// Places a call from `a` to `b`.
    package func dial(
        _ a: Node, _ b: Node, _ transport: Transport = .udp, edit: (inout OutgoingCall) -> Void = { _ in }
    ) -> CallKey {
        dial(a, b.address, transport, edit: edit)
    }

    /// Places a call from `a` to an address.
    package func dial(
        _ a: Node, _ address: SocketAddress, _ transport: Transport = .udp,
        edit: (inout OutgoingCall) -> Void = { _ in }
    ) -> CallKey {
        guard let target = SIPURI("sip:room@\(address)"), let from = SIPURI("sip:\(a.name)@\(a.address)") else {
            fatalError("the test's own URIs are valid")
        }
        var call = OutgoingCall(target: target, from: from)
        edit(&call)
        let media = a.media()
        var key: CallKey?
        let flow = Flow(transport, local: a.address, remote: address)
        a.order { key = $0.dial(call, media, on: flow, at: self.now, into: &$1) }
        guard let key else { fatalError("dial always makes a call") }
        return key
    }

    /// Puts raw bytes on the wire towards a node.
    package func inject(_ bytes: [UInt8], from: SocketAddress, to node: Node, _ transport: Transport = .udp) {
        enqueue(bytes, from: from, to: node.address, transport)
    }

    /// Puts raw bytes on the wire towards an address.
    package func inject(_ bytes: [UInt8], from: SocketAddress, to address: SocketAddress, _ transport: Transport) {
        enqueue(bytes, from: from, to: address, transport)
    }

    /// Performs everything up to `duration` from now.
    package func run(for duration: Duration) {
        let end = now + duration
        while step(until: end) {}
        now = end
    }

    /// Performs everything until nothing is left to do or `limit` has passed.
    package func settle(limit: Duration = .seconds(600)) {
        let end = now + limit
        while step(until: end) {}
    }

    private func step(until end: Instant) -> Bool {
        for node in nodes { perform(node) }
        var next = packets.map(\.due).min()
        for node in nodes { next = earliest(next, node.agent.deadline) }
        guard let next, next <= end else { return false }
        now = max(now, next)
        if let index = packets.indices.filter({ packets[$0].due <= now }).min(by: {
            (packets[$0].due.nanoseconds, packets[$0].order) < (packets[$1].due.nanoseconds, packets[$1].order)
        }) {
            deliver(packets.remove(at: index))
        } else {
            for node in nodes { node.order { $0.advance(to: self.now, into: &$1) } }
        }
        return true
    }

    private func deliver(_ packet: Packet) {
        guard let message = try? Message(parsing: packet.bytes, framing: .datagram) else { return }
        let method = String(decoding: message.method.token, as: UTF8.self)
        ladder.append(
            "\(now.milliseconds) \(name(packet.from))>\(name(packet.to)) "
                + (message.isRequest ? method : "\(message.statusCode) \(method)"))
        if let peer = peers[packet.to.ip] {
            return peer.receive(
                .init(at: now, from: packet.from, to: packet.to, transport: packet.transport, message: message))
        }
        let sharing = nodes.filter { $0.address == packet.to }
        guard !sharing.isEmpty else { return }
        let node = receiver(message, sharing)
        let flow = Flow(
            packet.transport, local: packet.to, remote: packet.from, connection: packet.transport == .udp ? 0 : 1)
        let place = node.fellowship?.place(of: message, over: flow.transport) { node.agent.knows(message) }
        bring(message, flow, from: node, to: place ?? .here)
    }

    /// Brings a message to the server that it is for, as `StackWorker` does.
    private func bring(_ message: Message, _ flow: Flow, from node: Node, to place: Fellowship.Place) {
        switch place {
        case .here: node.order { $0.receive(message, on: flow, at: self.now, into: &$1) }
        case .there(let number, let way):
            guard let other = nodes.first(where: { $0.fellowship?.own.number == number }) else { return }
            let isDone = way.isEmpty || other.agent.knows(message)
            handedOver += 1
            bring(message, flow, from: other, to: isDone ? .here : other.fellowship?.next(on: way) ?? .here)
        }
    }

    private func name(_ address: SocketAddress) -> String {
        nodes.first { $0.address == address }?.name ?? peers[address.ip]?.name ?? "?"
    }

    private func perform(_ node: Node) {
        while !node.outputs.isEmpty {
            let batch = node.outputs
            node.outputs.removeAll()
            for output in batch {
                switch output {
                case .send(let bytes, let flow): enqueue(bytes, from: node.address, to: flow.remote, flow.transport)
                case .incoming(let key, let call):
                    node.incoming.append(key)
                    node.onIncoming(node, key, call, now)
                case .progress(let key, let progress): node.progress[key, default: []].append(progress)
                case .media(let key, let plan): node.plans[key, default: []].append(plan)
                case .ended(let key, let end): node.ends[key] = end
                case .refused(_, _, let status, let reason), .malformed(_, let status, let reason):
                    node.refused.append((status, reason))
                case .turnedAway, .response, .acknowledged: break  // told in other words, too
                }
            }
        }
    }

    private func enqueue(_ bytes: [UInt8], from: SocketAddress, to: SocketAddress, _ transport: Transport) {
        if let message = try? Message(parsing: bytes, framing: .datagram),
            !filter(name(from), name(to), message)
        {
            return
        }
        let copies: Int
        if transport == .udp {
            if Double.random(in: 0..<1, using: &random) < conditions.loss { return }
            copies = Double.random(in: 0..<1, using: &random) < conditions.duplication ? 2 : 1
        } else {
            copies = 1
        }
        for _ in 0..<copies {
            let delay =
                transport == .udp ? Int64.random(in: conditions.delay, using: &random) : conditions.delay.lowerBound
            sent += 1
            packets.append(
                Packet(
                    due: now + .milliseconds(delay), order: sent, from: from, to: to, transport: transport, bytes: bytes
                ))
        }
    }
}
