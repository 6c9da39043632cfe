package import Core
internal import Synchronization

/// A running bridge: a stack whose calls are routed by trunks and rules, remembered in records, and shown and steered over the
/// control socket.
///
/// Start to finish: `init` opens the stack and the control socket; trunks and rules are read, and new calls are refused until
/// they are there; `drain` lets the calls end; `stop` ends everything.
package final class Bridge: Sendable {
    package let stack: SIPStack
    private let mailbox: Mailbox<BridgeWorker.Input>
    private let thread: WorkerThread
    private let server: ControlServer?
    private let handover: Handover?
    private let controlSocket: String?
    private let isStopped = Atomic(false)

    /// - Parameters:
    ///   - report: hears the events of the stack, on its workers' threads.
    ///   - notify: hears what the bridge has to say, on its own thread.
    package init(
        _ settings: BridgeSettings, _ configuration: StackConfiguration, store: any RoutingStore,
        records: any CallRecordStore, report: @escaping @Sendable (StackEvent) -> Void,
        notify: @escaping @Sendable (BridgeNotice) -> Void
    ) throws(IOError) {
        let started = try ThreadStart<Mailbox<BridgeWorker.Input>>()
        let stores = BridgeWorker.Stores(routing: store, records: records)
        thread = try WorkerThread(name: "bridge") {
            do throws(IOError) {
                let worker = try BridgeWorker(settings, stores, notify)
                started.succeed(worker.mailbox)
                worker.run()
            } catch {
                started.fail(error)
            }
        }
        let mailbox = try started.wait()
        self.mailbox = mailbox
        let door = BridgeDoor(settings) { mailbox.postQuietly(.door($0)) }
        var configuration = configuration
        (handover, controlSocket) = (settings.handover, settings.controlSocket)
        configuration.handover = settings.handover
        configuration.admits = { kind, source, now in door.admits(kind, from: source, at: now) }
        do throws(IOError) {
            let hear: @Sendable (StackEvent) -> Void = { event in
                if BridgeWorker.hears(event) { mailbox.postQuietly(.event(event)) }
                report(event)
            }
            stack = try SIPStack(
                configuration, decide: { door.decide($0, $1) }, report: hear, settle: { mailbox.wake() })
            mailbox.post(.started(stack, door))
            server = try settings.controlSocket.map { path throws(IOError) in
                ControlSocket.removeStale(path)
                return try ControlServer(path: ControlSocket.own(path)) { BridgeWorker.mount(on: &$0, mailbox) }
            }
            Self.follow(settings, mailbox, notify)
        } catch {
            mailbox.post(.stop)
            thread.join()
            settings.handover?.stop()
            throw error
        }
    }

    /// Listens to what the other servers of the state directory mean for this one.
    private static func follow(
        _ settings: BridgeSettings, _ mailbox: Mailbox<BridgeWorker.Input>,
        _ notify: @escaping @Sendable (BridgeNotice) -> Void
    ) {
        let takeName: @Sendable () -> Void = {
            guard let path = settings.controlSocket, !ControlSocket.take(path) else { return }
            let own = ControlSocket.own(path)
            notify(.warning("the control socket \(path) is somebody else's; this server listens on \(own) only"))
        }
        guard let handover = settings.handover else { return takeName() }
        handover.subscribe { news in
            switch news {
            case .fellowship(let fellowship):
                if fellowship.isFirst, fellowship.own.state != .leaving { takeName() }
                if fellowship.isRelieved { notify(.relieved) }
            case .drain: mailbox.post(.replaced)
            case .message, .send: break  // the stack's
            }
        }
    }

    /// Whether no other server of the state directory runs.
    package var isAlone: Bool { handover?.fellowship.others.isEmpty ?? true }

    /// Takes no new calls any more; `notify` hears when the last has ended. At the deadline, if there is one, the rest is
    /// ended with BYE.
    package func drain(deadline: Duration?) { mailbox.post(.drain(deadline)) }

    /// Ends every call politely.
    package func hangUpAll(_ end: CallEnd) { mailbox.post(.hangUpAll(end)) }

    /// Gives the page for Prometheus to `done`, on the bridge's thread.
    package func metrics(_ done: @escaping @Sendable ([UInt8]) -> Void) { mailbox.post(.scrape(done)) }

    /// Follows other settings from now on: running calls keep what they began with. Trunks and rules are read anew. What a bridge is
    /// opened with (its secrets, its socket, its service manager) stays.
    package func use(_ settings: BridgeSettings) { mailbox.post(.use(settings)) }

    /// Reads trunks and rules anew.
    package func reload() { mailbox.post(.tableChanged) }

    /// Ends at once, after the records are written. A second call does nothing.
    package func stop() {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        stack.stop()
        if let controlSocket { ControlSocket.release(controlSocket) }
        server?.stop()
        mailbox.post(.stop)
        thread.join()
        handover?.stop()
    }
}
