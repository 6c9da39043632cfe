import Core
import Media

/// RTCP compounds: no trap, bounded work, and every field that a packet's count promises can be read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRTCP(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let span = bytes.span
    if (try? RTCPPacket.validate(span)) != nil {
        var offset = 0
        while offset < count, let packet = try? RTCPPacket(parsing: span, at: offset) {
            precondition(packet.end > offset, "each packet moves on")
            _ = packet.sender(in: span)
            _ = packet.senderInfo(in: span)
            for index in 0..<packet.count { _ = packet.block(index, in: span)?.roundTrip(at: NTPTimestamp(.zero)) }
            _ = packet.says(byeOf: SSRC(1), in: span)
            offset = packet.end
        }
        precondition(offset == count, "a valid compound is read to its end")
    }
    let peer = SocketAddress(.loopback, 4000)
    let session = MediaSession(
        configuration: MediaConfiguration(codec: .pcmu, remoteRTP: peer), ssrc: SSRC(1),
        start: (SequenceNumber(1), RTPTimestamp(1)), cname: [120])
    session.receiveRTCP(span, from: SocketAddress(.loopback, 4001), at: Instant(nanoseconds: 1_000_000_000))
    _ = session.statistics
    return 0
}
