internal import Core

/// The stack's part of the bond with other servers of the state directory.
extension SIPStack {
    /// Tells the workers of the others, and gives them what these hand over. Called once every worker runs.
    static func join(_ handover: Handover, at address: SocketAddress, workers: Int, _ shared: StackShared) {
        handover.announce(address)
        handover.subscribe { [weak shared] news in
            guard let shared else { return }
            switch news {
            case .fellowship(let fellowship):
                for worker in 0..<workers { shared.post(.fellowship(fellowship), to: worker) }
            case .message(let bytes, let flow, let way):
                let framing: Framing = flow.transport == .udp ? .datagram : .stream
                guard let message = try? Message(parsing: bytes, framing: framing) else { return }
                shared.post(.handed(message, flow, way: way), to: WorkerRouting.worker(for: message, of: workers))
            case .send(let bytes, let number):
                let connection = HandedConnection.local(number)
                let flow = Flow(
                    .tcp, local: address, remote: SocketAddress(.anyIPv4, 0), connection: connection)
                shared.post(.send(bytes, flow), to: Connections.worker(of: connection))
            case .drain: break  // an order to the bridge
            }
        }
    }
}

/// What a worker does with messages that may be another server's.
extension StackWorker {
    /// Whether a message that belongs to this worker stays here; otherwise it is on its way to another server.
    func keeps(_ message: Message, _ flow: Flow) -> Bool {
        guard let fellowship else { return true }
        return pass(message, flow, fellowship.place(of: message, over: flow.transport) { agent.knows(message) })
    }

    /// Takes a message that another server has handed over, or hands it on.
    func take(_ message: Message, _ flow: Flow, way: [ServerNumber], at now: Instant) {
        var flow = flow
        flow.local = local(towards: flow.remote)
        if HandedConnection.server(of: flow.connection) == configuration.handover?.number {
            flow.connection = HandedConnection.local(flow.connection)
        }
        let isDone = way.isEmpty || agent.knows(message)
        let place = isDone ? .here : fellowship?.next(on: way) ?? .here
        guard pass(message, flow, place) else { return }
        log?.log(.trace, "sip.taken_over", ["peer": .of(flow), "message": .message(Array(message.bytes))])
        agent.receive(message, on: flow, at: now, into: &outputs)
    }

    /// Hands a message to where it belongs. True when that is here, or when it cannot be handed over.
    private func pass(_ message: Message, _ flow: Flow, _ place: Fellowship.Place) -> Bool {
        guard case .there(let number, let way) = place, let handover = configuration.handover else { return true }
        var flow = flow
        if flow.transport.isReliable {
            guard let connection = HandedConnection.number(of: flow.connection, at: handover.number) else {
                return true
            }
            flow.connection = connection
        }
        handover.hand(message.bytes, flow, to: number, way: way)
        return false
    }

    /// Sends over TCP: on a connection of this worker, of another worker, or of another server.
    func sendTCP(_ bytes: [UInt8], _ flow: Flow) {
        if let server = HandedConnection.server(of: flow.connection) {
            if let handover = configuration.handover,
                fellowship?.fellows.contains(where: { $0.number == server }) == true
            {
                return handover.send(bytes, connection: flow.connection, of: server)
            }
            // That server has gone with its connections.
            return connections.send(bytes, on: Flow(.tcp, local: flow.local, remote: flow.remote))
        }
        let owner = Connections.worker(of: flow.connection)
        if flow.connection == 0 || owner == index {
            connections.send(bytes, on: flow)
        } else {
            shared.post(.send(bytes, flow), to: owner)
        }
    }
}
