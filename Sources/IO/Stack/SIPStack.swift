package import Core
internal import Media
internal import Synchronization

/// A running SIP stack: N workers on threads of their own, with calls, media and local rooms.
///
/// Start to finish: `init` binds every socket, so that what cannot be bound is known at once; `run` starts the threads; orders may be
/// given from any thread; `stop` ends the threads and waits for them.
package final class SIPStack: Sendable {
    /// The address that SIP is received on, with the real port when 0 was asked for.
    package let address: SocketAddress
    let shared: StackShared
    private let configuration: StackConfiguration
    private let threads: Mutex<[WorkerThread]>
    private let nextWorker = Atomic<Int>(0)
    private let isStopped = Atomic(false)

    /// Binds the sockets and starts the workers.
    /// - Parameters:
    ///   - decide: what to do with a new call. Runs on a worker: must not block.
    ///   - report: hears every event, on the workers' threads, in order for each call: must not block.
    ///   - settle: called on the same threads behind the last of some events and decisions, for who passes them on in batches.
    package init(
        _ configuration: StackConfiguration,
        decide: @escaping @Sendable (CallKey, IncomingCall) -> IncomingDecision,
        report: @escaping @Sendable (StackEvent) -> Void, settle: @escaping @Sendable () -> Void = {}
    ) throws(IOError) {
        DescriptorLimit.raise()
        let ports = try RTPPortAllocator(range: configuration.rtpPorts, draining: configuration.rtpRest)
        shared = StackShared(
            ports: ports, files: try FileThread(), workers: max(configuration.workers, 1), decide: decide,
            report: report, settle: settle)
        self.configuration = configuration
        threads = Mutex([])
        if let handover = configuration.handover, handover.fellowship.fellows.isEmpty, configuration.listen.port != 0 {
            try PortProbe.require(configuration.listen)
        }
        // Each worker is made on its own thread, one after the other: the first finds the port that the others share.
        var listen = configuration.listen
        var mailboxes: [Mailbox<StackWorker.Order>] = []
        var attempts = 16
        while mailboxes.count < max(configuration.workers, 1) {
            do throws(IOError) {
                let worker = try Self.start(mailboxes.count, configuration, listen, shared)
                (listen, attempts) = (worker.address, 0)
                mailboxes.append(worker.mailbox)
                threads.withLock { $0.append(worker.thread) }
            } catch {
                // The kernel's choice for UDP may be taken for TCP: it chooses anew.
                attempts -= 1
                if listen.port == 0, error.name == "EADDRINUSE", attempts > 0 { continue }
                for mailbox in mailboxes { mailbox.post(.stop) }
                throw error
            }
        }
        address = listen
        shared.open(mailboxes)
        if let handover = configuration.handover {
            Self.join(handover, at: address, workers: mailboxes.count, shared)
        }
    }

    /// Starts one worker and waits until its sockets are open.
    private static func start(
        _ index: Int, _ configuration: StackConfiguration, _ listen: SocketAddress, _ shared: StackShared
    ) throws(IOError) -> (thread: WorkerThread, address: SocketAddress, mailbox: Mailbox<StackWorker.Order>) {
        let started = try Started()
        let thread = try WorkerThread(name: "worker-\(index)") {
            do throws(IOError) {
                let worker = try StackWorker(index: index, configuration, listen: listen, shared)
                started.succeed(worker.udp.localAddress, try worker.open())
                worker.loop.run()
            } catch {
                started.fail(error)
            }
        }
        let (address, mailbox) = try started.wait()
        return (thread, address, mailbox)
    }

    /// Places a call towards an address. The reply comes from the worker that owns the call from then on.
    package func dial(
        _ call: OutgoingCall, to remote: SocketAddress, _ transport: Transport, _ program: LegProgram,
        reply: @escaping @Sendable (Result<DialledCall, IOError>) -> Void
    ) {
        let worker = nextWorker.wrappingAdd(1, ordering: .relaxed).oldValue % max(configuration.workers, 1)
        let flow = Flow(transport, local: address, remote: remote)
        shared.post(.dial(call, flow, program, reply: reply), to: worker)
    }

    /// Our address as a peer must see it.
    package func localAddress(towards remote: SocketAddress) -> SocketAddress {
        if let advertised = configuration.advertised { return SocketAddress(advertised, address.port) }
        guard address.ip.isUnspecified else { return address }
        return SocketAddress(LocalAddress.towards(remote) ?? .loopback, address.port)
    }

    /// Answers a call that rings by `IncomingDecision.ring`; nothing when it does not any more.
    package func answer(_ key: CallKey) { shared.post(.answer(key), to: Int(key.worker)) }

    /// What to do with a call about which `IncomingDecision.later` was said; nothing when its caller has given up.
    package func decide(_ key: CallKey, _ call: IncomingCall, _ decision: IncomingDecision) {
        shared.post(.decide(key, call, decision), to: Int(key.worker))
    }

    /// Ends a call: BYE with these header fields, CANCEL or a refusal, as its state asks.
    package func hangUp(_ key: CallKey, _ end: CallEnd, headers: [(name: String, value: String)] = []) {
        shared.post(.hangUp(key, end, headers: headers), to: Int(key.worker))
    }

    /// Puts the peer of a call on hold. What comes of it is reported as progress.
    package func hold(_ key: CallKey) { shared.post(.hold(key, true), to: Int(key.worker)) }

    /// Takes the peer back.
    package func resume(_ key: CallKey) { shared.post(.hold(key, false), to: Int(key.worker)) }

    /// Ends every call politely.
    package func hangUpAll(_ end: CallEnd) { everyone { .hangUpAll(end) } }

    /// Follows other rules from now on.
    package func use(_ rules: UserAgent.Rules) { everyone { .use(rules) } }

    /// Refuses new calls with 503 from now on; running calls go on.
    package func drain() { everyone { .drain } }

    /// Every local room with its number of members.
    package var rooms: [(name: String, members: Int)] { shared.rooms.all.map { ($0.room.name, $0.members) } }

    /// What each worker has counted, and how it stands now. Asks no worker: cheap enough for every scrape.
    package var metrics: [WorkerMetrics] {
        shared.boards.indices.map { index in
            var metrics = shared.boards[index].read()
            let media = shared.figures[index].read()
            metrics.name = "\(index)"
            metrics.mailboxDepth = shared.depth(of: index)
            metrics.tickLateness = media.lateness.histogram
            (metrics.rtp.sent, metrics.rtp.received) = (media.packetsSent, media.packetsReceived)
            metrics.rtp.refused = media.packetsRefused
            return metrics
        }
    }

    /// Stops the workers at once, waits for their threads and for the recordings. Calls should have been hung up before. A
    /// second call does nothing.
    package func stop() {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        configuration.handover?.leave()
        everyone { .stop }
        for thread in threads.withLock({ $0 }) { thread.join() }
        shared.files.close()
    }

    private func everyone(_ order: () -> StackWorker.Order) {
        for worker in 0..<max(configuration.workers, 1) { shared.post(order(), to: worker) }
    }
}
