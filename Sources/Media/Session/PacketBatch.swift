package import Core

/// Packets to be sent, one after the other in one piece of memory. Reused from tick to tick, so it stops allocating.
package struct PacketBatch: Sendable {
    /// One datagram.
    package struct Packet: Equatable, Sendable {
        /// Where it lies in `bytes`.
        package var range: Range<Int>
        package var destination: SocketAddress
        /// Whether it belongs on the RTCP socket (unless RTP and RTCP share one).
        package var isRTCP: Bool
        /// The owner's mark: what `tag` was when the packet was appended.
        package var tag: UInt64
    }

    /// Copied to every packet that is appended; for the driver to know which socket a packet belongs to.
    package var tag: UInt64 = 0
    package private(set) var packets: [Packet] = []
    package private(set) var bytes: [UInt8] = []
    private var start = 0

    /// Reserves memory for `count` packets of 20 ms.
    package init(reserving count: Int = 64) {
        packets.reserveCapacity(count)
        bytes.reserveCapacity(count * 192)
    }

    /// Forgets the packets and keeps the memory.
    package mutating func removeAll() {
        packets.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        start = 0
    }

    /// Begins an RTP packet with its header.
    mutating func appendHeader(
        _ payloadType: PayloadType, marker: Bool, _ position: (SequenceNumber, RTPTimestamp), ssrc: SSRC
    ) {
        RTPPacket.appendHeader(payloadType, marker: marker, position, ssrc: ssrc, to: &bytes)
    }

    /// Adds bytes to the packet that has been begun.
    mutating func append(_ payload: ArraySlice<UInt8>) { bytes += payload }

    /// Adds a telephone-event to the packet that has been begun.
    mutating func append(_ event: TelephoneEvent) { event.append(to: &bytes) }

    /// Lets a writer append the bytes of a whole packet.
    mutating func write(_ body: (inout [UInt8]) -> Void) { body(&bytes) }

    /// Ends the packet that has been begun; returns its length.
    @discardableResult
    mutating func finish(to destination: SocketAddress, isRTCP: Bool) -> Int {
        let range = start..<bytes.count
        packets.append(Packet(range: range, destination: destination, isRTCP: isRTCP, tag: tag))
        start = bytes.count
        return range.count
    }
}
