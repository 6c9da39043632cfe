internal import Core

/// The options that say whom to call, as whom, and how.
enum ParticipantFields {
    static let trunk = Option<String>("trunk", "ID", in: .call, "the outbound trunk to call by")
    static let call = Option<String>("call", "NUMBER", in: .call, "the number or user to call")
    static let room = Option<String>("room", "NAME", in: .call, "the room that the callee joins")
    static let identity = Option<String>(
        "identity", "ID", in: .call, "the identity in the room", default: "sip_ and the number")
    static let name = Option<String>("name", "NAME", in: .call, "the name in the room")
    static let metadata = Option<String>("metadata", "TEXT", in: .call, "the metadata of the participant")
    static let attribute = OptionList<NameAndValue>(
        "attribute", "NAME=VALUE", in: .call, "an attribute of the participant")
    static let number = Option<String>(
        "number", "NUMBER", in: .call, "the caller's number that the callee sees", default: "the trunk's")
    static let displayName = Option<String>("display-name", "NAME", in: .call, "the caller's name that the callee sees")
    static let header = OptionList<HeaderOption>("header", "NAME:VALUE", in: .call, "add a header field to the INVITE")
    static let dtmf = Option<DigitsWord>(
        "dtmf", "DIGITS", in: .media, "send digits after the answer; w waits half a second")
    static let dialtone = Flag("play-dialtone", in: .media, "let the room hear a tone while the callee is called")
    static let wait = Flag("wait", in: .output, "wait until the callee has answered")
    static let ringing = Option<Duration>(
        "ringing-timeout", "TIME", in: .limits, "give up when nobody answers for so long")
    static let maximum = Option<Duration>(
        "max-call-duration", "TIME", in: .limits, "hang up this long after the answer")
    static let timeout = Option<Duration>(
        "timeout", "TIME", in: .limits, "how long to wait for the server",
        details: "With --wait and a long --ringing-timeout, ten seconds more than that unless it is given.",
        default: "80s")

    static let all: [any DeclaredOption] = [
        trunk, call, room, identity, name, metadata, attribute, number, displayName, header, dtmf, dialtone, wait,
        ringing,
        maximum,
    ]

    /// Writes what was given into a request; the rest stays.
    static func apply(_ options: ParsedOptions, to request: inout CreateSIPParticipantRequest) {
        func set<Value>(_ option: Option<Value>, _ write: (Value) -> Void) {
            if let value = options[option] { write(value) }
        }
        set(trunk) { request.trunkID = TrunkID($0) }
        set(call) { request.callTo = $0 }
        set(room) { request.roomName = $0 }
        set(identity) { request.participantIdentity = $0 }
        set(name) { request.participantName = $0 }
        set(metadata) { request.participantMetadata = $0 }
        set(number) { request.number = $0 }
        set(displayName) { request.displayName = $0 }
        set(dtmf) { request.dtmf = $0.text }
        set(ringing) { request.ringingTimeout = $0 }
        set(maximum) { request.maxCallDuration = $0 }
        for item in options[attribute] { request.participantAttributes[item.name] = item.value }
        for item in options[header] { request.headers[item.name] = item.value }
        if options[dialtone] { request.playDialtone = true }
        if options[wait] { request.waitUntilAnswered = true }
    }
}
