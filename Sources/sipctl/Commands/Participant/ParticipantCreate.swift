internal import Core
internal import IO

/// `sipctl participant create`.
struct ParticipantCreate: Command {
    static let name = "create"

    private static let file = OptionalArgument<RequestText>(
        "FILE", "JSON of the request: a file, - or the JSON itself")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Call a number into a room",
            description: """
                Makes the server dial by an outbound trunk and put the callee into the room, and prints the id of the call. \
                With --wait the command ends when the callee has answered, or with the reason why not; without it, as soon as \
                the server dials. Options win over what FILE says. Names of fields may be in snake_case or lowerCamelCase.

                \(ControlClient.description) With --url, the server there.
                """,
            arguments: [file],
            options: ParticipantFields.all + ServiceOptions.all + [ParticipantFields.timeout, GlobalOptions.json],
            examples: [
                Example(
                    "sipctl participant create --trunk ST_Cv7nTkSbWm2d --call +15550123 \\\n  --room support --wait",
                    "Call a number, and wait for the answer"),
                Example(
                    "sipctl participant create --trunk ST_Cv7nTkSbWm2d --call +15550123 \\\n"
                        + "  --room support --dtmf ww12# --play-dialtone",
                    "Choose an extension after the answer; the room hears the ringing"),
                Example(
                    "sipctl participant create request.json --room other",
                    "Take a request from a file, for another room"),
            ],
            exits: [
                ExitStatus.done.when("the server dials; with --wait: the callee has answered"),
                ExitStatus.no.when("the callee is busy or declined, or the request is not valid"),
                ExitStatus.unreachable.when("nobody answered in time, or no server runs"),
                ExitStatus.refused.when("the peer or the server refuses the credentials"),
                ExitStatus.local.when("FILE or the server is at fault"),
            ],
            seeAlso: ["participant list", "trunk create outbound", "call list", "dial"], runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        var request = CreateSIPParticipantRequest()
        if let file = options[Self.file] { request = try file.read(terminal).message() }
        ParticipantFields.apply(options, to: &request)
        try check(request)
        let callee = request.callTo
        if request.waitUntilAnswered { terminal.status("calling \(callee) …") }
        let reply = try await ParticipantCall(options, patience(request)).place(request)
        for warning in reply.warnings { terminal.warn("warning: \(warning)") }
        let info: SIPParticipantInfo
        do throws(FieldError) { info = try SIPParticipantInfo(json: reply.body) } catch {
            throw Failure(.unreachable, "cannot call \(callee): the answer cannot be read: \(error.sentence)")
        }
        if terminal.settings.json {
            try terminal.emit(bytes: info.json() + [0x0a])
        } else {
            try terminal.emit(line: info.sipCallID)
            let done = request.waitUntilAnswered ? "is in" : "is being called into"
            terminal.note("\(info.participantIdentity) \(done) the room \(info.roomName)")
        }
        return .done
    }

    /// What is missing is told in the words of the command line.
    private func check(_ request: CreateSIPParticipantRequest) throws(Failure) {
        var missing: [String] = []
        if request.trunkID.description.isEmpty, request.trunk == nil { missing.append("--trunk") }
        if request.callTo.isEmpty, request.requestURI == nil { missing.append("--call") }
        if request.roomName.isEmpty { missing.append("--room") }
        guard missing.isEmpty else {
            throw options.usageFailure(
                "\(missing.joined(separator: " and ")) \(missing.count == 1 ? "is" : "are") missing")
        }
        if !request.dtmf.isEmpty, !ControlOrder.areDigits(request.dtmf) {
            throw options.usageFailure(
                "dtmf: '\(request.dtmf)' is not digits: write 0-9 * # A-D, and w for half a second")
        }
    }

    /// How long to wait for the answer: a call that rings for long needs longer.
    private func patience(_ request: CreateSIPParticipantRequest) -> Duration {
        if let timeout = options[ParticipantFields.timeout] { return timeout }
        guard request.waitUntilAnswered else { return .seconds(30) }
        return max(.seconds(80), (request.ringingTimeout ?? .zero) + .seconds(10))
    }
}
