internal import Core
internal import Media

/// A call that was asked for by CreateSIPParticipant, until it is answered or has failed.
struct PlacedCall: Sendable {
    /// `SCL_…`.
    let id: String
    let plan: ParticipantPlan
    let encoding: APIEncoding
    let digits: DTMFSequence
    /// What the room hears until the answer; nil for nothing.
    let dialTone: Tone?
    /// Where the INVITE goes; nil before its host was looked up.
    var remote: SocketAddress?
    /// Answers the request; kept until then.
    let responder: HTTPResponder

    /// Checks a request against the table.
    init(
        _ request: CreateSIPParticipantRequest, _ encoding: APIEncoding, table: RoutingTable, id: String,
        random: UInt64, _ responder: HTTPResponder
    ) throws(TwirpError) {
        plan = try ParticipantPlan(request, table, random: random)
        (self.id, self.encoding, self.responder) = (id, encoding, responder)
        do throws(DTMFSequenceError) { digits = try DTMFSequence(request.dtmf) } catch {
            throw .invalid("dtmf", error.sentence)
        }
        let country = request.destination?.country ?? ""
        let tones = ProgressTones(country: country.isEmpty ? plan.trunk.destinationCountry : country)
        dialTone = request.playDialtone ? (tones ?? .europe).ringback : nil
    }
}
