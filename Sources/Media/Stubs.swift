package import Core
extension MediaSession {
    package func receiveRTCP(_ packet: Span<UInt8>, from source: SocketAddress, at arrival: Instant) {}
    package func rtcp(at now: Instant, random: UInt64, into batch: inout PacketBatch) {}
    package func bye(into batch: inout PacketBatch) {}
}
