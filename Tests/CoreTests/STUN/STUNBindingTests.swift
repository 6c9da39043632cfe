import Core
import Support
import Testing

@Suite("STUN Binding (RFC 8489)")
struct STUNBindingTests {
    /// The transaction of the vectors of RFC 5769.
    private static let id: [UInt8] = [0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae]
    private static let cookie: [UInt8] = [0x21, 0x12, 0xa4, 0x42]

    private static func message(_ type: UInt8, _ second: UInt8, _ attributes: [UInt8], id: [UInt8] = id) -> [UInt8] {
        [type, second, 0, UInt8(attributes.count)] + cookie + id + attributes
    }

    @Test("a request is a header alone (§5)")
    func request() {
        #expect(STUNBinding.request(id: Self.id) == [0, 1, 0, 0] + Self.cookie + Self.id)
    }

    @Test("of the vectors the responses have their addresses, and requests are no answer (RFC 5769 §2)")
    func vectors() throws {
        let vectors = Fixtures.json("vectors/stun_rfc5769.json", as: Vectors.self).vectors
        #expect(vectors.count == 4)
        for vector in vectors {
            let (packet, id) = (bytes(vector.packet), bytes(vector.transaction_id))
            guard let mapped = vector.mapped else {
                #expect(throws: STUNBinding.Fault.foreign, "\(vector.source)") {
                    _ = try STUNBinding.answer(packet, to: id)
                }
                continue
            }
            #expect(try STUNBinding.answer(packet, to: id) == SocketAddress(mapped), "\(vector.source)")
        }
    }

    private struct Vectors: Decodable {
        struct Vector: Decodable {
            var source: String
            var transaction_id: String
            var packet: String
            var mapped: String?
        }
        var vectors: [Vector]
    }

    private func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }

    @Test("an older server's MAPPED-ADDRESS counts where there is no other")
    func older() throws {
        let plain: [UInt8] = [0, 1, 0, 8, 0, 1, 0x13, 0xc4, 203, 0, 113, 9]
        #expect(try STUNBinding.answer(Self.message(1, 1, plain), to: Self.id) == SocketAddress("203.0.113.9:5060"))
    }

    @Test(
        "what is no answer, and answers that say no",
        arguments: [
            ([], .foreign), (message(1, 1, [], id: Array(repeating: 1, count: 12)), .foreign),
            (message(0, 1, []), .foreign), (message(1, 1, []), .noAddress), (message(1, 1, []) + [0], .foreign),
            (message(1, 1, [0, 0x20, 0, 8, 0, 1]), .noAddress),
            (message(1, 1, [0, 0x20, 0, 4, 0, 1, 2, 3]), .noAddress),
            (message(1, 17, [0, 9, 0, 4, 0, 0, 4, 20]), .refused(420)), (message(1, 17, []), .refused(0)),
        ] as [([UInt8], STUNBinding.Fault)])
    func faults(_ datagram: [UInt8], _ fault: STUNBinding.Fault) {
        #expect(throws: fault) { _ = try STUNBinding.answer(datagram, to: Self.id) }
    }

    @Test("no bytes make it trap")
    func random() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<5000 {
            let count = Int.random(in: 0...60, using: &random)
            var bytes = Self.message(1, 1, (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...40, using: &random)
            }
            _ = try? STUNBinding.answer(bytes, to: Self.id)
        }
    }
}
