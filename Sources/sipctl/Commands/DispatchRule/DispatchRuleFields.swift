internal import Core

/// The options for the fields of a dispatch rule.
enum DispatchRuleFields {
    static let name = TrunkFields.name
    static let metadata = Option<String>("metadata", "TEXT", in: .input, "metadata of the participant")
    static let attribute = OptionList<NameAndValue>(
        "attribute", "NAME=VALUE", in: .input, "attribute of the participant",
        details: "An empty value removes the attribute.")
    static let trunks = OptionList<CommaList>(
        "trunks", "LIST", in: .selection, "ids of the trunks whose calls it takes",
        details: "None takes those of every trunk.")
    static let callers = OptionList<CommaList>(
        "inbound-numbers", "LIST", in: .selection, "calling numbers that it takes", details: "None takes every one.")
    static let numbers = OptionList<CommaList>(
        "numbers", "LIST", in: .selection, "called numbers that it takes", details: "None takes every one.")
    static let direct = Option<String>("direct", "ROOM", in: .call, "one room for all")
    static let individual = Option<String>(
        "individual", "PREFIX", in: .call, "a room for each caller: PREFIX_NUMBER_RANDOM")
    static let caller = Option<String>("caller", "PREFIX", in: .call, "the same as --individual", hidden: true)
    static let callee = Option<String>("callee", "PREFIX", in: .call, "a room for each called number: PREFIX_NUMBER")
    static let randomize = Flag("randomize", in: .call, "with --callee: a room for each call")
    static let noRandomness = Flag(
        "no-randomness", in: .call, "with --individual: the same room for each call of a caller")
    static let pin = Option<String>(
        "pin", "DIGITS", in: .authentication, "what the caller must enter before '#'",
        details: "An empty word asks for nothing.")
    static let hide = Option<SwitchWord>(
        "hide-phone-number", "WORD", in: .call, "keep the caller's number from the room: on, off")
    static let preset = Option<String>("room-preset", "NAME", in: .call, "the preset of a new room")
    static let config = Option<RequestText>(
        "room-config", "FILE", in: .call, "JSON of the configuration of a new room: a file, - or the JSON itself")
    static let agent = OptionList<String>(
        "agent", "NAME", in: .call, "send the agent to a new room",
        details: "An empty word removes those that were set.")
    static let krisp = InboundTrunkFields.krisp

    static let all: [any DeclaredOption] =
        [
            name, metadata, attribute, trunks, callers, numbers, direct, individual, caller, callee, randomize,
            noRandomness, pin, hide, preset, config, agent, krisp,
        ] + MediaPolicyOptions.all

    /// Writes what was given into a rule.
    static func apply(
        _ options: ParsedOptions, _ config: RoomConfiguration?, to rule: inout DispatchRule
    ) throws(Failure) {
        if let text = options[name] { rule.name = text }
        if let text = options[metadata] { rule.metadata = text }
        TrunkFields.merge(options.pairs(attribute), into: &rule.attributes)
        let trunkWords = options[trunks]
        if !trunkWords.isEmpty { rule.trunkIDs = trunkWords.flatMap(\.items).map { TrunkID($0) } }
        options.apply(callers, to: &rule.callers)
        options.apply(numbers, to: &rule.numbers)
        try applyRoom(options, to: &rule)
        if let digits = options[pin] { rule.pin = digits }
        if let word = options[hide] { rule.hidePhoneNumber = word.isOn }
        if let text = options[preset] { rule.roomPreset = text }
        if let config { rule.roomConfig = config }
        applyAgents(options[agent], to: &rule)
        if let word = options[krisp] { rule.krispEnabled = word.isOn }
        try MediaPolicyOptions.apply(options, to: &rule.media)
    }

    private static func applyRoom(_ options: ParsedOptions, to rule: inout DispatchRule) throws(Failure) {
        let prefix = options[individual] ?? options[caller]
        let given = [options[direct], prefix, options[callee]].compactMap { $0 }
        guard given.count < 2 else {
            throw options.usageFailure("--direct, --individual and --callee exclude each other")
        }
        if let room = options[direct] { rule.room = .direct(roomName: room) }
        if let prefix { rule.room = .individual(roomPrefix: prefix, noRandomness: false) }
        if let prefix = options[callee] { rule.room = .callee(roomPrefix: prefix, randomize: false) }
        switch rule.room {
        case .individual(let prefix, _) where options[noRandomness]:
            rule.room = .individual(roomPrefix: prefix, noRandomness: true)
        case .callee(let prefix, _) where options[randomize]:
            rule.room = .callee(roomPrefix: prefix, randomize: true)
        default: break
        }
        if options[noRandomness], case .individual = rule.room {
        } else if options[noRandomness] {
            throw options.usageFailure("--no-randomness needs --individual")
        }
        if options[randomize], case .callee = rule.room {
        } else if options[randomize] {
            throw options.usageFailure("--randomize needs --callee")
        }
    }

    private static func applyAgents(_ names: [String], to rule: inout DispatchRule) {
        guard !names.isEmpty else { return }
        var config = rule.roomConfig ?? RoomConfiguration()
        config.agents = names.filter { !$0.isEmpty }.map { name in
            var agent = AgentDispatch()
            agent.agentName = name
            return agent
        }
        rule.roomConfig = config
    }

    /// The configuration of rooms that was given.
    static func roomConfig(_ options: ParsedOptions, _ terminal: Terminal) throws(Failure) -> RoomConfiguration? {
        guard let text = options[config] else { return nil }
        return try text.read(terminal).message()
    }
}

extension DispatchRule: ListedObject {
    static let headings = ["ID", "NAME", "ROOM", "PIN", "TRUNKS", "CALLERS", "NUMBERS", "AGENTS"]

    var cells: [String] {
        [
            id.description, name.cell, roomCell, pin.cell, trunkIDs.map(\.description).cell, callers.cell, numbers.cell,
            (roomConfig?.agents ?? []).map(\.agentName).cell,
        ]
    }

    /// The room, with the parts that differ from call to call in braces.
    private var roomCell: String {
        switch room {
        case .direct(let name): name
        case .individual(let prefix, let noRandomness):
            [prefix, "{caller}", noRandomness ? "" : "{random}"].filter { !$0.isEmpty }.joined(separator: "_")
        case .callee(let prefix, let randomize):
            [prefix, "{called}", randomize ? "{random}" : ""].filter { !$0.isEmpty }.joined(separator: "_")
        }
    }

    /// The PIN is no secret to those who may make rules.
    var concealed: Self { self }
}
