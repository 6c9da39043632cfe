import Core
import Support
import Testing

@Suite("MessageSplitter")
struct MessageSplitterTests {
    private func chunks(_ pieces: [ArraySlice<UInt8>]) -> [(offset: Int, bytes: [UInt8])] {
        var splitter = MessageSplitter()
        var found: [(Int, [UInt8])] = []
        for piece in pieces {
            splitter.append(piece)
            while let chunk = splitter.next(isAtEnd: false) { found.append((chunk.offset, chunk.bytes)) }
        }
        while let chunk = splitter.next(isAtEnd: true) { found.append((chunk.offset, chunk.bytes)) }
        return found
    }

    private let one = sip("OPTIONS sip:a SIP/2.0", "Content-Length: 3", body: "abc")
    private let bare = sip("OPTIONS sip:b SIP/2.0", "X: y")
    private let junk = Array("-- a note --\r\n".utf8)

    @Test("by Content-Length, blank lines between, junk apart, whatever the pieces")
    func splits() {
        let parts = [one, bare, one, junk, one, junk, bare]
        let blank = Array("\r\n\n".utf8)
        let file = blank + Array(parts.joined(separator: blank))
        let whole = chunks([file[...]])
        #expect(
            whole.map { Array($0.bytes.reversed().drop { $0 == 0x0a || $0 == 0x0d }.reversed()) } == parts.map(trimmed))
        #expect(whole.allSatisfy { file[$0.offset...].starts(with: $0.bytes) })
        for cut in 0...file.count {
            let halves = chunks([file[..<cut], file[cut...]])
            #expect(halves.map(\.offset) == whole.map(\.offset), "cut at \(cut)")
        }
    }

    private func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        Array(bytes.reversed().drop { $0 == 0x0a || $0 == 0x0d }.reversed())
    }

    @Test("a length that is wrong: too long ends at the next message, too short leaves junk")
    func wrongLengths() throws {
        let long = sip("OPTIONS sip:a SIP/2.0", "Content-Length: 40", body: "abc\r\n")
        #expect(chunks([(long + one)[...]]).map(\.bytes) == [long, one])
        #expect(chunks([long[...]]).map(\.bytes) == [long])
        let short = sip("OPTIONS sip:a SIP/2.0", "Content-Length: 1", body: "a")
        let file = short + Array("bc\r\n".utf8) + one
        #expect(chunks([file[...]]).map(\.offset) == [0, short.count, short.count + 4])
    }

    @Test("start lines in a body do not split it when its length is right (RFC 3420)")
    func sipfrag() {
        let notify = sip("NOTIFY sip:a SIP/2.0", "Content-Length: 18", body: "\r\nSIP/2.0 200 OK\r\n")
        #expect(chunks([(notify + one)[...]]).map(\.bytes) == [notify, one])
    }

    @Test("a header without an empty line ends where a message begins")
    func cutHeader() {
        let cut = Array("OPTIONS sip:a SIP/2.0\r\nX: y\r\n".utf8)
        #expect(chunks([(cut + one)[...]]).map(\.bytes) == [cut, one])
    }

    @Test("all recorded messages in one file come out again")
    func corpus() {
        let names = ["zeek", "pkts", "nDPI"].flatMap { Fixtures.names(in: "sip/\($0)", suffix: ".sip") }
        let messages = names.map { Fixtures.bytes($0) }.filter { bytes in
            guard let message = try? Message(parsing: bytes, framing: .datagram) else { return false }
            return message.faults.isEmpty
                && message.contentLength.map { $0 + message.bodyRange.lowerBound } == bytes.count
        }
        #expect(messages.count > 100)
        #expect(chunks([messages.joined().map { $0 }[...]]).map(\.bytes) == messages)
    }
}
