import Core
import IO
import Testing

@Suite("AddressLookup and LocalAddress")
struct AddressLookupTests {
    @Test("localhost resolves on the lookup thread; an address needs no lookup")
    func localhost() throws {
        let loop = try EventLoop()
        var answers: [AddressLookup.Answer] = []
        let inbox = try Inbox<AddressLookup.Answer>(on: loop) { answer, _ in answers.append(answer) }
        let mailbox = inbox.mailbox
        let lookup = try AddressLookup()
        lookup.resolve("2001:db8::1") { mailbox.post($0) }
        lookup.resolve("localhost") { mailbox.post($0) }
        try turn(loop) { answers.count == 2 }
        #expect(answers.first == .success([IPAddress(high: 0x2001_0db8_0000_0000, low: 1)]))
        guard case .success(let addresses) = answers[1] else { throw TimedOut() }
        #expect(!addresses.isEmpty && addresses.allSatisfy(\.isLoopback))
    }

    @Test("a name that cannot exist fails with a sentence")
    func failure() {
        // An empty label: refused by the library itself, without a query.
        guard case .failure(let error) = AddressLookup.lookUp("a..b.invalid") else {
            Issue.record("the name resolved")
            return
        }
        #expect(error.description.hasPrefix("cannot look up a..b.invalid: "))
    }

    @Test("towards the loopback we are the loopback")
    func towards() {
        #expect(LocalAddress.towards(SocketAddress(.loopback, 5060)) == .loopback)
        #expect(LocalAddress.towards(SocketAddress(IPAddress(high: 0, low: 1), 0)) == IPAddress(high: 0, low: 1))
    }
}
