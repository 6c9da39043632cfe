/// The payload of a telephone-event packet (RFC 4733 §2.3).
package struct TelephoneEvent: Equatable, Sendable {
    package var event: UInt8
    package var isEnd: Bool
    /// The power below 0 dBm0, 0 to 63.
    package var volume: UInt8
    /// How long the event has lasted, in units of the RTP clock.
    package var duration: UInt16

    package init(event: UInt8, isEnd: Bool, volume: UInt8, duration: UInt16) {
        (self.event, self.isEnd, self.volume, self.duration) = (event, isEnd, volume & 0x3f, duration)
    }

    /// Parses a payload; nil when it is shorter than one event. Bytes after the first event are redundancy or noise.
    package init?(parsing payload: Span<UInt8>) {
        guard payload.count >= 4 else { return nil }
        self.init(
            event: payload[0], isEnd: payload[1] & 0x80 != 0, volume: payload[1], duration: payload.half(at: 2))
    }

    /// Appends the four bytes of the payload.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(event)
        bytes.append(volume | (isEnd ? 0x80 : 0))
        bytes.appendHalf(duration)
    }
}
