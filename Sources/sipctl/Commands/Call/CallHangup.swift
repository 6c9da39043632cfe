internal import Core

/// `sipctl call hangup ID... | --all`.
struct CallHangup: Command {
    static let name = "hangup"

    private static let ids = ArgumentList<String>("ID", "ids or keys of calls")
    private static let all = Flag("all", in: .selection, "hang up every call")
    private static let header = OptionList<HeaderOption>(
        "header", "NAME:VALUE", in: .call, "add a header field to the BYE, CANCEL or response")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Hang up calls",
            description: """
                Ends calls politely: BYE for one that was answered, CANCEL for one that rings at the callee, 486 for one that rings here. \
                Prints the id of each; a call that is not there does not keep the others from being ended.

                \(ControlClient.description)
                """,
            arguments: [ids], options: [all, header, GlobalOptions.json] + ControlClient.options,
            examples: [
                Example("sipctl call hangup SCL_Cv7nTkSbWm2d", "Hang up one call"),
                Example("sipctl call hangup --all", "Hang up every call"),
                Example(
                    "sipctl call hangup 0-1 --header 'Reason:Q.850;cause=16'", "Say to the peer why"),
            ],
            exits: CallCommands.exits("all are hung up", "at least one could not be hung up"),
            seeAlso: ["call list", "room delete", "drain"], runs: Self.self)
    }

    private let ids: [String]
    private let isForAll: Bool
    private let order: ControlOrder
    private let client: ControlClient

    init(_ options: ParsedOptions) throws(Failure) {
        (ids, isForAll) = (options[Self.ids], options[Self.all])
        guard ids.isEmpty == isForAll else {
            throw options.usageFailure(ids.isEmpty ? "name calls, or give --all" : "ids and --all exclude one another")
        }
        var headers: [String: String] = [:]
        for header in options[Self.header] { headers[header.name] = header.value }
        order = .hangup(headers: headers)
        client = try ControlClient(options)
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let names = isForAll ? try await client.calls(to: "hang up every call").map(\.id) : ids
        if names.isEmpty { terminal.note("no calls") }
        var status = ExitStatus.done
        for name in names {
            do throws(Failure) {
                let call = try await client.order(order, name, to: "hang up \(name)")
                if terminal.settings.json {
                    try terminal.emit(bytes: call.jsonLine)
                } else {
                    try terminal.emit(line: call.id)
                }
            } catch {
                // With --all a call may end by itself between the list and the order.
                guard error.exit == .no else { throw error }
                if isForAll { continue }
                terminal.warn(error.message)
                status = .no
            }
        }
        return status
    }
}
