import Core
import Media

/// RTP into a whole session: a bounded answer to any packets, one after the other, and no trap. The input is cut into packets by
/// a length byte each; two bits of it choose the source.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRTP(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let peer = SocketAddress(.loopback, 4000)
    let session = MediaSession(
        configuration: MediaConfiguration(codec: .pcmu, remoteRTP: peer), ssrc: SSRC(1),
        start: (SequenceNumber(1), RTPTimestamp(1)), cname: [120])
    var frame = [Int16](repeating: 0, count: Frame.sampleCount)
    var events: [MediaEvent] = []
    var offset = 0
    var now = Instant.zero
    while offset + 1 < bytes.count {
        let length = min(Int(bytes[offset]), bytes.count - offset - 1)
        let packet = bytes.span.extracting((offset + 1)..<(offset + 1 + length))
        if let parsed = try? RTPPacket(parsing: packet) {
            precondition(
                parsed.payload.lowerBound >= 12 && parsed.payload.upperBound <= length, "the payload is inside")
        }
        let source = SocketAddress(.loopback, 4000 + UInt16(bytes[offset] & 3) / 2)
        _ = session.receiveRTP(packet, from: source, at: now)
        offset += 1 + length
        var span = frame.mutableSpan
        session.playout(into: &span, at: now)
        session.takeEvents(into: &events)
        now = now + Frame.duration
    }
    _ = session.statistics
    return 0
}
