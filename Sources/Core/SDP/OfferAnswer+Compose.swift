extension OfferAnswer {
    struct ComposedOffer {
        var media: [MediaDescription]
        var line: Int
        var formats: [RemoteAudio.Format]
        var events: [Int: UInt8]
    }

    struct ComposedAnswer {
        var media: [MediaDescription]
        /// The m-line that was accepted; nil when the offer has none that is active.
        var line: Int?
        var plan: MediaPlan?
    }

    /// The m-lines of an offer: those of the session so far, all but the audio with port 0 (RFC 3264 §8), so that none moves.
    mutating func composeOffer(after previous: SessionDescription?) -> ComposedOffer {
        var media = previous?.media.map { refused($0) } ?? []
        // A place whose media ended may be used again, if need be for another kind (RFC 3264 §8.1).
        let end = media.count < SessionDescription.Limit.media ? media.count : 0
        let line = audioLine ?? media.firstIndex { $0.isAudio } ?? end
        let formats = formatsToOffer(previous: previous.flatMap { line < $0.media.count ? $0.media[line] : nil })
        var events: [Int: UInt8] = [:]
        if local.telephoneEvent {
            for clockRate in Set(formats.map(\.codec.clockRate)) {
                events[clockRate] = payloads.number(for: .telephoneEvent(clockRate: clockRate), from: 101)
            }
        }
        let audio = audio(
            formats: formats, events: events, ptime: local.ptime, direction: local.direction, rtcpMux: local.rtcpMux)
        if line < media.count { media[line] = audio } else { media.append(audio) }
        return ComposedOffer(media: media, line: line, formats: formats, events: events)
    }

    /// Our codecs with their numbers: those of the description in force as they stand there, then the others, so that an
    /// offer that only repeats what is in force does not raise the version.
    private mutating func formatsToOffer(previous: MediaDescription?) -> [RemoteAudio.Format] {
        var formats: [RemoteAudio.Format] = []
        for map in previous?.rtpMaps ?? [] {
            if let codec = local.codecs.first(where: { $0.matches(map) }) {
                formats.append(.init(payloadType: map.payloadType, codec: codec))
            }
        }
        for codec in local.codecs where !formats.contains(where: { $0.codec == codec }) {
            guard let number = payloads.number(for: .codec(codec)) else { continue }
            formats.append(.init(payloadType: number, codec: codec))
        }
        return formats
    }

    /// The m-lines of an answer: as many as the offer's, in its order; the first audio that we can use is accepted, the one in
    /// use before others; all else has port 0 (RFC 3264 §6).
    mutating func composeAnswer(to offer: SessionDescription) throws(OfferRefusal) -> ComposedAnswer {
        try checkLines(of: offer)
        var media = offer.media.map { refused($0) }
        guard offer.media.contains(where: { $0.port != 0 }) else {
            return ComposedAnswer(media: media, line: nil, plan: nil)
        }
        let (line, remote) = try usableAudio(of: offer)
        remember(offer.media[line])
        let formats = orderedFormats(of: remote)
        let clockRates = Set(formats.map(\.codec.clockRate))
        let events = local.telephoneEvent ? remote.events.filter { clockRates.contains($0.key) } : [:]
        let ours = LocalSide(
            formats: formats, events: events, direction: local.direction.answer(to: remote.direction),
            rtcpMux: remote.rtcpMux && local.rtcpMux)
        let plan = MediaPlan(sending: formats[0], to: remote, events: events, receiving: ours, ptime: local.ptime)
        media[line] = audio(
            formats: formats, events: events, ptime: plan.ptime, direction: ours.direction, rtcpMux: ours.rtcpMux)
        return ComposedAnswer(media: media, line: line, plan: plan)
    }

    /// A session never gets fewer m-lines (RFC 3264 §8).
    private func checkLines(of offer: SessionDescription) throws(OfferRefusal) {
        guard offer.media.count >= lineCount else {
            throw .notAcceptable(399, "the offer has \(offer.media.count) m-lines, the session already \(lineCount)")
        }
    }

    /// The first active audio m-line that we can use, the one in use before others.
    func usableAudio(of offer: SessionDescription) throws(OfferRefusal) -> (line: Int, remote: RemoteAudio) {
        var refusal: OfferRefusal?
        let active = offer.media.indices.filter { offer.media[$0].isAudio && offer.media[$0].port != 0 }
        for index in active.filter({ $0 == audioLine }) + active.filter({ $0 != audioLine }) {
            do throws(OfferRefusal) {
                return (index, try RemoteAudio(line: index, of: offer, local: local))
            } catch {
                refusal = refusal ?? error
            }
        }
        throw refusal ?? .notAcceptable(304, "the offer has no active audio m-line")
    }

    private func orderedFormats(of remote: RemoteAudio) -> [RemoteAudio.Format] {
        switch local.codecOrder {
        case .offerer: remote.formats
        case .local: local.codecs.compactMap { codec in remote.formats.first { $0.codec == codec } }
        }
    }

    /// Keeps what the peer bound its numbers to, so that a later offer of ours contradicts none.
    private mutating func remember(_ media: MediaDescription) {
        for map in media.rtpMaps where map.payloadType >= 96 {
            if map.encoding.equalsIgnoringCase("telephone-event" as StaticString) {
                payloads.bind(map.payloadType, to: .telephoneEvent(clockRate: map.clockRate))
            } else if let codec = local.codecs.first(where: { $0.matches(map) }) {
                payloads.bind(map.payloadType, to: .codec(codec))
            } else {
                payloads.bind(map.payloadType, to: .other)
            }
        }
    }

    /// The same m-line with port 0 and nothing below it (RFC 3264 §6: its formats do not matter, but one must be there).
    private func refused(_ media: MediaDescription) -> MediaDescription {
        MediaDescription(type: media.type, port: 0, proto: media.proto, formats: media.formats)
    }

    private func audio(
        formats: [RemoteAudio.Format], events: [Int: UInt8], ptime: Duration, direction: MediaDirection, rtcpMux: Bool
    ) -> MediaDescription {
        var media = MediaDescription(type: Words.audio, port: local.port, proto: Words.avp, formats: [])
        media.formats.reserveCapacity(formats.count + events.count)
        media.attributes.reserveCapacity(formats.count + 2 * events.count + 3)
        for format in formats {
            media.formats.append(.decimal(format.payloadType))
            media.attributes.append(.init(name: Words.rtpmap, value: format.codec.rtpMap(format.payloadType)))
        }
        for (clockRate, number) in events.sorted(by: { $0.value < $1.value }) {
            let payloadType = SessionDescription.Text.decimal(number)
            let rate = SessionDescription.Text.decimal(clockRate)
            media.formats.append(payloadType)
            media.attributes.append(.init(name: Words.rtpmap, value: payloadType + Words.telephoneEvent + rate))
            // The sixteen keys of a telephone (RFC 4733 §3.2).
            media.attributes.append(.init(name: Words.fmtp, value: payloadType + Words.keys))
        }
        media.attributes.append(.init(name: Words.ptime, value: .decimal(ptime.milliseconds)))
        media.attributes.append(.init(name: direction.text))
        if rtcpMux { media.attributes.append(.init(name: Words.rtcpMux)) }
        return media
    }
}

/// What every description of ours says: made once, shared by all.
private enum Words {
    static let audio = SessionDescription.Text("audio".utf8)
    static let avp = SessionDescription.Text("RTP/AVP".utf8)
    static let rtpmap = SessionDescription.Text("rtpmap".utf8)
    static let fmtp = SessionDescription.Text("fmtp".utf8)
    static let ptime = SessionDescription.Text("ptime".utf8)
    static let rtcpMux = SessionDescription.Text("rtcp-mux".utf8)
    static let telephoneEvent = SessionDescription.Text(" telephone-event/".utf8)
    static let keys = SessionDescription.Text(" 0-15".utf8)
}

/// What we said about ourselves in the exchange.
struct LocalSide {
    var formats: [RemoteAudio.Format]
    var events: [Int: UInt8]
    var direction: MediaDirection
    var rtcpMux: Bool
}

extension MediaPlan {
    /// The plan that two descriptions make. `events` are the peer's numbers of telephone-event by clock rate.
    init(
        sending format: RemoteAudio.Format, to remote: RemoteAudio, events: [Int: UInt8], receiving local: LocalSide,
        ptime: Duration
    ) {
        let clockRate = format.codec.clockRate
        let received = local.formats.map { ($0.payloadType, $0.codec) }
        self.init(
            codec: format.codec, payloadTypeToSend: format.payloadType,
            payloadTypesToReceive: Dictionary(received, uniquingKeysWith: { first, _ in first }),
            telephoneEventToSend: events[clockRate], telephoneEventToReceive: local.events[clockRate],
            ptime: remote.ptimeToSend(preferred: ptime), remoteRTP: remote.rtp,
            remoteRTCP: local.rtcpMux ? remote.rtp : remote.rtcp, remoteName: remote.name, rtcpMux: local.rtcpMux,
            direction: local.direction)
    }
}
