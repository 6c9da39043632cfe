internal import Synchronization
internal import Core

/// What the workers of one stack share: the directory of rooms, the RTP ports, each other's mailboxes and the owner's closures.
final class StackShared: Sendable {
    let rooms = RoomDirectory()
    let ports: RTPPortAllocator
    /// Writes the recordings of all calls.
    let files: FileThread
    /// Decides about a new call, on its worker's thread: must not block.
    let decide: @Sendable (CallKey, IncomingCall) -> IncomingDecision
    /// Hears what happens, on the workers' threads: must not block.
    let report: @Sendable (StackEvent) -> Void
    /// What each worker's media tick has counted.
    let figures: [MediaFigureBoard]
    private let mailboxes = Mutex<[Mailbox<StackWorker.Order>]>([])

    init(
        ports: RTPPortAllocator, files: FileThread, workers: Int,
        decide: @escaping @Sendable (CallKey, IncomingCall) -> IncomingDecision,
        report: @escaping @Sendable (StackEvent) -> Void
    ) {
        figures = (0..<workers).map { _ in MediaFigureBoard() }
        (self.ports, self.files, self.decide, self.report) = (ports, files, decide, report)
    }

    /// Announces the mailboxes once every worker exists.
    func open(_ mailboxes: [Mailbox<StackWorker.Order>]) { self.mailboxes.withLock { $0 = mailboxes } }

    /// Hands an order to a worker.
    func post(_ order: StackWorker.Order, to worker: Int) {
        mailboxes.withLock { $0.indices.contains(worker) ? $0[worker] : nil }?.post(order)
    }
}
