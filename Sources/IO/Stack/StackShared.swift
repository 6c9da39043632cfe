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
    /// Called behind the last of some reports.
    let settle: @Sendable () -> Void
    /// What each worker's media tick has counted.
    let figures: [MediaFigureBoard]
    /// What each worker's SIP has counted.
    let boards: [MetricsBoard]
    private let mailboxes = Mutex<[Mailbox<StackWorker.Order>]>([])

    init(
        ports: RTPPortAllocator, files: FileThread, workers: Int,
        decide: @escaping @Sendable (CallKey, IncomingCall) -> IncomingDecision,
        report: @escaping @Sendable (StackEvent) -> Void, settle: @escaping @Sendable () -> Void
    ) {
        figures = (0..<workers).map { _ in MediaFigureBoard() }
        boards = (0..<workers).map { _ in MetricsBoard() }
        (self.ports, self.files, self.decide) = (ports, files, decide)
        (self.report, self.settle) = (report, settle)
    }

    /// Announces the mailboxes once every worker exists.
    func open(_ mailboxes: [Mailbox<StackWorker.Order>]) { self.mailboxes.withLock { $0 = mailboxes } }

    /// How many orders wait for a worker.
    func depth(of worker: Int) -> Int {
        mailboxes.withLock { $0.indices.contains(worker) ? $0[worker] : nil }?.depth ?? 0
    }

    /// Hands an order to a worker.
    func post(_ order: StackWorker.Order, to worker: Int) {
        mailboxes.withLock { $0.indices.contains(worker) ? $0[worker] : nil }?.post(order)
    }
}
