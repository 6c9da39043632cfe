/// The offer/answer machine of one dialog, for one audio stream (RFC 3264; RFC 3261 §13.2.1, §14; RFC 6337).
///
/// At most one offer of ours is pending. An offer of the peer is answered by the call that receives it. A refused
/// offer or answer leaves what was agreed before in force. It is a value: a dialog that a fork makes starts with a copy.
package struct OfferAnswer: Sendable {
    /// Our answer to an offer, and what the two agreed.
    package struct Answer: Sendable {
        /// The description to send.
        package var sdp: [UInt8]
        /// nil: the offer holds no active m-line, so there is no media (RFC 3264 §8.2, RFC 4317 §5.1).
        package var plan: MediaPlan?
    }

    /// Our end. Changes take effect with the next offer or answer.
    package var local: LocalMedia

    /// What was agreed last; with an offer pending, what holds until its answer. nil when there is no media.
    package private(set) var plan: MediaPlan?

    private enum State: Sendable {
        case stable
        case offered(PendingOffer)
    }

    private var state = State.stable
    private var origin: SessionDescription.Origin
    private let sessionName: SessionDescription.Text

    /// The last description that left, agreed or not: versions count from it.
    private var lastSent: (description: SessionDescription, version: UInt64)?
    /// Our description in force.
    private var agreed: SessionDescription?
    /// The place of our audio among the m-lines.
    var audioLine: Int?
    /// What each payload number has meant in this session; the meaning must not change (RFC 3264 §8.3.2).
    var payloads = PayloadTable()

    /// A machine for a new dialog. `sessionID` is to be unique (RFC 8866 §5.2); its top bit is dropped, because o= holds signed
    /// numbers (RFC 3264 §5).
    package init(local: LocalMedia, sessionID: UInt64, sessionName: String = "sipctl") {
        self.local = local
        self.sessionName = ArraySlice(sessionName.utf8)
        // o= stays the same but for its version, also when media moves (RFC 3264 §8).
        origin = .init(
            username: ArraySlice("-".utf8), sessionID: .decimal(sessionID & UInt64(Int64.max)),
            sessionVersion: [], networkType: internet, addressType: addressType(of: local.address),
            address: addressText(of: local.address))
    }

    /// Whether an offer of ours waits for its answer.
    package var hasPendingOffer: Bool {
        switch state {
        case .stable: false
        case .offered: true
        }
    }

    /// How many m-lines the session has.
    var lineCount: Int { agreed?.media.count ?? 0 }

    /// Our description in force: the pending offer, else the last one that was agreed.
    package var localDescription: [UInt8]? {
        switch state {
        case .stable: agreed?.bytes
        case .offered(let offer): offer.description.bytes
        }
    }

    /// Makes an offer; `direction` becomes what we want from now on, nil keeps it. A second offer replaces a pending one,
    /// which must have been refused or never sent.
    package mutating func makeOffer(direction: MediaDirection? = nil) -> [UInt8] {
        rollback()
        let previous = local.direction
        if let direction { local.direction = direction }
        let offer = composeOffer(after: agreed)
        let description = numbered(offer.media, times: agreed?.times ?? [])
        state = .offered(
            PendingOffer(
                description: description, line: offer.line, formats: offer.formats,
                events: offer.events, previousDirection: previous))
        return description.bytes
    }

    /// Takes a description made elsewhere as our offer, which is sent as it stands; nil when it can be. Later descriptions continue its
    /// o= and its m-lines. Of its formats only those count that are ours.
    package mutating func makeOffer(verbatim sdp: some Collection<UInt8>) -> OfferRefusal? {
        do throws(OfferRefusal) {
            let description = try read(sdp)
            let audio = try usableAudio(of: description)
            if let own = description.origin { origin = own }
            let number = description.origin.flatMap { UInt64(decimal: $0.sessionVersion) }
            lastSent = (description, number ?? lastSent?.version ?? 0)
            state = .offered(
                PendingOffer(
                    description: description, line: audio.line, formats: audio.remote.formats,
                    events: audio.remote.events,
                    previousDirection: local.direction))
            return nil
        } catch {
            return error
        }
    }

    /// Forgets a pending offer: the peer refused it, or its request was cancelled. What was agreed stays in force
    /// (RFC 3264 §8), and what we want is again what it was before. Without a pending offer nothing happens.
    package mutating func rollback() {
        guard case .offered(let offer) = state else { return }
        local.direction = offer.previousDirection
        state = .stable
    }

    /// Answers an offer of the peer.
    package mutating func receiveOffer(_ sdp: some Collection<UInt8>) -> Result<Answer, OfferRefusal> {
        // Both sides offered: the one that answers second refuses (RFC 3261 §14.2, RFC 3311 §5.2).
        guard !hasPendingOffer else {
            return .failure(.init(status: 491, sentence: "an offer of ours waits for its answer"))
        }
        do throws(OfferRefusal) {
            let offer = try read(sdp)
            let answer = try composeAnswer(to: offer)
            let description = numbered(answer.media, times: offer.times)
            (agreed, plan, audioLine) = (description, answer.plan, answer.line ?? audioLine)
            return .success(Answer(sdp: description.bytes, plan: answer.plan))
        } catch {
            return .failure(error)
        }
    }

    /// Takes the answer to our pending offer. Without one, it repeats an answer that we have (a 2xx after a reliable
    /// provisional) and is ignored (RFC 3261 §13.2.1).
    package mutating func receiveAnswer(_ sdp: some Collection<UInt8>) -> Result<MediaPlan, OfferRefusal> {
        guard case .offered(let offer) = state else {
            return plan.map { .success($0) }
                ?? .failure(.init(status: 400, sentence: "there is no offer that this could answer"))
        }
        // Whatever the answer is worth, the exchange is over.
        state = .stable
        do throws(OfferRefusal) {
            let agreedPlan = try match(try read(sdp), to: offer)
            (agreed, plan, audioLine) = (offer.description, agreedPlan, offer.line)
            return .success(agreedPlan)
        } catch {
            return .failure(error)
        }
    }

    /// Looks at the description in an unreliable provisional response: it foretells the answer, which the 2xx repeats
    /// (RFC 6337 §3.1.1). The plan is for early media; the offer stays pending.
    package func previewAnswer(_ sdp: some Collection<UInt8>) -> Result<MediaPlan, OfferRefusal> {
        guard case .offered(let offer) = state else {
            return .failure(.init(status: 400, sentence: "there is no offer that this could answer"))
        }
        do throws(OfferRefusal) { return .success(try match(try read(sdp), to: offer)) } catch {
            return .failure(error)
        }
    }

    private func read(_ sdp: some Collection<UInt8>) throws(OfferRefusal) -> SessionDescription {
        do { return try SessionDescription(parsing: sdp) } catch { throw OfferRefusal(error) }
    }

    /// Completes a description of ours. The version goes up by one exactly when something else differs from the last one
    /// that left (RFC 3264 §8).
    private mutating func numbered(
        _ media: [MediaDescription], times: [SessionDescription.Time]
    ) -> SessionDescription {
        var description = SessionDescription()
        description.origin = origin
        description.sessionName = sessionName
        description.connection = .init(
            networkType: internet, addressType: addressType(of: local.address),
            address: addressText(of: local.address))
        // The time of a session cannot be negotiated (RFC 3264 §6). None stands for one without bounds.
        if times != [SessionDescription.Time(start: 0, stop: 0)] { description.times = times }
        description.media = media
        let version: UInt64
        if let lastSent {
            description.origin?.sessionVersion = lastSent.description.origin?.sessionVersion ?? []
            if description == lastSent.description { return description }
            version = lastSent.version &+ 1
        } else {
            version = 1
        }
        description.origin?.sessionVersion = .decimal(version)
        lastSent = (description, version)
        return description
    }
}

/// An offer of ours that has no answer yet.
struct PendingOffer: Sendable {
    var description: SessionDescription
    /// The place of our audio among the m-lines.
    var line: Int
    var formats: [RemoteAudio.Format]
    /// The number of telephone-event by clock rate.
    var events: [Int: UInt8]
    /// What we wanted before the offer.
    var previousDirection: MediaDirection

    var direction: MediaDirection { description.direction(of: description.media[line]) }
    var rtcpMux: Bool { description.media[line].hasRTCPMux }
}

private let internet = SessionDescription.Text("IN".utf8)

private func addressText(of address: IPAddress) -> SessionDescription.Text {
    var text: [UInt8] = []
    text.append(address)
    return text[...]
}

private func addressType(of address: IPAddress) -> SessionDescription.Text {
    ArraySlice((address.isIPv4 ? "IP4" : "IP6").utf8)
}
