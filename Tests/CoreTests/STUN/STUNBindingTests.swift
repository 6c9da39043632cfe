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

    @Test("the addresses of the vectors (RFC 5769 §2.2, §2.3), behind an attribute with padding")
    func vectors() throws {
        let software: [UInt8] = [0x80, 0x22, 0, 3, 0x61, 0x62, 0x63, 0x20]
        let v4: [UInt8] = [0, 0x20, 0, 8, 0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43]
        #expect(
            try STUNBinding.answer(Self.message(1, 1, software + v4), to: Self.id) == SocketAddress("192.0.2.1:32853"))
        let v6: [UInt8] = [
            0, 0x20, 0, 20, 0, 2, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5,
            0xbe, 0xd2, 0xb9, 0xd9,
        ]
        #expect(
            try STUNBinding.answer(Self.message(1, 1, v6), to: Self.id)
                == SocketAddress("[2001:db8:1234:5678:11:2233:4455:6677]:32853"))
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
