extension OfferAnswer {
    /// What an answer to `offer` agrees to; throws when it is none (RFC 3264 §6, §7).
    func match(_ answer: SessionDescription, to offer: PendingOffer) throws(OfferRefusal) -> MediaPlan {
        let offered = offer.description.media
        guard answer.media.count == offered.count else {
            throw .notAcceptable(399, "the answer has \(answer.media.count) m-lines, the offer \(offered.count)")
        }
        for (index, media) in answer.media.enumerated() {
            guard media.type == offered[index].type else {
                throw .notAcceptable(
                    399, "m-line \(index + 1): the answer has \(media.type.text), the offer \(offered[index].type.text)"
                )
            }
            guard media.port == 0 || offered[index].port != 0 else {
                throw .notAcceptable(399, "m-line \(index + 1): the answer accepts what was not offered")
            }
        }
        guard answer.media[offer.line].port != 0 else {
            throw .notAcceptable(304, "m-line \(offer.line + 1): the peer refused audio")
        }
        // Formats that were not offered may be listed too, but only offered ones can be sent (RFC 3264 §6.1).
        var asOffered = local
        asOffered.codecs = offer.formats.map(\.codec)
        let remote = try RemoteAudio(line: offer.line, of: answer, local: asOffered)
        let ours = LocalSide(
            formats: offer.formats, events: remote.events.isEmpty ? [:] : offer.events,
            // An answer that claims more than the offer gave is cut down to it (RFC 3264 §6.1).
            direction: offer.direction.answer(to: remote.direction), rtcpMux: offer.rtcpMux && remote.rtcpMux)
        let events = remote.events.filter { offer.events[$0.key] != nil }
        return MediaPlan(sending: remote.formats[0], to: remote, events: events, receiving: ours, ptime: local.ptime)
    }
}
