internal import Core

/// Decides whose packets count, and where ours go (symmetric RTP, RFC 4961).
///
/// The negotiated address counts at once. Until it has sent two packets in sequence, another source that does so takes its
/// place: the peer sits behind an address translator. After that the choice stands until the next negotiation, so that nobody
/// can take a running call over by sending packets at it; only when it is following, and the source has fallen silent, another
/// one may come in its place: the translator has given the peer another address.
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
    var isFollowing = false
    /// When the source that counts was heard last.
    private var lastHeard: Instant?
    /// As long as no codec pauses without comfort noise, and short enough that hardly anything is missed.
    private static let silence = Duration.milliseconds(500)
    /// Kept apart, so that a stranger's packet between two of the peer's does not break their sequence.
    private var negotiated: Candidate?
    private var stranger: Candidate?

    init() {}

    /// Begins anew with a negotiated address.
    mutating func open(for negotiated: SocketAddress?, allowed: Bool) {
        destination = negotiated
        isAllowed = allowed
        isConfirmed = false
        lastHeard = nil
        (self.negotiated, stranger) = (nil, nil)
    }

    /// Decides about a packet with a known payload type.
    mutating func decide(_ packet: RTPPacket, from source: SocketAddress, at now: Instant) -> Decision {
        if source == destination {
            lastHeard = now
            guard !isConfirmed else { return .accepted }
            isConfirmed = negotiated?.precedes(packet, from: source) ?? false
            negotiated = Candidate(packet, from: source)
            return .accepted
        }
        let isGone = isFollowing && lastHeard.map { now - $0 >= Self.silence } ?? false
        guard isAllowed, !isConfirmed || isGone else { return .refused }
        guard let stranger, stranger.precedes(packet, from: source) else {
            self.stranger = Candidate(packet, from: source)
            return .refused
        }
        destination = source
        (isConfirmed, lastHeard, self.stranger) = (true, now, nil)
        return .latched
    }
}
