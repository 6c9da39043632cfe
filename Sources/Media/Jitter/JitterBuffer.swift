/// Received packets by sequence number until their time comes, in memory that is allocated once.
///
/// Knows order and duplicates; when something is played is decided by `Playout`.
struct JitterBuffer: Sendable {
    /// What a held packet contributes.
    enum Content: Equatable, Sendable {
        case audio(VoiceFormat)
        /// The level of the noise below overload, 0 to 127 (RFC 3389 §3.1).
        case comfortNoise(level: UInt8)
        /// A packet without audio, such as a telephone-event: it explains its sequence number.
        case nothing
    }

    /// A packet that is held.
    struct Entry: Sendable {
        /// Extended by the wraps; negative when the place is free.
        var sequence: Int64
        /// Extended by the wraps.
        var timestamp: Int
        /// In units of the RTP clock.
        var arrival: Int
        var marker: Bool
        var content: Content
        /// Bytes of payload.
        var count: Int
        var slot: UInt8

        static let free = Entry(
            sequence: -1, timestamp: 0, arrival: 0, marker: false, content: .nothing, count: 0, slot: 0)
    }

    /// What became of a packet.
    enum Insertion: Equatable, Sendable { case held, duplicate, late, tooLarge, overflow }

    /// Sequence numbers that can be held at once: the window is a power of two.
    static let window = 64
    /// Payloads that can be held at once: 640 ms in packets of 20 ms.
    static let slots = 32
    /// The largest payload: 60 ms of G.711.
    static let slotSize = 480

    /// Packets that are held.
    private(set) var count = 0
    /// The lowest sequence number that is still of interest; nil before the first packet.
    private(set) var next: Int64?

    private var entries = [Entry](repeating: .free, count: Self.window)
    private var bytes = [UInt8](repeating: 0, count: Self.slots * Self.slotSize)
    /// The free slots; the last one is used next, so that a quiet buffer keeps to few cache lines.
    private var free = (0..<UInt8(Self.slots)).reversed().map { $0 }

    init() { free.reserveCapacity(Self.slots) }

    /// Holds a packet, unless its place has been passed or is taken.
    mutating func insert(_ entry: Entry, payload: Span<UInt8>) -> Insertion {
        guard payload.count <= Self.slotSize else { return .tooLarge }
        let next = self.next ?? entry.sequence
        guard entry.sequence >= next else { return .late }
        guard entry.sequence - next < Int64(Self.window) else { return .overflow }
        let place = Self.place(entry.sequence)
        guard entries[place].sequence < 0 else { return .duplicate }
        var held = entry
        if !payload.isEmpty {
            guard let slot = free.popLast() else { return .overflow }
            held.slot = slot
            let base = Int(slot) &* Self.slotSize
            for index in payload.indices { bytes[base &+ index] = payload[index] }
        }
        held.count = payload.count
        entries[place] = held
        count += 1
        self.next = next
        return .held
    }

    /// The held packet with the lowest sequence number, and the number of packets missing before it.
    var first: (entry: Entry, missing: Int)? {
        guard count > 0, let next else { return nil }
        for missing in 0..<Self.window {
            let entry = entries[Self.place(next + Int64(missing))]
            if entry.sequence >= 0 { return (entry, missing) }
        }
        return nil
    }

    /// The held packet after `sequence`, if it is there.
    func entry(after sequence: Int64) -> Entry? {
        let entry = entries[Self.place(sequence + 1)]
        return entry.sequence == sequence + 1 ? entry : nil
    }

    /// Decodes a held packet into `frame` at `offset`; one sample a byte.
    func decode(_ entry: Entry, as codec: VoiceFormat, into frame: inout MutableSpan<Int16>, at offset: Int) {
        let base = Int(entry.slot) &* Self.slotSize
        let payload = bytes.span.extracting(base..<(base &+ entry.count))
        G711Tables.shared.decode(payload, as: codec, into: &frame, at: offset)
    }

    /// Lets go of a held packet; everything up to it is passed.
    mutating func remove(_ entry: Entry) {
        if let next, entry.sequence > next { pass(from: next, to: entry.sequence) }
        release(Self.place(entry.sequence))
        next = entry.sequence + 1
    }

    /// Forgets all packets. The next one may have any sequence number.
    mutating func removeAll() {
        for place in 0..<Self.window { release(place) }
        next = nil
    }

    private mutating func pass(from: Int64, to sequence: Int64) {
        for passed in from..<sequence { release(Self.place(passed)) }
    }

    private mutating func release(_ place: Int) {
        guard entries[place].sequence >= 0 else { return }
        if entries[place].count > 0 { free.append(entries[place].slot) }
        entries[place].sequence = -1
        count -= 1
    }

    private static func place(_ sequence: Int64) -> Int { Int(truncatingIfNeeded: sequence) & (window - 1) }
}
