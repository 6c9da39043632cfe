internal import Core

/// `sipctl call hold ID`.
struct CallHold: Command {
    static let name = "hold"

    static var spec: CommandSpec {
        CommandSpec(
            name, "Put a call on hold",
            description: """
                Asks the peer by re-INVITE to send no audio, sends it none, and waits for its answer. A call that is held stays so \
                until it is resumed.

                \(ControlClient.description)
                """,
            arguments: [CallCommands.id], options: [GlobalOptions.json],
            examples: [Example("sipctl call hold SCL_Cv7nTkSbWm2d", "Put a call on hold")],
            exits: CallCommands.exits("the call is held", "there is no such call, or the peer refuses"),
            seeAlso: ["call resume"],
            runs: Self.self)
    }

    private let id: String

    init(_ options: ParsedOptions) throws(Failure) { id = try options[CallCommands.id] }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        try await CallOrderRun(.hold, id, "hold \(id)").run(terminal)
    }
}

/// `sipctl call resume ID`.
struct CallResume: Command {
    static let name = "resume"

    static var spec: CommandSpec {
        CommandSpec(
            name, "Take a call off hold", description: ControlClient.description, arguments: [CallCommands.id],
            options: [GlobalOptions.json],
            examples: [Example("sipctl call resume SCL_Cv7nTkSbWm2d", "Take a call off hold")],
            exits: CallCommands.exits("the audio goes on", "there is no such call, or the peer refuses"),
            seeAlso: ["call hold"],
            runs: Self.self)
    }

    private let id: String

    init(_ options: ParsedOptions) throws(Failure) { id = try options[CallCommands.id] }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        try await CallOrderRun(.resume, id, "resume \(id)").run(terminal)
    }
}
