import Core
import Support
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#endif

/// A recorded message and what three independent parsers read of it; a field is there when at least two agree.
struct RecordedMessage: Decodable, Sendable, CustomTestStringConvertible {
    var file: String
    var acceptedBy: [String]
    var kind: String?
    var method: String?
    var status: Int?
    var callID: String?
    var cseq: UInt32?
    var fromTag: String?
    var toTag: String?
    var viaBranch: String?
    var contentLength: Int?
    var bodyBytes: Int?
    var disputed: [String]?

    enum CodingKeys: String, CodingKey {
        case file, kind, method, status, cseq, disputed
        case acceptedBy = "accepted_by"
        case callID = "call_id"
        case fromTag = "from_tag"
        case toTag = "to_tag"
        case viaBranch = "via_branch"
        case contentLength = "content_length"
        case bodyBytes = "body_bytes"
    }

    var testDescription: String { file }
    var isAcceptedByAll: Bool { acceptedBy.count == 3 }
    var bytes: [UInt8] { Fixtures.bytes("sip/\(file)") }

    static let all: [RecordedMessage] = {
        struct Table: Decodable { var messages: [RecordedMessage] }
        return Fixtures.json("sip/expect.json", as: Table.self).messages
    }()
}

@Suite("Recorded messages")
struct CorpusTests {
    /// Why a message that three parsers take has a fault here: RFC 3261 §18.3 wants the whole body in the datagram, §8.2.2 and
    /// the grammar the same method in CSeq (cases of the PROTOS suite).
    private static let justified: [(prefix: String, reason: Fault.Reason)] = [
        ("sipnab/c07-sip-r2-", .cseqMethodMismatch),
        ("php-sip/MessageTest-l454", .bodyShorterThanContentLength),
        ("pjproject/999_message_no_body", .bodyShorterThanContentLength),
        ("sipgo/parser_stream_test-l385", .bodyShorterThanContentLength),
        ("sipsorcery/BufferUtilsUnitTest-l95", .bodyShorterThanContentLength),
        ("sipsorcery/SIPStreamConnectionUnitTest-", .bodyShorterThanContentLength),
    ]

    @Test("what three parsers take is taken, with their values")
    func accepted() throws {
        let rows = RecordedMessage.all.filter(\.isAcceptedByAll)
        #expect(rows.count == 441)
        for row in rows {
            let message = try Message(parsing: row.bytes, framing: .datagram)
            let justified = Self.justified.filter { row.file.hasPrefix($0.prefix) }.map(\.reason)
            #expect(message.faults.allSatisfy { justified.contains($0.reason) }, "\(row.file): \(message.faults)")
            compare(message, row)
        }
    }

    private func compare(_ message: Message, _ row: RecordedMessage) {
        let disputed = Set(row.disputed ?? [])
        let file = Comment(rawValue: row.file)
        #expect(message.isRequest == (row.kind == "request"), file)
        if let method = row.method { #expect(message.method.description == method, file) }
        if let status = row.status { #expect(message.statusCode == status, file) }
        if let cseq = row.cseq { #expect(message.cseq?.number == cseq, file) }
        if !disputed.contains("call_id") { #expect(message.callID?.description == row.callID, file) }
        if !disputed.contains("from_tag") { #expect(message.fromTag?.description == row.fromTag, file) }
        if !disputed.contains("to_tag") { #expect(message.toTag?.description == row.toTag, file) }
        if !disputed.contains("via_branch") { #expect(message.topVia?.branch?.description == row.viaBranch, file) }
        if let length = row.contentLength { #expect(message.contentLength == length, file) }
        if let available = row.bodyBytes {
            #expect(message.body.count == min(available, message.contentLength ?? available), file)
        }
    }

    @Test("whatever is recorded is parsed or refused, and cut anywhere it comes out of a stream the same")
    func everything() {
        for row in RecordedMessage.all { exercise(row.bytes) }
    }

    @Test("the torture messages of JAIN SIP with the values three parsers read")
    func jsip() throws {
        struct Row: Decodable {
            var id: String
            var base64: String
            var parsed: Parsed
        }
        struct Parsed: Decodable {
            var accepted_by: [String]
            var call_id: String?
            var cseq: UInt32?
            var status: Int?
            var method: String?
        }
        struct Table: Decodable { var messages: [Row] }
        for row in Fixtures.json("sip/jsip-torture.json", as: Table.self).messages {
            let bytes = Array(try #require(Data(base64Encoded: row.base64)))
            exercise(bytes)
            guard row.parsed.accepted_by.count == 3 else { continue }
            let message = try Message(parsing: bytes, framing: .datagram)
            let id = Comment(rawValue: row.id)
            if let callID = row.parsed.call_id { #expect(message.callID?.description == callID, id) }
            if let cseq = row.parsed.cseq { #expect(message.cseq?.number == cseq, id) }
            if let status = row.parsed.status { #expect(message.statusCode == status, id) }
            if let method = row.parsed.method { #expect(message.method.description == method, id) }
        }
    }

    @Test("seeds and past crashers of other projects", arguments: ["sip", "uri", "sip-dialog"])
    func crashers(name: String) throws {
        struct Input: Decodable { var base64: String }
        struct Table: Decodable { var inputs: [Input] }
        for input in Fixtures.json("fuzz/\(name).json", as: Table.self).inputs {
            exercise(Array(try #require(Data(base64Encoded: input.base64))))
        }
    }

    /// Runs everything that reads bytes from the network.
    private func exercise(_ bytes: [UInt8]) {
        for framing in [Framing.datagram, .stream] {
            guard let message = try? Message(parsing: bytes, framing: framing) else { continue }
            touch(message)
        }
        _ = SIPURI(bytes)
        _ = NameAddr(bytes)
        _ = Via(bytes)
        var random = SeededRandom(seed: UInt64(bytes.count))
        let whole = frames([bytes[...]])
        for _ in 0..<4 {
            let cut = Int.random(in: 0...bytes.count, using: &random)
            #expect(frames([bytes[..<cut], bytes[cut...]]) == whole, "cut at \(cut)")
        }
    }

    private func touch(_ message: Message) {
        for name in HeaderName.allCases { _ = message.values(name) }
        _ = (message.vias, message.addresses(.contact), message.addresses(.route), message.addresses(.recordRoute))
        _ = (message.from, message.to, message.contact, message.requestSIPURI, message.topVia?.received)
        var writer = MessageWriter()
        writer.copy(message)
        #expect(message.faults == message.faults.sorted { $0.offset < $1.offset })
        #expect(message.faults.allSatisfy { (0...message.bytes.count).contains($0.offset) })
    }

    private func frames(_ pieces: [ArraySlice<UInt8>]) -> [Frame] {
        var framer = StreamFramer()
        var frames: [Frame] = []
        for piece in pieces {
            framer.append(piece)
            while let frame = try? framer.next() { frames.append(frame) }
        }
        return frames
    }
}
