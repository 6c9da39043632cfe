/// Our side of hold: what is wanted, what is agreed, and the re-INVITE between the two.
struct Holding: Sendable {
    enum Exchange: Sendable {
        case settled
        /// A re-INVITE of ours is out; after `until` it is cancelled.
        case offered(hold: Bool, until: Instant?)
        /// Both sides sent one: ours is tried again then (RFC 3261 §14.1).
        case glare(until: Instant)
    }

    /// The last order.
    var isWanted = false
    var isAgreed = false
    var exchange = Exchange.settled
    /// How often in a row the peer answered 491.
    var glares = 0

    /// A peer that only ever answers 491 is asked no more often than this.
    static let maximumGlares = 10
    /// A change of direction asks nobody's consent: a peer that has not answered by then will not.
    static let patience = Duration.seconds(40)

    var deadline: Instant? {
        switch exchange {
        case .settled: nil
        case .offered(_, let until): until
        case .glare(let until): until
        }
    }
}

/// Hold and resume from this side, by INVITE inside the dialog (RFC 3261 §14.1, RFC 3264 §8.4).
extension Call {
    /// Puts the peer on hold, or takes it back. While an exchange is under way the order waits; of several the last holds.
    mutating func hold(_ isWanted: Bool, at now: Instant, into out: inout [Output]) {
        holding.isWanted = isWanted
        renegotiate(at: now, into: &out)
    }

    /// Offers what is wanted when it differs from what is agreed and no INVITE of either side is under way (RFC 3261 §14.1).
    mutating func renegotiate(at now: Instant, into out: inout [Output]) {
        guard state == .answered, !awaitsAck, holding.isWanted != holding.isAgreed,
            case .settled = holding.exchange, var media = offerAnswer
        else { return }
        holding.exchange = .offered(hold: holding.isWanted, until: now + Holding.patience)
        let body = media.makeOffer(direction: direction(holding: holding.isWanted, peerListens: !isHeldByPeer))
        offerAnswer = media
        out.append(.reinvite(body: body))
    }

    /// What we want of the stream: all that the call was opened for, or while we hold the peer only to send.
    func direction(holding: Bool, peerListens: Bool) -> MediaDirection {
        holding ? MediaDirection(sends: ownDirection.sends && peerListens, receives: false) : ownDirection
    }

    /// The 2xx to our re-INVITE; the user agent has acknowledged it.
    mutating func receiveReinviteSuccess(
        _ status: Int, body: ArraySlice<UInt8>, at now: Instant, into out: inout [Output]
    ) {
        guard state == .answered, case .offered(let hold, _) = holding.exchange else { return }
        guard !body.isEmpty else { return endExchange(hold, refusedWith: status, at: now, into: &out) }
        (holding.exchange, holding.glares) = (.settled, 0)
        holding.isAgreed = hold
        adopt(answer: body, at: now, into: &out)
        guard state == .answered else { return }
        out.append(.progress(hold ? .heldHere : .resumedHere))
        renegotiate(at: now, into: &out)
    }

    /// A final failure of our re-INVITE, or the 408 or 503 that stands for none (RFC 3261 §8.1.3.1, §12.2.1.2, §14.1). `random` is
    /// fresh.
    mutating func receiveReinviteFailure(
        _ status: Int, random: UInt64, at now: Instant, into out: inout [Output]
    ) {
        guard state == .answered, case .offered(let hold, _) = holding.exchange else { return }
        switch status {
        case 408:
            hangUp(CallEnd(.unreachable, status: 408, "the peer did not answer a re-INVITE"), at: now, into: &out)
        case 481:
            hangUp(CallEnd(.protocolError, status: 481, "the peer no longer knows the call"), at: now, into: &out)
        case 491 where holding.glares < Holding.maximumGlares:
            offerAnswer?.rollback()
            holding.glares += 1
            holding.exchange = .glare(until: now + glareWait(random))
        default: endExchange(hold, refusedWith: status, at: now, into: &out)
        }
    }

    /// Fires what is due of an exchange.
    mutating func advanceHold(to now: Instant, into out: inout [Output]) {
        guard let due = holding.deadline, due <= now else { return }
        switch holding.exchange {
        case .settled: break
        case .offered(let hold, _):
            holding.exchange = .offered(hold: hold, until: nil)
            out.append(.cancel)
        case .glare:
            holding.exchange = .settled
            renegotiate(at: now, into: &out)
        }
    }

    /// The session goes on as it was (RFC 3261 §14.1). An order that came meanwhile is still carried out.
    private mutating func endExchange(
        _ hold: Bool, refusedWith status: Int, at now: Instant, into out: inout [Output]
    ) {
        offerAnswer?.rollback()
        (holding.exchange, holding.glares) = (.settled, 0)
        if holding.isWanted == hold { holding.isWanted = holding.isAgreed }
        out.append(.progress(.holdRefused(status)))
        renegotiate(at: now, into: &out)
    }

    /// 2.1 to 4 s for the owner of the Call-ID, else 0 to 2 s, in steps of 10 ms (RFC 3261 §14.1).
    private func glareWait(_ random: UInt64) -> Duration {
        switch direction {
        case .outbound: .milliseconds(2100 + 10 * Int64(random % 191))
        case .inbound: .milliseconds(10 * Int64(random % 201))
        }
    }

    /// Reports what the latest plan says of the peer's hold. An answer to our own hold says it only when the peer wants to hear
    /// us: one that receives nothing then may just not care for what we play.
    mutating func reportHold(isFirst: Bool, isAnswer: Bool, into out: inout [Output]) {
        guard let plan else { return }
        let before = isHeldByPeer
        isHeldByPeer =
            switch plan.remoteRTP {
            case nil: true
            case .some where plan.direction.sends: false
            case .some: isAnswer && holding.isAgreed ? before : true
            }
        guard !isFirst, before != isHeldByPeer else { return }
        out.append(.progress(isHeldByPeer ? .held : .resumed))
    }
}
