internal import Core

/// Sends queued digits as telephone-events, one packet a tick (RFC 4733 §2.5.1).
///
/// Each digit is a run of packets with one timestamp and growing duration, then three end packets, then the rest of the
/// gap. While `isActive`, nothing else is sent, except in a pause that was ordered: `wait` says in each tick whether it is one.
package struct TelephoneEventSender: Sendable {
    /// What is to be sent in this tick.
    package struct Step: Equatable, Sendable {
        package var event: TelephoneEvent
        /// The first packet of an event.
        package var marker: Bool
        package var timestamp: RTPTimestamp
    }

    private struct Queued: Sendable {
        var digit: DTMFDigit
        /// In units of the RTP clock.
        var duration: Int
        var gap: Int
    }
    private enum Entry: Sendable {
        case digit(Queued)
        /// In units of the RTP clock.
        case pause(Int)
    }
    private enum State: Sendable {
        case idle
        /// A pause that was ordered; the units that are left of it.
        case waiting(Int)
        case sounding(Queued, since: RTPTimestamp, elapsed: Int)
        /// The end packets that are still to be repeated, and the gap that is left.
        case pausing(TelephoneEvent, since: RTPTimestamp, repeats: Int, left: Int)
    }

    private var queue: [Entry] = []
    private var next = 0
    private var state = State.idle

    /// A tone that is shorter is not recognised by everybody (ETSI ES 201 235-2 §4.2.2).
    package static let minimumDuration = Duration.milliseconds(40)
    /// Longer would not fit the 16 bits of duration at 8000 Hz (RFC 4733 §2.5.1.3).
    package static let maximumDuration = Duration.seconds(8)
    /// Below 0 dBm0; what telephones send.
    package static let volume: UInt8 = 10

    package init() {}

    /// Whether a digit, the gap after it or an ordered pause is not over.
    package var isActive: Bool {
        if case .idle = state { return next < queue.count }
        return true
    }

    /// Adds a digit; `duration` is brought into the permitted range. Allocates: digits are rare.
    package mutating func append(_ digit: DTMFDigit, duration: Duration, gap: Duration) {
        let bounded = min(max(duration, Self.minimumDuration), Self.maximumDuration)
        let pause = min(max(gap, .zero), Self.maximumDuration)
        queue.append(
            .digit(
                Queued(
                    digit: digit, duration: Frame.rate.samples(in: bounded).rawValue,
                    gap: Frame.rate.samples(in: pause).rawValue)))
    }

    /// Adds a pause in which audio goes on.
    package mutating func append(pause: Duration) {
        guard pause > .zero else { return }
        queue.append(.pause(Frame.rate.samples(in: pause).rawValue))
    }

    /// Adds a sequence behind what is queued.
    package mutating func append(_ sequence: DTMFSequence) {
        for step in sequence.steps {
            switch step {
            case .digit(let digit): append(digit, duration: sequence.tone, gap: sequence.gap)
            case .pause(let pause): append(pause: pause)
            }
        }
    }

    /// Forgets what is queued. A digit that sounds is ended properly; an ordered pause ends.
    package mutating func cancel() {
        queue.removeAll()
        next = 0
        if case .waiting = state { state = .idle }
    }

    /// Whether this tick, `units` long, belongs to an ordered pause, in which audio is sent. Call it before `advance`, which is
    /// only called when the answer is false.
    package mutating func wait(units: Int) -> Bool {
        if case .idle = state, next < queue.count, case .pause(let length) = queue[next] {
            take()
            state = .waiting(length)
        }
        guard case .waiting(let left) = state else { return false }
        state = left > units ? .waiting(left - units) : .idle
        return true
    }

    /// The next entry has begun.
    private mutating func take() {
        next += 1
        guard next == queue.count else { return }
        queue.removeAll()
        next = 0
    }

    /// The packet for the tick whose audio would bear `timestamp`; nil in a gap. `units` is the tick's length.
    package mutating func advance(timestamp: RTPTimestamp, units: Int) -> Step? {
        switch state {
        case .waiting: return nil  // `wait` passes it
        case .idle:
            guard next < queue.count, case .digit(let queued) = queue[next] else { return nil }
            take()
            return sound(queued, since: timestamp, elapsed: 0, units)
        case .sounding(let queued, let since, let elapsed):
            return sound(queued, since: since, elapsed: elapsed, units)
        case .pausing(let event, let since, let repeats, let left):
            let remaining = left - units
            state =
                repeats > 1 || remaining > 0
                ? .pausing(event, since: since, repeats: repeats - 1, left: remaining) : .idle
            return repeats > 0 ? Step(event: event, marker: false, timestamp: since) : nil
        }
    }

    private mutating func sound(_ queued: Queued, since: RTPTimestamp, elapsed: Int, _ units: Int) -> Step {
        let now = min(elapsed + units, queued.duration)
        let isEnd = now == queued.duration
        let event = TelephoneEvent(
            event: queued.digit.event, isEnd: isEnd, volume: Self.volume, duration: UInt16(clamping: now))
        // The end packet is sent three times, each in a tick of its own, so that one burst of loss does not take all
        // (RFC 4733 §2.5.1.4). The repeats lie in the gap.
        state =
            isEnd
            ? .pausing(event, since: since, repeats: 2, left: queued.gap)
            : .sounding(queued, since: since, elapsed: now)
        return Step(event: event, marker: elapsed == 0, timestamp: since)
    }
}
