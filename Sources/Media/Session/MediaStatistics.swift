package import Core

/// What a session has counted so far. A value: reading it changes nothing.
package struct MediaStatistics: Equatable, Sendable {
    package var packetsSent = 0
    /// Payload bytes, as RTCP counts them (RFC 3550 §6.4.1).
    package var bytesSent = 0
    package var packetsReceived = 0
    package var bytesReceived = 0
    /// Expected less received, of the current source; negative when duplicates outnumber losses.
    package var packetsLost = 0
    /// Arrived after their turn.
    package var packetsLate = 0
    package var packetsDuplicate = 0
    /// Left out by the jitter buffer to catch up, or too large for it.
    package var packetsDiscarded = 0
    /// Refused: not RTP, from a stranger, of an unknown payload type.
    package var packetsRefused = 0
    package var jitterMs = 0.0
    /// From RTCP; nil until the peer has reported on us.
    package var roundTripMs: Double?
    /// What the peer's last report says of our stream, in 0…1; nil until it has reported.
    package var remoteLossFraction: Double?
    package var remoteJitterMs: Double?
    /// RMS level since the beginning or the last `resetLevels`, in dBov: -127 is silence.
    package var levelIn = -127
    package var levelOut = -127
    package var concealedFrames = 0
    /// Frames left out or put in to follow the wanted delay and the drift of the clocks.
    package var droppedFrames = 0
    package var insertedFrames = 0
    /// How long sound waits in the jitter buffer, and how long it is meant to.
    package var bufferDelayMs = 0
    package var targetDelayMs = 0
    /// The arrival of the last accepted RTP packet, for the media timeout.
    package var lastPacket: Instant?

    package init() {}
}
