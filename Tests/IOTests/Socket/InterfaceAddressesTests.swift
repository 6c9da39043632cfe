import Core
import IO
import Testing

@Suite("InterfaceAddresses")
struct InterfaceAddressesTests {
    @Test("the address in a block is found; without one the sentence names those that there are")
    func block() throws {
        let loopback = try #require(AddressBlock("127.0.0.0/8"))
        #expect(try InterfaceAddresses.first(in: loopback) == .loopback)
        let elsewhere = try #require(AddressBlock("203.0.113.0/24"))
        let error = #expect(throws: IOError.self) { _ = try InterfaceAddresses.first(in: elsewhere) }
        let sentence = error.map { "\($0)" } ?? ""
        #expect(sentence.contains("local_net 203.0.113.0/24") && sentence.contains("127.0.0.1"))
    }
}
