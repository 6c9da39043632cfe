internal import Core

/// The options for the fields that both kinds of trunk have.
enum TrunkFields {
    static let name = Option<String>("name", "TEXT", in: .input, "what people call it")
    static let metadata = Option<String>("metadata", "TEXT", in: .input, "text for programs")
    static let header = OptionList<HeaderEntry>(
        "header", "NAME:VALUE", in: .call, "add a header field to our messages",
        details:
            "To the answer of an inbound trunk's calls, to the INVITE of an outbound trunk's. An empty value removes a header."
    )
    static let headerToAttribute = OptionList<NameAndValue>(
        "header-to-attribute", "HEADER=NAME", in: .call, "make the peer's header an attribute of the participant")
    static let attributeToHeader = OptionList<NameAndValue>(
        "attribute-to-header", "NAME=HEADER", in: .call, "send an attribute of the participant as a header")
    static let includeHeaders = Option<HeaderInclusionChoice>(
        "include-headers", "WHICH", in: .call, "headers of the peer that become attributes: none, x, all",
        details: "With x, those whose names begin with X-; their attributes are sip.h.NAME.")

    static let common: [any DeclaredOption] =
        [name, metadata, header, headerToAttribute, attributeToHeader, includeHeaders] + MediaPolicyOptions.all

    /// A map of names with what was given added to it; nothing given leaves it.
    static func merge(_ pairs: [(String, String)], into map: inout [String: String]) {
        for (name, value) in pairs { map[name] = value.isEmpty ? nil : value }
    }
}

/// The options for the fields of an inbound trunk.
enum InboundTrunkFields {
    static let numbers = OptionList<CommaList>(
        "numbers", "LIST", in: .selection, "called numbers that it serves", details: "None serves every number.")
    static let addresses = OptionList<CommaList>(
        "allowed-addresses", "LIST", in: .selection, "source addresses and CIDR blocks that may call",
        details: "Matched with the source of the packet alone. None lets every address call.")
    static let callers = OptionList<CommaList>(
        "allowed-numbers", "LIST", in: .selection, "calling numbers that may call",
        details: "None lets every number call.")
    static let realm = Option<String>("auth-realm", "TEXT", in: .authentication, "the realm of the challenge")
    static let ringing = Option<Duration>(
        "ringing-timeout", "TIME", in: .limits, "how long the caller may hear ringing")
    static let maximum = Option<Duration>("max-call-duration", "TIME", in: .limits, "end calls after so long")
    static let krisp = Option<SwitchWord>("krisp", "WORD", in: .media, "noise suppression where rooms have it: on, off")

    static let all: [any DeclaredOption] =
        [numbers, addresses, callers] + SecretOptions.all + [realm, ringing, maximum, krisp] + TrunkFields.common

    /// Writes what was given into a trunk.
    static func apply(_ options: ParsedOptions, to trunk: inout InboundTrunk) throws(Failure) {
        options.apply(numbers, to: &trunk.numbers)
        options.apply(addresses, to: &trunk.allowedAddresses)
        options.apply(callers, to: &trunk.allowedNumbers)
        try SecretOptions.apply(options, username: &trunk.authUsername, password: &trunk.authPassword)
        if let text = options[realm] { trunk.authRealm = text }
        if let time = options[ringing] { trunk.ringingTimeout = time == .zero ? nil : time }
        if let time = options[maximum] { trunk.maxCallDuration = time == .zero ? nil : time }
        if let word = options[krisp] { trunk.krispEnabled = word.isOn }
        if let text = options[TrunkFields.name] { trunk.name = text }
        if let text = options[TrunkFields.metadata] { trunk.metadata = text }
        TrunkFields.merge(options[TrunkFields.header].map { ($0.name, $0.value) }, into: &trunk.headers)
        TrunkFields.merge(options.pairs(TrunkFields.headerToAttribute), into: &trunk.headersToAttributes)
        TrunkFields.merge(options.pairs(TrunkFields.attributeToHeader), into: &trunk.attributesToHeaders)
        if let choice = options[TrunkFields.includeHeaders] { trunk.includeHeaders = choice.value }
        try MediaPolicyOptions.apply(options, to: &trunk.media)
    }
}

/// The options for the fields of an outbound trunk.
enum OutboundTrunkFields {
    static let address = Option<String>("address", "HOST[:PORT]", in: .network, "where calls are sent")
    static let transport = Option<TrunkTransportWord>(
        "transport", "NAME", in: .network, "auto, udp, tcp or tls", details: "With auto, udp is used.")
    static let numbers = OptionList<CommaList>(
        "numbers", "LIST", in: .call, "our numbers; a call that names none uses one of them")
    static let fromHost = Option<String>("from-host", "HOST", in: .call, "the host of the From URI")
    static let country = Option<String>(
        "destination-country", "CODE", in: .network, "where the numbers are, as two letters; a hint")

    static let all: [any DeclaredOption] =
        [address, transport, numbers, fromHost, country] + SecretOptions.all + TrunkFields.common

    /// Writes what was given into a trunk.
    static func apply(_ options: ParsedOptions, to trunk: inout OutboundTrunk) throws(Failure) {
        if let text = options[address] { trunk.address = text }
        if let word = options[transport] { trunk.transport = word.value }
        options.apply(numbers, to: &trunk.numbers)
        if let text = options[fromHost] { trunk.fromHost = text }
        if let text = options[country] { trunk.destinationCountry = text }
        try SecretOptions.apply(options, username: &trunk.authUsername, password: &trunk.authPassword)
        if let text = options[TrunkFields.name] { trunk.name = text }
        if let text = options[TrunkFields.metadata] { trunk.metadata = text }
        TrunkFields.merge(options[TrunkFields.header].map { ($0.name, $0.value) }, into: &trunk.headers)
        TrunkFields.merge(options.pairs(TrunkFields.headerToAttribute), into: &trunk.headersToAttributes)
        TrunkFields.merge(options.pairs(TrunkFields.attributeToHeader), into: &trunk.attributesToHeaders)
        if let choice = options[TrunkFields.includeHeaders] { trunk.includeHeaders = choice.value }
        try MediaPolicyOptions.apply(options, to: &trunk.media)
    }
}

extension ParsedOptions {
    /// Replaces a list by what was given, unless nothing was.
    func apply(_ option: OptionList<CommaList>, to list: inout [String]) {
        let words = self[option]
        if !words.isEmpty { list = words.flatMap(\.items) }
    }

    func pairs(_ option: OptionList<NameAndValue>) -> [(String, String)] { self[option].map { ($0.name, $0.value) } }
}
