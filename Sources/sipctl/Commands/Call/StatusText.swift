internal import Core
internal import IO

/// What the live status line says about the calls of a command: state, duration, codec, level both ways, loss, jitter, round trip.
struct StatusText {
    private var states: [CallKey: String] = [:]
    private var figures: [CallKey: LegStatistics] = [:]

    mutating func note(_ event: StackEvent) {
        switch event {
        case .incoming(let key, _): states[key] = "incoming"
        case .progress(let key, .ringing), .progress(let key, .early): states[key] = "ringing"
        case .progress(let key, .answered), .progress(let key, .resumed), .progress(let key, .resumedHere):
            states[key] = "answered"
        case .progress(let key, .held), .progress(let key, .heldHere): states[key] = "held"
        case .progress(_, .holdRefused): break
        case .statistics(let key, let statistics): figures[key] = statistics
        case .ended(let key, _, _):
            states[key] = nil
            figures[key] = nil
        case .media, .digit, .playedOut, .promptPlayed, .fault, .refused, .turnedAway, .response, .drained: break
        }
    }

    var calls: Int { states.count }

    /// One call in full, several as a count with the worst figures.
    func text(waiting: String) -> String {
        guard let key = states.keys.min(by: { $0.number < $1.number }) else { return waiting }
        guard states.count == 1 else { return several }
        guard let figures = figures[key] else { return states[key] ?? waiting }
        let seconds = figures.durationMs / 1000
        let roundTrip = figures.roundTripMs.map { ", rtt \($0.rounded(to: 1)) ms" } ?? ""
        let clock = "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
        return
            "\(states[key] ?? "") \(clock) \(figures.codec)  in \(bar(figures.levelInDBov)) out \(bar(figures.levelOutDBov))  "
            + "lost \(figures.packetsLost), jitter \(figures.jitterMs.rounded(to: 1)) ms\(roundTrip)"
    }

    private var several: String {
        let answered = states.values.count { $0 == "answered" || $0 == "held" }
        let lost = figures.values.reduce(0) { $0 + $1.packetsLost }
        let jitter = figures.values.map(\.jitterMs).max() ?? 0
        return
            "\(states.count) calls, \(answered) answered, \(lost) packets lost, worst jitter \(jitter.rounded(to: 1)) ms"
    }

    /// Eight steps from -60 dBov to 0.
    private func bar(_ level: Double) -> String {
        let filled = max(0, min(8, Int((level + 60) / 7.5)))
        return String(repeating: "#", count: filled) + String(repeating: ".", count: 8 - filled)
    }
}
