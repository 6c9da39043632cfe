import Core
import Testing

@Suite("Allowed addresses")
struct AddressMaskTests {
    @Test(
        "an address or a block holds exactly its addresses",
        arguments: [
            ("203.0.113.9", "203.0.113.9", true),
            ("203.0.113.9", "203.0.113.8", false),
            (" 203.0.113.9\t", "203.0.113.9", true),
            ("203.0.113.9/24", "203.0.113.255", true),
            ("203.0.113.0/24", "203.0.114.0", false),
            ("203.0.113.8/31", "203.0.113.9", true),
            ("203.0.113.8/32", "203.0.113.9", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("128.0.0.0/1", "203.0.113.9", true),
            ("128.0.0.0/1", "127.0.0.1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("2001:db8::8/127", "2001:db8::9", true),
            ("2001:db8::/64", "2001:db8:0:1::", false),
            ("2001:db8::/65", "2001:db8::8000:0:0:0", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "203.0.113.9", false),
            ("::ffff:203.0.113.0/120", "203.0.113.9", true),
            ("::ffff:0:0/90", "203.0.113.9", false),
        ])
    func contains(_ mask: String, _ address: String, _ expected: Bool) throws {
        let address = try #require(IPAddress(address))
        #expect(try AddressMask(mask).contains(address) == expected)
    }

    @Test(
        "anything else is refused, with the reason",
        arguments: [
            ("", .empty), ("  ", .empty),
            ("sip.example.com", .hostName), ("carrier", .hostName), ("a1.b2", .hostName),
            ("203.0.113", .notAnAddress), ("203.0.113.256", .notAnAddress), ("203.0.113.9:5060", .notAnAddress),
            ("sip:203.0.113.9", .notAnAddress), ("[2001:db8::1]:5060", .notAnAddress), ("/24", .notAnAddress),
            ("example.com/24", .notAnAddress), ("203.0.113.9 203.0.113.8", .notAnAddress),
            ("2001:db8:::1", .notAnAddress),
            ("203.0.113.0/33", .prefixLength(limit: 32)), ("203.0.113.0/", .prefixLength(limit: 32)),
            ("203.0.113.0/-1", .prefixLength(limit: 32)), ("203.0.113.0/24/8", .prefixLength(limit: 32)),
            ("203.0.113.0/0024", .prefixLength(limit: 32)), ("203.0.113.0/255.255.255.0", .prefixLength(limit: 32)),
            ("2001:db8::/129", .prefixLength(limit: 128)),
            ("203.0.113.0/99999999999999999999", .prefixLength(limit: 32)),
        ] as [(String, AddressMask.Fault)])
    func refuses(_ text: String, _ fault: AddressMask.Fault) {
        #expect(throws: fault) { try AddressMask(text) }
    }

    @Test(
        "the description is the block in short",
        arguments: [
            ("203.0.113.9/24", "203.0.113.0/24"), ("203.0.113.9/32", "203.0.113.9"), ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8:0::1/32", "2001:db8::/32"), ("::1", "::1"), ("::/0", "::/0"),
        ])
    func description(_ text: String, _ expected: String) throws {
        #expect(try AddressMask(text).description == expected)
    }
}
