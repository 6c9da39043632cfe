internal import Core

/// `sipctl call`: the calls of the server that runs here.
enum CallCommands {
    static let reference = CommandReference("call") {
        CommandSpec(
            "call", "See and steer the calls of the running server",
            description: """
                A call has an id such as SCL_Cv7nTkSbWm2d, and a key such as 0-1 by which event lines name it; both are taken.

                \(ControlClient.description)
                """,
            examples: [
                Example("sipctl call list", "Show the calls"),
                Example("sipctl call list --json | jq -r .id | xargs sipctl call hangup", "End them all"),
            ],
            seeAlso: ["room", "participant", "cdr", "drain", "serve"],
            subcommands: [
                CommandReference(CallList.self),
                CommandReference(CallShow.self),
                CommandReference(CallHangup.self),
                CommandReference(CallDTMF.self),
                CommandReference(CallHold.self),
                CommandReference(CallResume.self),
                CommandReference(CallRecording.self),
            ])
    }

    static let id = Argument<String>("ID", "the id or the key of a call")

    /// The exit statuses of the commands on one call.
    static func exits(_ done: String, _ no: String = "there is no such call, or it is not in a state for this")
        -> [ExitNote]
    {
        [ExitStatus.done.when(done), ExitStatus.no.when(no), ControlClient.noServer, ExitStatus.local.note]
    }

    /// The path of a call, and of an order to it.
    static func path(_ id: String, _ word: String = "") -> String {
        "/v1/calls/\(HTTPTarget.escaped(id))" + (word.isEmpty ? "" : "/\(word)")
    }
}

extension ControlClient {
    /// The calls that live.
    func calls(to subject: String = "list calls") async throws(Failure) -> [CallSnapshot] {
        var calls: [CallSnapshot] = []
        for body in try await askAll(.get, "/v1/calls", to: subject) {
            calls += try read(subject) { () throws(FieldError) in try CallSnapshot.list(json: body) }
        }
        return calls.sorted { $0.id < $1.id }
    }

    /// Gives an order and answers with the call as it is then.
    func order(_ order: ControlOrder, _ id: String, to subject: String) async throws(Failure) -> CallSnapshot {
        // A peer may take its time to agree to a hold (RFC 3261 §17.1.1.2).
        let body = try await ask(
            .post, CallCommands.path(id, order.word), order.json, to: subject, within: .seconds(60))
        return try read(subject) { () throws(FieldError) in try CallSnapshot(json: body) }
    }
}
