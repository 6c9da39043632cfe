internal import Core
internal import Media

/// What the owner of a stack asks of the media of one live call.
enum MediaOrder: Sendable {
    case change(LegProgram)
    case play([Int16])
    case stopPrompt
    case send(DTMFSequence)
    case record(path: String)
    case stopRecording
    case statistics(reply: @Sendable (LegStatistics?) -> Void)
}

extension MediaDriver {
    /// Carries an order out, or reports in `notices` why it cannot.
    func obey(_ order: MediaOrder, on key: CallKey, at now: Instant) {
        switch order {
        case .change(let program): change(key, to: program, at: now)
        case .play(let samples): play(samples, on: key)
        case .stopPrompt: stopPrompt(on: key)
        case .send(let sequence): send(sequence, on: key)
        case .record(let path): record(key, to: path)
        case .stopRecording: stopRecording(key)
        case .statistics(let reply): reply(statistics(of: key, at: now))
        }
    }
}
