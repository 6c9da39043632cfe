internal import Core

/// Decides whose packets count, and where ours go (symmetric RTP, RFC 4961).
///
/// The negotiated address counts at once. Until it has sent two packets in sequence, another source that does so takes its
/// place: the peer sits behind an address translator. After that the choice stands until the next negotiation, so that nobody
/// can take a running call over by sending packets at it.
struct SourceLatch: Sendable {
    enum Decision: Equatable, Sendable {
        case accepted
        /// Accepted, and from now on this source is the peer.
        case latched
        case refused
    }

    /// The last packet of a source that is not yet believed.
    private struct Candidate: Sendable {
        var source: SocketAddress
        var ssrc: SSRC
        var sequence: SequenceNumber

        init(_ packet: RTPPacket, from source: SocketAddress) {
            (self.source, ssrc, sequence) = (source, packet.ssrc, packet.sequence)
        }

        func precedes(_ packet: RTPPacket, from source: SocketAddress) -> Bool {
            source == self.source && ssrc == packet.ssrc && packet.sequence == sequence.next
        }
    }

    /// Where packets go: negotiated or learned.
    private(set) var destination: SocketAddress?
    private var isConfirmed = false
    private var isAllowed = true
    /// Kept apart, so that a stranger's packet between two of the peer's does not break their sequence.
    private var negotiated: Candidate?
    private var stranger: Candidate?

    init() {}

    /// Begins anew with a negotiated address.
    mutating func open(for negotiated: SocketAddress?, allowed: Bool) {
        destination = negotiated
        isAllowed = allowed
        isConfirmed = false
        (self.negotiated, stranger) = (nil, nil)
    }

    /// Decides about a packet with a known payload type.
    mutating func decide(_ packet: RTPPacket, from source: SocketAddress) -> Decision {
        if source == destination {
            guard !isConfirmed else { return .accepted }
            isConfirmed = negotiated?.precedes(packet, from: source) ?? false
            negotiated = Candidate(packet, from: source)
            return .accepted
        }
        guard isAllowed, !isConfirmed else { return .refused }
        guard let stranger, stranger.precedes(packet, from: source) else {
            self.stranger = Candidate(packet, from: source)
            return .refused
        }
        destination = source
        isConfirmed = true
        return .latched
    }
}
