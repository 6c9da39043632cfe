internal import Core

/// `sipctl sdp-negotiate`: what an offer and an answer agree on, by the engine of `serve`, `dial` and `answer`.
struct SDPNegotiate: Command {
    static let name = "sdp-negotiate"

    static let offer = Option<InputPath>("offer", "FILE", in: .input, "the offer; - is standard input")
    static let answer = Option<InputPath>(
        "answer", "FILE", in: .input, "the answer to it; - is standard input",
        details: "Without an answer, sipctl is the one who answers.")
    static let codecs = Option<SupportedCodecs>(
        "codecs", "LIST", in: .media, "our codecs, parted by commas",
        default: AudioCodec.supported.map { $0.name.lowercased() }.joined(separator: ","))
    static let address = Option<SocketAddress>(
        "address", "ADDRESS:PORT", in: .network, "our media address",
        details: "By default an address for documentation (RFC 5737, RFC 3849) of the offer's family, port 10000.")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Show what an SDP offer and answer agree on",
            description: """
                With an offer alone, prints the answer that sipctl would give, and notes the agreed media on standard error. With an \
                answer too, prints what both agree on, as the offerer sees it. The decision is made by the code that serve, dial and \
                answer run.
                """,
            options: [offer, answer, codecs, address, GlobalOptions.json],
            examples: [
                Example("sipctl sdp-negotiate --offer offer.sdp", "Print our answer"),
                Example("sipctl sdp-negotiate --offer offer.sdp --codecs pcma", "Answer with one codec"),
                Example("sipctl sdp-negotiate --offer o.sdp --answer a.sdp --json", "Print what they agreed on"),
            ],
            exits: [
                ExitStatus.done.when("they agree"),
                ExitStatus.no.when("the offer or the answer is refused, with the reason"),
                ExitStatus.local.when("a file cannot be read"),
            ],
            seeAlso: ["parse", "dial"], runs: Self.self)
    }

    private let offer: InputPath
    private let answer: InputPath?
    private let codecs: [AudioCodec]
    private let address: SocketAddress?

    init(_ options: ParsedOptions) throws(Failure) {
        guard let offer = options[Self.offer] else { throw options.usageFailure("--offer is missing") }
        answer = options[Self.answer]
        guard !(offer.isStandardInput && answer?.isStandardInput == true) else {
            throw options.usageFailure("--offer and --answer cannot both be standard input")
        }
        self.offer = offer
        codecs = options[Self.codecs]?.codecs ?? AudioCodec.supported
        address = options[Self.address]
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        let offer = try SDPInput(self.offer, terminal)
        guard let path = answer else {
            var engine = engine(for: offer)
            switch engine.receiveOffer(offer.bytes) {
            case .success(let answer):
                return try agree(Negotiation(role: .answerer, answer: answer.sdp, plan: answer.plan), terminal)
            case .failure(let refusal): return try refuse(offer, refusal, .answerer, terminal)
            }
        }
        let answer = try SDPInput(path, terminal)
        var engine = engine(for: offer)
        if let refusal = engine.makeOffer(verbatim: offer.bytes) {
            return try refuse(offer, refusal, .offerer, terminal)
        }
        switch engine.receiveAnswer(answer.bytes) {
        case .success(let plan): return try agree(Negotiation(role: .offerer, answer: nil, plan: plan), terminal)
        case .failure(let refusal): return try refuse(answer, refusal, .offerer, terminal)
        }
    }

    /// The machine of one dialog; the session id is fixed, so that the same input always gives the same answer.
    private func engine(for offer: SDPInput) -> OfferAnswer {
        let address = address ?? offer.documentationAddress
        return OfferAnswer(local: LocalMedia(address: address.ip, port: address.port, codecs: codecs), sessionID: 1)
    }

    private func agree(_ negotiation: Negotiation, _ terminal: Terminal) throws(Failure) -> ExitStatus {
        if terminal.settings.json {
            try terminal.emit(negotiation)
        } else if let answer = negotiation.answer {
            try terminal.emit(bytes: answer)
            try terminal.flush()
            for line in negotiation.lines { terminal.note(line) }
        } else {
            for line in negotiation.lines { try terminal.emit(line: line) }
        }
        return .done
    }

    private func refuse(
        _ input: SDPInput, _ refusal: OfferRefusal, _ role: Negotiation.Role, _ terminal: Terminal
    ) throws(Failure) -> ExitStatus {
        guard terminal.settings.json else {
            throw Failure(.no, "\(input.name) is refused: \(refusal.sentence) (\(refusal.status))")
        }
        try terminal.emit(RefusedNegotiation(role: role, file: input.name, refusal: refusal))
        return .no
    }
}

/// A description from a file.
private struct SDPInput {
    let name: String
    let bytes: [UInt8]

    init(_ path: InputPath, _ terminal: Terminal) throws(Failure) {
        let file = try InputFile(path)
        name = file.name
        var all: [UInt8] = []
        // The engine refuses what is too long; one piece more than it takes is enough to let it say so.
        while all.count <= SessionDescription.Limit.bytes, try file.read(into: &all) {}
        bytes = all
    }

    /// An address that stands for ours, of the family that the description's audio uses.
    var documentationAddress: SocketAddress {
        let description = try? SessionDescription(parsing: bytes)
        let audio = description?.media.first { $0.isAudio && $0.port != 0 }
        let ip = audio.flatMap { description?.connection(of: $0)?.ip }
        let isIPv6 = ip.map { !$0.isIPv4 } ?? false
        // 192.0.2.1 (RFC 5737) and 2001:db8::1 (RFC 3849).
        return SocketAddress(
            isIPv6 ? IPAddress(high: 0x2001_0db8_0000_0000, low: 1) : IPAddress(v4: 0xc000_0201), 10_000)
    }
}

/// Codecs by name, parted by commas.
struct SupportedCodecs: ArgumentValue {
    let codecs: [AudioCodec]

    static let kind = ValueKind.text

    init(argument: String) throws(ValueProblem) {
        var codecs: [AudioCodec] = []
        for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
            do throws(ValueProblem) {
                let codec = try CodecName(argument: String(name)).codec
                if !codecs.contains(codec) { codecs.append(codec) }
            } catch {
                throw name.elementsEqual(argument) ? error : ValueProblem("holds '\(name)', which \(error.sentence)")
            }
        }
        self.codecs = codecs
    }
}
