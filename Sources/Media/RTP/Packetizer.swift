/// Collects encoded audio into packets of the agreed length and numbers them (RFC 3550 §5.1, RFC 3551 §4.1).
struct Packetizer: Sendable {
    /// What a finished packet's header says; its payload is `payload` of the packetizer.
    struct Header: Equatable, Sendable {
        var sequence: SequenceNumber
        var timestamp: RTPTimestamp
        /// The first packet after silence (RFC 3551 §4.1).
        var marker: Bool
    }

    /// The sequence number of the next packet.
    private(set) var sequence: SequenceNumber
    /// The timestamp of the next sample.
    private(set) var timestamp: RTPTimestamp
    /// Encoded bytes that wait for their packet.
    private(set) var pending: [UInt8] = []
    private var marker = true

    init(sequence: SequenceNumber, timestamp: RTPTimestamp) {
        (self.sequence, self.timestamp) = (sequence, timestamp)
        pending.reserveCapacity(2 * JitterBuffer.slotSize)
    }

    /// Encodes `frame` behind what waits. Its samples count even if they are never sent.
    mutating func encode(_ frame: Span<Int16>, as codec: VoiceFormat) {
        G711Tables.shared.encode(frame, as: codec, into: &pending)
        timestamp = timestamp.advanced(by: frame.count)
    }

    /// Moves on by samples that are not sent. What waits is dropped, and the next packet begins a talk spurt.
    mutating func skip(_ samples: Int) {
        pending.removeAll(keepingCapacity: true)
        timestamp = timestamp.advanced(by: samples)
        marker = true
    }

    /// The header of the next packet of `size` bytes; nil when fewer wait. Its payload are the first bytes of `pending`.
    mutating func next(_ size: Int) -> Header? {
        guard pending.count >= size else { return nil }
        defer { (sequence, marker) = (sequence.next, false) }
        return Header(sequence: sequence, timestamp: timestamp.advanced(by: -pending.count), marker: marker)
    }

    /// Takes a sequence number for a packet that does not hold audio.
    mutating func takeSequence() -> SequenceNumber {
        defer { sequence = sequence.next }
        return sequence
    }

    /// Drops the payload of the packet that `next` announced.
    mutating func removePayload(_ size: Int) {
        if size == pending.count {
            pending.removeAll(keepingCapacity: true)
        } else {
            pending.removeFirst(size)
        }
    }
}
