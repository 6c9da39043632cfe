internal import Core

/// Sends queued digits as telephone-events, one packet a tick (RFC 4733 §2.5.1).
///
/// Each digit is a run of packets with one timestamp and growing duration, then three end packets, then the rest of the
/// pause. While `isActive`, nothing else is sent.
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
    private enum State: Sendable {
        case idle
        case sounding(Queued, since: RTPTimestamp, elapsed: Int)
        /// The end packets that are still to be repeated, and the pause that is left.
        case pausing(TelephoneEvent, since: RTPTimestamp, repeats: Int, left: Int)
    }

    private var queue: [Queued] = []
    private var next = 0
    private var state = State.idle

    /// A tone that is shorter is not recognised by everybody (ETSI ES 201 235-2 §4.2.2).
    package static let minimumDuration = Duration.milliseconds(40)
    /// Longer would not fit the 16 bits of duration at 8000 Hz (RFC 4733 §2.5.1.3).
    package static let maximumDuration = Duration.seconds(8)
    /// Below 0 dBm0; what telephones send.
    package static let volume: UInt8 = 10

    package init() {}

    /// Whether a digit or the pause after it takes the place of audio.
    package var isActive: Bool {
        if case .idle = state { return next < queue.count }
        return true
    }

    /// Adds a digit; `duration` is brought into the permitted range. Allocates: digits are rare.
    package mutating func append(_ digit: DTMFDigit, duration: Duration, gap: Duration) {
        let bounded = min(max(duration, Self.minimumDuration), Self.maximumDuration)
        let pause = min(max(gap, .zero), Self.maximumDuration)
        queue.append(
            Queued(
                digit: digit, duration: Frame.rate.samples(in: bounded).rawValue,
                gap: Frame.rate.samples(in: pause).rawValue))
    }

    /// Forgets what is queued. A digit that sounds is ended properly.
    package mutating func cancel() {
        queue.removeAll()
        next = 0
    }

    /// The packet for the tick whose audio would bear `timestamp`; nil in a pause. `units` is the tick's length.
    package mutating func advance(timestamp: RTPTimestamp, units: Int) -> Step? {
        switch state {
        case .idle:
            guard next < queue.count else { return nil }
            let queued = queue[next]
            next += 1
            if next == queue.count { cancel() }
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
        // (RFC 4733 §2.5.1.4). The repeats lie in the pause.
        state =
            isEnd
            ? .pausing(event, since: since, repeats: 2, left: queued.gap)
            : .sounding(queued, since: since, elapsed: now)
        return Step(event: event, marker: elapsed == 0, timestamp: since)
    }
}
