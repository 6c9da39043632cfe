import Synchronization

/// What was answered, in the order of answering, from whatever thread.
final class Answers: Sendable {
    private let texts = Mutex<[String]>([])

    func add(_ text: String) { texts.withLock { $0.append(text) } }

    var all: [String] { texts.withLock { $0 } }
}
