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
            arguments: [CallCommands.id], options: [GlobalOptions.json] + ControlClient.options,
            examples: [Example("sipctl call hold SCL_Cv7nTkSbWm2d", "Put a call on hold")],
            exits: CallCommands.exits("the call is held", "there is no such call, or the peer refuses"),
            seeAlso: ["call resume"],
            runs: Self.self)
    }

    private let order: CallOrderRun

    init(_ options: ParsedOptions) throws(Failure) { order = try CallOrderRun(.hold, "hold", options) }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus { try await order.run(terminal) }
}

/// `sipctl call resume ID`.
struct CallResume: Command {
    static let name = "resume"

    static var spec: CommandSpec {
        CommandSpec(
            name, "Take a call off hold", description: ControlClient.description, arguments: [CallCommands.id],
            options: [GlobalOptions.json] + ControlClient.options,
            examples: [Example("sipctl call resume SCL_Cv7nTkSbWm2d", "Take a call off hold")],
            exits: CallCommands.exits("the audio goes on", "there is no such call, or the peer refuses"),
            seeAlso: ["call hold"],
            runs: Self.self)
    }

    private let order: CallOrderRun

    init(_ options: ParsedOptions) throws(Failure) { order = try CallOrderRun(.resume, "resume", options) }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus { try await order.run(terminal) }
}
