internal import Core

/// `sipctl call record ID FILE | --stop`.
struct CallRecording: Command {
    static let name = "record"

    private static let file = OptionalArgument<OutputPath>("FILE", "the WAV file to write")
    private static let stop = Flag("stop", in: .media, "stop the recording and close its file")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Record a call that is running",
            description: """
                The server writes the file, with its rights: a name without a slash at its start is taken from the directory of this \
                command. The recording ends with the call, or with --stop.

                \(ControlClient.description)
                """,
            arguments: [CallCommands.id, file], options: [stop, GlobalOptions.json] + ControlClient.options,
            examples: [
                Example("sipctl call record SCL_Cv7nTkSbWm2d call.wav", "Record a call from now on"),
                Example("sipctl call record SCL_Cv7nTkSbWm2d --stop", "Stop recording it"),
            ],
            exits: CallCommands.exits("the recording has begun, or has stopped"), seeAlso: ["call show", "serve"],
            runs: Self.self)
    }

    private let order: CallOrderRun

    init(_ options: ParsedOptions) throws(Failure) {
        let order: ControlOrder
        switch (options[Self.file], options[Self.stop]) {
        case (nil, true): order = .stopRecording
        case (let file?, false) where !file.isStandardOutput: order = .record(path: try Self.absolute(file.text))
        case (.some, false):
            throw options.usageFailure("the server writes the file: it cannot write to standard output")
        case (nil, false): throw options.usageFailure("name a FILE, or give --stop")
        case (.some, true): throw options.usageFailure("FILE and --stop exclude one another")
        }
        self.order = try CallOrderRun(order, order == .stopRecording ? "stop recording" : "record", options)
    }

    /// The server has another working directory.
    private static func absolute(_ path: String) throws(Failure) -> String {
        if path.hasPrefix("/") { return path }
        do throws(System.Problem) { return try System.workingDirectory() + "/" + path } catch {
            throw Failure(.local, "cannot name \(path): the working directory: \(error.sentence)")
        }
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus { try await order.run(terminal) }
}
