package import Core

/// Recognises events in telephone-event packets: one report an event, whatever was lost or repeated (RFC 4733 §2.5.2).
package struct TelephoneEventReceiver: Sendable {
    /// An event that has ended, or of which nothing more is heard.
    package struct Report: Equatable, Sendable {
        package var event: UInt8
        /// In units of the RTP clock.
        package var duration: Int
    }

    private struct Current: Sendable {
        var event: UInt8
        /// The event begins here, over all of its segments (RFC 4733 §2.5.1.3).
        var start: RTPTimestamp
        /// The beginning of the segment that is being received.
        var segment: RTPTimestamp
        var duration: Int
        var lastPacket: Instant
        var isReported: Bool
    }
    private var current: Current?

    /// An event of which nothing is heard for so long has ended: all of its end packets are lost (RFC 4733 §2.5.2.2).
    package static let silence = Duration.milliseconds(150)

    package init() {}

    /// Takes a packet in; returns the event that this packet ends, if any.
    ///
    /// The end is reported, not the beginning, because only then the duration is known. A packet of a new event ends one whose
    /// end packets are lost.
    package mutating func receive(
        _ packet: TelephoneEvent, timestamp: RTPTimestamp, marker: Bool, at now: Instant
    ) -> Report? {
        guard var event = current else { return begin(packet, timestamp, at: now) }
        let isContinuation = !marker && packet.event == event.event && continues(event, timestamp)
        if timestamp == event.segment || isContinuation {
            guard !event.isReported, packet.event == event.event else { return nil }
            event.segment = timestamp
            event.lastPacket = now
            let duration = timestamp.distance(since: event.start) &+ Int(packet.duration)
            event.duration = max(event.duration, duration)
            event.isReported = packet.isEnd
            current = event
            return packet.isEnd ? Report(event: event.event, duration: event.duration) : nil
        }
        // Late packets of an event before this one.
        guard timestamp.distance(since: event.segment) > 0 else { return nil }
        let unfinished = event.isReported ? nil : Report(event: event.event, duration: event.duration)
        let finished = begin(packet, timestamp, at: now)
        // Both at once happens only when the middle of two events is lost: the older one goes first, and the newer one is
        // left to its repeated end packets or to the silence.
        if unfinished != nil, finished != nil { current?.isReported = false }
        return unfinished ?? finished
    }

    /// Ends an event of which nothing was heard for `silence`; returns its report.
    package mutating func advance(to now: Instant) -> Report? {
        guard let event = current, !event.isReported, now - event.lastPacket >= Self.silence else { return nil }
        current?.isReported = true
        return Report(event: event.event, duration: event.duration)
    }

    /// Begins anew with another stream; returns the event of which the one before has not told the end.
    package mutating func restart() -> Report? {
        defer { current = nil }
        guard let event = current, !event.isReported else { return nil }
        return Report(event: event.event, duration: event.duration)
    }

    /// Whether an event has begun and not yet ended.
    package var isReceiving: Bool { current.map { !$0.isReported } ?? false }

    private mutating func begin(_ packet: TelephoneEvent, _ timestamp: RTPTimestamp, at now: Instant) -> Report? {
        current = Current(
            event: packet.event, start: timestamp, segment: timestamp, duration: Int(packet.duration), lastPacket: now,
            isReported: packet.isEnd)
        return packet.isEnd ? Report(event: packet.event, duration: Int(packet.duration)) : nil
    }

    /// Whether a packet at `timestamp` is the next segment of an event that outlasted its 16 bits of duration.
    private func continues(_ event: Current, _ timestamp: RTPTimestamp) -> Bool {
        let ahead = timestamp.distance(since: event.segment)
        return ahead > 0xff00 && ahead <= 0xffff && event.duration > 0xf000
    }
}
