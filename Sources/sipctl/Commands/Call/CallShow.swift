internal import Core

/// `sipctl call show ID`.
struct CallShow: Command {
    static let name = "show"

    static var spec: CommandSpec {
        CommandSpec(
            name, "Show everything about a call", description: ControlClient.description,
            arguments: [CallCommands.id], options: [GlobalOptions.json] + ControlClient.options,
            examples: [
                Example("sipctl call show SCL_Cv7nTkSbWm2d", "Show a call"),
                Example("sipctl call show 0-1 --json | jq .attributes", "Show the attributes of its participant"),
            ],
            exits: CallCommands.exits("done", "there is no such call"), seeAlso: ["call list", "cdr list"],
            runs: Self.self)
    }

    private let id: String
    private let client: ControlClient

    init(_ options: ParsedOptions) throws(Failure) {
        (id, client) = (try options[CallCommands.id], try ControlClient(options))
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let body = try await client.ask(.get, CallCommands.path(id), to: "show \(id)")
        let call = try client.read("show \(id)") { () throws(FieldError) in try CallSnapshot(json: body) }
        try terminal.emit(fieldsOf: call)
        return .done
    }
}
