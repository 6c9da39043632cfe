internal import Core

/// `sipctl participant list [--room NAME]`.
struct ParticipantList: Command {
    static let name = "list"

    private static let room = Option<String>("room", "NAME", in: .selection, "only participants of this room")

    static var spec: CommandSpec {
        CommandSpec(
            name, "List the phones that are in rooms", description: ControlClient.description,
            options: [room, GlobalOptions.json] + ControlClient.options,
            examples: [
                Example("sipctl participant list", "Show everyone"),
                Example(
                    "sipctl participant list --room support --json | jq -r .participant_identity",
                    "Print who is in a room"),
            ],
            exits: [ExitStatus.done.note, ControlClient.noServer, ExitStatus.local.note],
            seeAlso: ["room show", "participant create"], runs: Self.self)
    }

    private let room: String?
    private let client: ControlClient

    init(_ options: ParsedOptions) throws(Failure) {
        (room, client) = (options[Self.room], try ControlClient(options))
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let target = "/v1/participants" + (room.map { "?room=\(HTTPTarget.escaped($0))" } ?? "")
        var calls: [CallSnapshot] = []
        for body in try await client.askAll(.get, target, to: "list participants") {
            calls += try client.read("list participants") { () throws(FieldError) in
                try CallSnapshot.participants(json: body)
            }
        }
        if terminal.settings.json {
            try terminal.emit(listed: calls)
        } else if !calls.isEmpty {
            try terminal.emit(listed: calls.map { Participant(call: $0) })
        } else {
            terminal.note("no participants")
        }
        return .done
    }
}

/// A call as the participant that it is.
private struct Participant: ControlListed {
    var call: CallSnapshot

    static let fields: [ControlField<Self>] = []
    static var blank: Self { Self(call: CallSnapshot()) }
    static let listName: StaticString = "participants"
    static let headings = ["ROOM", "IDENTITY", "NAME", "STATUS", "CALL", "TIME"]

    func cells(at now: Duration) -> [String] {
        [
            call.room.cell, call.identity.cell, call.name.cell, call.status.cell, call.id.cell,
            ClockText.length(now - (call.answeredAt ?? call.startedAt)),
        ]
    }
}
