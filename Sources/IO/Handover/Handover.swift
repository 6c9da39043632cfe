package import Core
internal import Glibc
internal import Synchronization

/// What comes from the other servers of the state directory, on the handover thread.
package enum HandoverNews: Sendable {
    /// Who is there has changed.
    case fellowship(Fellowship)
    /// A message from the network that another server has received, and who else is to be asked.
    case message([UInt8], Flow, way: [ServerNumber])
    /// Bytes for a connection of ours.
    case send([UInt8], connection: UInt64)
    /// Another server takes our place: drain.
    case drain
}

/// The bond between the servers of one state directory: each knows the others, and they hand each other what the kernel gave to the
/// wrong one (docs/architecture.md). A server that is alone pays for it with one idle thread.
///
/// Start to finish: `init` finds the others; `subscribe` tells of them and of what they send; `leave` takes in what is still on its way;
/// `stop` ends the thread.
package final class Handover: Sendable {
    /// Tells this server apart from the others.
    package let number: ServerNumber
    private let mailbox: Mailbox<HandoverLoop.Order>
    private let thread: WorkerThread
    private let view: View
    private let isStopped = Atomic(false)

    private final class View: Sendable {
        let fellowship: Mutex<Fellowship>

        init(_ fellowship: Fellowship) { self.fellowship = Mutex(fellowship) }
    }

    /// Opens the socket of this server in `directory` and meets the others. `listen` is where SIP will be received.
    package init(directory: String, listen: SocketAddress) throws(IOError) {
        var random = SystemRandom()
        let taken = HandoverSocket.numbers(in: directory)
        var number = ServerNumber(random.next())
        while taken.contains(number) { number = ServerNumber(random.next()) }
        let own = FellowServer(number, pid: getpid(), startedAt: SystemClock.now(), listen: listen)
        let view = View(Fellowship(own))
        (self.number, self.view) = (number, view)
        let started = try ThreadStart<Mailbox<HandoverLoop.Order>>()
        thread = try WorkerThread(name: "handover") {
            do throws(IOError) {
                let loop = try HandoverLoop(own, in: directory) { fellowship in
                    view.fellowship.withLock { $0 = fellowship }
                }
                loop.introduce()
                started.succeed(loop.mailbox)
                loop.run()
            } catch {
                started.fail(error)
            }
        }
        mailbox = try started.wait()
    }

    deinit { stop() }

    /// Who is there now.
    package var fellowship: Fellowship { view.fellowship.withLock { $0 } }

    /// Hears the news from now on, on the handover thread; first who is there.
    package func subscribe(_ hear: @escaping @Sendable (HandoverNews) -> Void) { mailbox.post(.subscribe(hear)) }

    /// Hands a message to another server, and then to those on its way.
    package func hand(_ message: [UInt8], _ flow: Flow, to number: ServerNumber, way: [ServerNumber]) {
        mailbox.post(.send(.message(message, flow, way: way), to: number))
    }

    /// Sends bytes on a connection of another server.
    package func send(_ bytes: [UInt8], connection: UInt64, of number: ServerNumber) {
        mailbox.post(.send(.send(bytes, connection: connection), to: number))
    }

    /// Tells the others where this server stands. A state that lies behind is ignored.
    package func announce(_ state: FellowServer.State) { mailbox.post(.state(state)) }

    /// Tells the others where SIP is received, when the kernel chose the port.
    package func announce(_ listen: SocketAddress) { mailbox.post(.listens(listen)) }

    /// Has every other server that listens on the same address drain.
    package func replaceOthers() { mailbox.post(.replaceOthers) }

    /// Says that this server ends, and waits a moment until the others send it nothing more. What they sent meanwhile is served by the
    /// stack, which must still run.
    package func leave() {
        guard let gone = try? Mailbox<Bool>() else { return }
        mailbox.post(.leave { gone.post(true) })
        Polling.wait(gone.fd, .readable, atMost: .seconds(1))
    }

    /// Ends the thread and removes the file. A second call does nothing.
    package func stop() {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        mailbox.post(.stop)
        thread.join()
    }
}
