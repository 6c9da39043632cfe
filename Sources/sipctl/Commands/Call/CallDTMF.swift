internal import Core

/// `sipctl call dtmf ID DIGITS`.
struct CallDTMF: Command {
    static let name = "dtmf"

    private static let digits = Argument<DigitsWord>("DIGITS", "0-9 * # A-D, and w for half a second of silence")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Send digits to the peer of a call",
            description: """
                Sends telephone-events (RFC 4733), one after the other; the command does not wait until they are sent.

                \(ControlClient.description)
                """,
            arguments: [CallCommands.id, digits], options: [GlobalOptions.json] + ControlClient.options,
            examples: [Example("sipctl call dtmf SCL_Cv7nTkSbWm2d ww12#", "Wait a second, then send 1, 2 and #")],
            exits: CallCommands.exits("the digits are on their way"), seeAlso: ["call list", "participant create"],
            runs: Self.self)
    }

    private let order: CallOrderRun

    init(_ options: ParsedOptions) throws(Failure) {
        order = try CallOrderRun(.dtmf(try options[Self.digits].text), "send digits to", options)
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus { try await order.run(terminal) }
}

/// Digits to send, with pauses.
struct DigitsWord: ArgumentValue {
    let text: String

    static let kind = ValueKind.text

    init(argument: String) throws(ValueProblem) {
        guard ControlOrder.areDigits(argument) else {
            throw ValueProblem("is not digits: write 0-9 * # A-D, and w for half a second")
        }
        text = argument
    }
}

/// Gives one order to one call and shows the call with `--json`; otherwise there is nothing to say.
struct CallOrderRun {
    private let order: ControlOrder
    private let id: String
    private let subject: String
    private let client: ControlClient

    /// `words` say what the order does, without the call: `hold`.
    init(_ order: ControlOrder, _ words: String, _ options: ParsedOptions) throws(Failure) {
        (self.order, id) = (order, try options[CallCommands.id])
        (subject, client) = ("\(words) \(id)", try ControlClient(options))
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let call = try await client.order(order, id, to: subject)
        if terminal.settings.json { try terminal.emit(bytes: call.jsonLine) }
        return .done
    }
}
