import Core
import Support
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#endif

/// What became of one message: the status of the first final response, or why there is none.
private enum Outcome: Hashable {
    case status(Int)
    /// A call that was answered or refused by its logic.
    case call
    case dropped
    /// The stream cannot be cut into messages: the connection is closed.
    case closed
    /// The stream waits for the rest of a message.
    case waits
}

@Suite("Torture messages delivered to a user agent (RFC 4475, RFC 5118)")
struct TortureScenarios {
    private struct Corpus: Decodable {
        struct Entry: Decodable {
            let file: String
            let expect: String
            let syntax: String
        }
        let messages: [Entry]
    }

    /// What a user agent that is neither registrar nor proxy does; the `expect` of the corpus decides where this says nothing.
    private static let exceptions: [String: Set<Outcome>] = [
        // It has the To tag of a dialog that does not exist here.
        "wsinv.dat": [.status(481)],
        // What the RFC leaves open.
        "baddate.dat": [.call], "badaspec.dat": [.status(400)], "sdp01.dat": [.status(406)], "test.dat": [.dropped],
        "mismatch02.dat": [.status(400)], "badbranch.dat": [.status(200)],
        "bext01.dat": [.status(420)], "invut.dat": [.status(415)], "unkscm.dat": [.status(416)],
        "novelsc.dat": [.status(416)],
        // What it asks of a registrar does not concern us.
        "unksm2.dat": [.status(405)],
    ]
    private static let streamExceptions: [String: Set<Outcome>] = [
        "clerr.dat": [.waits], "ncl.dat": [.closed], "mcl01.dat": [.closed],
        // The file ends before the empty line.
        "baddn.dat": [.waits],
        // Without Content-Length a body cannot follow on a stream (RFC 3261 §18.3).
        "inv2543.dat": [.call], "test.dat": [.dropped],
    ]

    private static func expected(_ entry: Corpus.Entry, _ bytes: [UInt8], _ transport: Transport) -> Set<Outcome> {
        if transport == .tcp, let outcome = streamExceptions[entry.file] { return outcome }
        if let outcome = exceptions[entry.file] { return outcome }
        if entry.syntax.contains("response") || bytes.starts(with: "SIP/2.0".utf8) { return [.dropped] }
        if entry.expect.contains("505") { return [.status(505)] }
        if entry.expect.hasPrefix("400") || entry.expect.hasPrefix("UDP: 400") { return [.status(400)] }
        switch String(decoding: bytes.prefix { $0 != 0x20 }, as: UTF8.self) {
        case "INVITE": return [.call]
        case "BYE": return [.status(481)]
        case "OPTIONS": return [.status(200)]
        case "REGISTER", "MESSAGE": return [.status(405)]
        default: return [.status(501)]
        }
    }

    private static func deliver(_ bytes: [UInt8], _ transport: Transport) -> (outcome: Outcome, largest: Int) {
        var agent = UserAgent(.init(), ids: IDSource(worker: 0, seed: (1, 2)))
        let local = SocketAddress(IPAddress(v4: 0xc000_0201), 5060)
        let remote = SocketAddress(IPAddress(v4: 0xc633_6401), 5060)
        let flow = Flow(transport, local: local, remote: remote, connection: transport == .udp ? 0 : 7)
        var messages: [[UInt8]] = []
        if transport == .udp {
            messages = [bytes]
        } else {
            var framer = StreamFramer()
            framer.append(bytes)
            do {
                while let frame = try framer.next() { if case .message(let bytes) = frame { messages.append(bytes) } }
            } catch {
                if messages.isEmpty { return (.closed, 0) }
            }
            if messages.isEmpty { return (.waits, 0) }
        }
        guard let message = try? Message(parsing: messages[0], framing: transport == .udp ? .datagram : .stream) else {
            return (.dropped, 0)
        }
        var (out, sent, isCall) = ([UserAgent.Output](), [[UInt8]](), false)
        agent.receive(message, on: flow, at: .zero, into: &out)
        while !out.isEmpty {
            let batch = out
            out = []
            for output in batch {
                if case .send(let bytes, _) = output { sent.append(bytes) }
                if case .incoming(let key, _) = output {
                    isCall = true
                    let media = OfferAnswer(local: LocalMedia(address: local.ip, port: 20_000), sessionID: 1)
                    agent.accept(key, media, at: .zero, into: &out)
                }
            }
        }
        let responses = sent.compactMap { try? Message(parsing: $0, framing: .datagram) }.filter { !$0.isRequest }
        let largest = sent.map(\.count).max() ?? 0
        // Whatever came, an hour later nothing traps and nothing spins.
        for _ in 0..<1000 {
            guard let next = agent.deadline, next < .zero + .seconds(3600) else { break }
            agent.advance(to: next, into: &out)
        }
        if isCall { return (.call, largest) }
        return (responses.last.map { .status($0.statusCode) } ?? .dropped, largest)
    }

    @Test("each gets what the corpus asks for", arguments: ["rfc4475", "rfc5118"], [Transport.udp, .tcp])
    func outcome(folder: String, transport: Transport) {
        let corpus = Fixtures.json("\(folder)/expect.json", as: Corpus.self)
        for entry in corpus.messages {
            let bytes = Fixtures.bytes("\(folder)/\(entry.file)")
            let (outcome, largest) = Self.deliver(bytes, transport)
            let expected = Self.expected(entry, bytes, transport)
            #expect(expected.contains(outcome), "\(entry.file) over \(transport): \(entry.expect)")
            // Over UDP the source may be forged: the reply is not much larger than what came.
            if outcome == .status(400), transport == .udp { #expect(largest <= bytes.count + 128, "\(entry.file)") }
        }
    }

    @Test("cut at any byte, nothing traps and nothing becomes a call that the whole was not")
    func cut() {
        for name in Fixtures.names(in: "rfc4475", suffix: ".dat") + Fixtures.names(in: "rfc5118", suffix: ".dat") {
            let bytes = Fixtures.bytes(name)
            for transport in [Transport.udp, .tcp] {
                let isCall = Self.deliver(bytes, transport).outcome == .call
                for end in 0..<bytes.count {
                    let outcome = Self.deliver(Array(bytes[..<end]), transport).outcome
                    #expect(isCall || outcome != .call, "\(name) over \(transport), cut at \(end)")
                }
            }
        }
    }
}
